package dev.jukebox.core.model.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.CancelledException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.error.JukeboxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {

  private static final String PATH = "5b/vqvae.pth.tar";
  private static final String ADDRESS = ReleasedFile.ORIGIN + PATH;

  @TempDir Path directory;

  private final byte[] content = checkpoint(3_000_000, 1);
  private FileServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FileServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void fetchesAFileOnceAndTellsHowFarItIs() throws IOException {
    server.at("/m/" + PATH, FileServer.file(content, "\"a\""));
    List<Long> done = new ArrayList<>();
    ModelCache cache =
        builder("m")
            .progress(
                (file, bytes, total) -> {
                  assertEquals(PATH, file);
                  assertEquals(content.length, total);
                  done.add(bytes);
                })
            .build();
    assertTrue(cache.find(ADDRESS).isEmpty());
    Path file = cache.file(ADDRESS);
    assertEquals(directory.resolve("models").resolve(PATH), file);
    assertArrayEquals(content, Files.readAllBytes(file));
    assertEquals(0, done.get(0));
    assertEquals(content.length, done.get(done.size() - 1));
    assertTrue(done.size() >= 4, done.toString());
    assertEquals(file, cache.file(ADDRESS));
    assertEquals(file, cache.find(ADDRESS).orElseThrow());
    assertEquals(1, server.requests().size());
    assertEquals(List.of(".vqvae.pth.tar.lock", "vqvae.pth.tar"), names(file.getParent()));
  }

  @Test
  void goesOnWhereTheConnectionBroke() throws IOException {
    server.at("/m/" + PATH, FileServer.breaking(content, "\"a\"", 1_100_000));
    assertArrayEquals(content, Files.readAllBytes(builder("m").build().file(ADDRESS)));
    assertTrue(server.requests().size() >= 3, server.requests().toString());
    assertTrue(server.requests().get(1).contains(" bytes="), server.requests().toString());
  }

  @Test
  void anotherRunGoesOnFromThePart() throws IOException {
    server.at("/m/" + PATH, FileServer.breaking(content, "\"a\"", 2_000_000));
    server.at("/n/" + PATH, FileServer.file(content, "\"a\""));
    ModelCache cancelled =
        builder("m")
            .progress(
                (file, bytes, total) -> {
                  if (bytes > 1_500_000) {
                    throw new CancelledException("enough");
                  }
                })
            .build();
    assertThrows(CancelledException.class, () -> cancelled.file(ADDRESS));
    long part = Files.size(directory.resolve("models").resolve(PATH + ".part"));
    assertTrue(part > 1_500_000 && part < content.length);
    assertArrayEquals(content, Files.readAllBytes(builder("n").build().file(ADDRESS)));
    assertEquals("/n/" + PATH + " bytes=" + part + "-", last());
  }

  @Test
  void startsAnewWhereTheFileHasChanged() throws IOException {
    byte[] changed = checkpoint(2_500_000, 2);
    AtomicInteger request = new AtomicInteger();
    server.at(
        "/m/" + PATH,
        exchange -> {
          boolean first = request.getAndIncrement() == 0;
          (first
                  ? FileServer.breaking(content, "\"a\"", 1_000_000)
                  : FileServer.file(changed, "\"b\""))
              .to(exchange);
        });
    assertArrayEquals(changed, Files.readAllBytes(builder("m").build().file(ADDRESS)));
  }

  @Test
  void startsAnewWhereTheServerKnowsNoRanges() throws IOException {
    AtomicInteger request = new AtomicInteger();
    server.at(
        "/m/" + PATH,
        exchange -> {
          if (request.getAndIncrement() == 0) {
            FileServer.breaking(content, "\"a\"", 1_000_000).to(exchange);
          } else {
            FileServer.whole(exchange, content);
          }
        });
    assertArrayEquals(content, Files.readAllBytes(builder("m").build().file(ADDRESS)));
    assertTrue(last().contains(" bytes="), last());
  }

  @Test
  void startsAnewWhereARangeIsOfAnotherVersion() throws IOException {
    byte[] changed = checkpoint(content.length, 2);
    AtomicInteger request = new AtomicInteger();
    server.at(
        "/m/" + PATH,
        exchange -> {
          int number = request.getAndIncrement();
          if (number == 0) {
            FileServer.breaking(content, "\"a\"", 1_000_000).to(exchange);
          } else {
            // A server that ignores If-Range, and would mix two versions.
            FileServer.careless(changed, "\"b\"").to(exchange);
          }
        });
    assertArrayEquals(changed, Files.readAllBytes(builder("m").build().file(ADDRESS)));
    assertFalse(last().contains("bytes="));
  }

  @Test
  void triesTheNextMirror() throws IOException {
    server.at("/a/" + PATH, FileServer.status(404));
    server.at("/b/" + PATH, FileServer.page("<html>Please log in</html>"));
    server.at(
        "/c/" + PATH,
        exchange ->
            FileServer.whole(
                exchange, "<?xml version='1.0'?><Error/>".getBytes(StandardCharsets.UTF_8)));
    server.at("/d/" + PATH, FileServer.file(content, "\"a\""));
    assertArrayEquals(
        content, Files.readAllBytes(builder("a", "b", "c", "d").build().file(ADDRESS)));
    assertEquals(4, server.requests().size());
  }

  @Test
  void namesTheReasonOfEachMirror() throws IOException {
    server.at("/a/" + PATH, FileServer.status(404));
    server.at("/b/" + PATH, FileServer.page("<html>Please log in</html>"));
    server.at(
        "/c/" + PATH,
        exchange -> FileServer.whole(exchange, "<Error>".getBytes(StandardCharsets.UTF_8)));
    ModelCache cache = builder("a", "b", "c").build();
    assertEquals(
        PATH
            + " could not be fetched ("
            + mirror("a")
            + PATH
            + " gave status 404; "
            + mirror("b")
            + PATH
            + " gave a web page instead of the file; "
            + mirror("c")
            + PATH
            + " gave something else than the file: it begins with \"<Error>\"); put it at "
            + directory.resolve("models").resolve(PATH)
            + ", or name other sources in JUKEBOX_MIRRORS",
        refusal(cache));
    assertEquals(List.of(".vqvae.pth.tar.lock"), names(directory.resolve("models/5b")));
  }

  @Test
  void triesAgainWhereAServerIsBusy() throws IOException {
    AtomicInteger request = new AtomicInteger();
    server.at(
        "/m/" + PATH,
        exchange -> {
          boolean busy = request.getAndIncrement() < 2;
          (busy ? FileServer.status(503) : FileServer.file(content, "\"a\"")).to(exchange);
        });
    assertArrayEquals(content, Files.readAllBytes(builder("m").build().file(ADDRESS)));
    server.at("/n/", FileServer.status(500));
    String other = server.address() + "n/x.bin";
    int before = server.requests().size();
    assertThrows(FileAccessException.class, () -> builder("m").build().file(other));
    assertEquals(3, server.requests().size() - before);
  }

  @Test
  void followsRedirects() throws IOException {
    server.at("/real", FileServer.file(content, "\"a\""));
    server.at(
        "/m/" + PATH,
        exchange -> {
          exchange.getResponseHeaders().set("Location", server.address() + "real");
          exchange.sendResponseHeaders(302, -1);
        });
    assertArrayEquals(content, Files.readAllBytes(builder("m").build().file(ADDRESS)));
  }

  @Test
  void refusesAFileOfAnotherSizeThanTheReleasedOne() throws IOException {
    String path = "5b/prior_level_2.pth.tar";
    server.at("/m/" + path, FileServer.file(content, "\"a\""));
    ModelCache cache = builder("m").build();
    assertTrue(
        refusal(cache, ReleasedFile.ORIGIN + path)
            .contains("a file of 3000000 bytes instead of the 10288727721 of the released one"));
    Path file = directory.resolve("models").resolve(path);
    Files.write(file, content);
    assertTrue(
        refusal(cache, ReleasedFile.ORIGIN + path)
            .contains("has 3000000 bytes where the released file has 10288727721"));
  }

  @Test
  void looksForSpaceBeforeItFetches() throws IOException {
    server.at(
        "/m/" + PATH,
        exchange -> {
          exchange.sendResponseHeaders(200, 1L << 50);
          exchange.getResponseBody().write(content, 0, 100);
          exchange.getResponseBody().flush();
        });
    String message = refusal(builder("m").build());
    assertTrue(message.startsWith("There is no place for "), message);
  }

  @Test
  void doesNotWaitForeverOnASilentServer() throws IOException {
    server.at(
        "/m/" + PATH,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(content, 0, 1000);
          exchange.getResponseBody().flush();
          sleep(Duration.ofSeconds(5));
        });
    ModelCache cache =
        builder("m")
            .timeouts(Duration.ofSeconds(5), Duration.ofMillis(200))
            .retries(1, Duration.ZERO)
            .build();
    assertTrue(refusal(cache).contains("nothing arrived for "));
  }

  @Test
  void fetchesNothingWhenToldSo() throws IOException {
    server.at("/m/" + PATH, FileServer.file(content, "\"a\""));
    ModelCache cache = builder("m").environment(Map.of("JUKEBOX_OFFLINE", "1")).build();
    Path file = directory.resolve("models").resolve(PATH);
    assertEquals(
        PATH
            + " is not in the cache and fetching is off; put it at "
            + file
            + ", for example from "
            + mirror("m")
            + PATH
            + ", or unset JUKEBOX_OFFLINE",
        refusal(cache));
    assertEquals(List.of(), server.requests());
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    assertEquals(file, cache.file(ADDRESS));
  }

  @Test
  void manyThreadsFetchAFileOnce() throws Exception {
    server.at(
        "/m/" + PATH,
        exchange -> {
          sleep(Duration.ofMillis(200));
          FileServer.file(content, "\"a\"").to(exchange);
        });
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Path> fetch = () -> builder("m").build().file(ADDRESS);
      for (Future<Path> file : threads.invokeAll(List.of(fetch, fetch, fetch, fetch))) {
        assertArrayEquals(content, Files.readAllBytes(file.get()));
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(1, server.requests().size());
  }

  @Test
  void fetchesTheShardsOfACopyWhereNoMirrorHasTheFile() throws IOException {
    String repository = "/openai/jukebox-1b-lyrics/resolve/main/";
    byte[] shard = checkpoint(1000, 3);
    server.at("/m/" + PATH, FileServer.status(404));
    server.at(
        repository + ShardIndex.NAME,
        FileServer.file(
            "{\"weight_map\": {\"vqvae.x\": \"one.bin\", \"priors.0.x\": \"two.bin\"}}"
                .getBytes(StandardCharsets.UTF_8),
            "\"i\""));
    server.at(repository + "one.bin", FileServer.file(shard, "\"s\""));
    ModelCache cache = builder().mirrors(List.of(mirror("m"), "hub:" + server.address())).build();
    Path index = cache.file(ADDRESS);
    Path copy = directory.resolve("hub/openai/jukebox-1b-lyrics");
    assertEquals(copy.resolve(ShardIndex.NAME), index);
    assertArrayEquals(shard, Files.readAllBytes(copy.resolve("one.bin")));
    assertFalse(Files.exists(copy.resolve("two.bin")));
    int requests = server.requests().size();
    assertEquals(index, cache.file(ADDRESS));
    assertEquals(requests, server.requests().size());
    assertTrue(
        refusal(cache, ReleasedFile.ORIGIN + "1b_lyrics/prior_level_2.pth.tar")
            .contains("; nor is there a copy: openai/jukebox-1b-lyrics/two.bin could not be"));
  }

  @Test
  void readsTheEnvironment() {
    assertEquals(
        directory.resolve("j"),
        environment("JUKEBOX_CACHE", directory.resolve("j").toString()).directory());
    assertEquals(
        directory.resolve("x/jukebox"),
        environment("XDG_CACHE_HOME", directory.resolve("x").toString()).directory());
    assertEquals(
        Path.of(System.getProperty("user.home"), ".cache", "jukebox"),
        environment("XDG_CACHE_HOME", "").directory());
    ModelCache mirrors =
        ModelCache.builder()
            .environment(Map.of("JUKEBOX_MIRRORS", mirror("a") + ", " + mirror("b")))
            .directory(directory)
            .retries(1, Duration.ZERO)
            .build();
    assertTrue(refusal(mirrors).contains(mirror("b") + PATH + " gave status 404"));
    assertThrows(
        InvalidInputException.class, () -> environment("JUKEBOX_MIRRORS", "ftp://host/dir"));
  }

  @Test
  void anAddressNamesNoOtherPlaceThanTheCache() {
    ModelCache cache = builder("m").build();
    for (String address :
        List.of(
            ReleasedFile.ORIGIN + "../../x",
            ReleasedFile.ORIGIN,
            server.address() + "a/../../../x",
            "file:///etc/passwd",
            "https:///x",
            "no address")) {
      assertThrows(InvalidInputException.class, () -> cache.file(address), address);
    }
  }

  private ModelCache environment(String name, String value) {
    return ModelCache.builder().environment(Map.of(name, value)).build();
  }

  private ModelCache.Builder builder(String... mirrors) {
    return ModelCache.builder()
        .environment(Map.of())
        .directory(directory)
        .retries(3, Duration.ofMillis(1))
        .mirrors(Arrays.stream(mirrors).map(this::mirror).toList());
  }

  private String mirror(String name) {
    return server.address() + name + "/";
  }

  private String last() {
    return server.requests().get(server.requests().size() - 1);
  }

  private String refusal(ModelCache cache) {
    return refusal(cache, ADDRESS);
  }

  private static String refusal(ModelCache cache, String address) {
    return assertThrows(JukeboxException.class, () -> cache.file(address)).getMessage();
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Random bytes that begin as a PyTorch file does. */
  private static byte[] checkpoint(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    bytes[0] = (byte) 0x80;
    bytes[1] = 2;
    return bytes;
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
