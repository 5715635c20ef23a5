package dev.jukebox.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One tab of a headless Chromium, driven by the DevTools protocol.
 *
 * <pre>{@code
 * try (Chromium browser = Chromium.start(Chromium.find().orElseThrow(), directory)) {
 *   browser.open(page.toUri());
 *   assertEquals("title", browser.evaluate("document.title").asText());
 * }
 * }</pre>
 */
final class Chromium implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final int SHIFT = 8;
  private static final Map<String, Integer> KEY_CODES =
      Map.of(
          " ",
          32,
          "PageUp",
          33,
          "PageDown",
          34,
          "End",
          35,
          "Home",
          36,
          "ArrowLeft",
          37,
          "ArrowUp",
          38,
          "ArrowRight",
          39,
          "ArrowDown",
          40);

  private static final Pattern PATH_SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private final Process process;
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> replies = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private Optional<WebSocket> socket = Optional.empty();

  private Chromium(Process process) {
    this.process = process;
  }

  /** Where it is installed, if it is on the PATH under one of its names. */
  static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return NAMES.stream()
        .flatMap(name -> PATH_SEPARATOR.splitAsStream(path).map(each -> Path.of(each, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it with an empty profile in a directory. */
  static Chromium start(Path program, Path directory) throws IOException {
    Path profile = Files.createDirectories(directory.resolve("profile"));
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--mute-audio",
                "--autoplay-policy=no-user-gesture-required",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("chromium.log").toFile());
    builder.environment().put("TMPDIR", directory.toString());
    Chromium browser = new Chromium(builder.start());
    try {
      browser.connect(profile.resolve("DevToolsActivePort"));
      return browser;
    } catch (IOException | RuntimeException | Error e) {
      browser.close();
      throw e;
    }
  }

  private void connect(Path portFile) throws IOException {
    await("Chromium listens", () -> Files.exists(portFile) && !lines(portFile).isEmpty());
    URI list = URI.create("http://127.0.0.1:" + lines(portFile).get(0) + "/json/list");
    HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    JsonNode tab;
    try {
      HttpRequest request = HttpRequest.newBuilder(list).timeout(LIMIT).build();
      tab = page(json.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    URI address = URI.create(tab.get("webSocketDebuggerUrl").asText());
    socket =
        Optional.of(
            await(
                http.newWebSocketBuilder().connectTimeout(LIMIT).buildAsync(address, listener())));
    for (String domain : new String[] {"Page", "Runtime", "Network", "Log"}) {
      call(domain + ".enable");
    }
  }

  private static JsonNode page(JsonNode targets) {
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        return target;
      }
    }
    throw new IllegalStateException("Chromium has no tab: " + targets);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private WebSocket.Listener listener() {
    StringBuilder message = new StringBuilder();
    return new WebSocket.Listener() {
      @Override
      public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
          receive(message.toString());
          message.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedStage(data);
      }
    };
  }

  private void receive(String message) {
    try {
      JsonNode node = json.readTree(message);
      if (node.has("id")) {
        replies.remove(node.get("id").asInt()).complete(node);
      } else {
        events.add(node);
      }
    } catch (IOException e) {
      throw new IllegalStateException("no JSON: " + message, e);
    }
  }

  /** Calls a method of the protocol with names and values, and returns its result. */
  JsonNode call(String method, Object... parameters) {
    ObjectNode request = json.createObjectNode();
    int id = lastId.incrementAndGet();
    request.put("id", id).put("method", method);
    ObjectNode values = request.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      values.set(parameters[i].toString(), json.valueToTree(parameters[i + 1]));
    }
    CompletableFuture<JsonNode> reply = new CompletableFuture<>();
    replies.put(id, reply);
    await(socket.orElseThrow().sendText(request.toString(), true));
    JsonNode answer = await(reply);
    if (answer.has("error")) {
      throw new IllegalStateException(method + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  /** Opens a page and waits until all of it is loaded. */
  void open(URI page) {
    events.clear();
    call("Page.navigate", "url", page.toString());
    await("the page is loaded", () -> !events("Page.loadEventFired").isEmpty());
  }

  /** The value of an expression of JavaScript. */
  JsonNode evaluate(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            "expression",
            expression,
            "returnByValue",
            true,
            "awaitPromise",
            true);
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.get("result").path("value");
  }

  /** Presses a key by its name, e.g. "ArrowLeft" or " ". */
  void press(String key) {
    press(key, 0);
  }

  /** Presses a key together with Shift. */
  void pressWithShift(String key) {
    press(key, SHIFT);
  }

  private void press(String key, int modifiers) {
    for (String type : new String[] {key.isBlank() ? "keyDown" : "rawKeyDown", "keyUp"}) {
      call(
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          key,
          "code",
          key.isBlank() ? "Space" : key,
          "windowsVirtualKeyCode",
          KEY_CODES.get(key),
          "text",
          key.isBlank() ? key : "",
          "modifiers",
          modifiers);
    }
  }

  /** Clicks a place of the viewport. */
  void click(double x, double y) {
    for (String type : new String[] {"mousePressed", "mouseReleased"}) {
      call(
          "Input.dispatchMouseEvent",
          "type",
          type,
          "x",
          x,
          "y",
          y,
          "button",
          "left",
          "clickCount",
          1);
    }
  }

  /** What happened since the page was opened, the parameters of all events of a kind. */
  List<JsonNode> events(String method) {
    return events.stream()
        .filter(event -> event.path("method").asText().equals(method))
        .map(event -> event.get("params"))
        .toList();
  }

  /** Waits until something holds, at most a minute. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new AssertionError("waited in vain until " + what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the browser with all its processes. */
  @Override
  public void close() {
    socket.ifPresent(WebSocket::abort);
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : all) {
      // The profile is deleted next, and must not be written to meanwhile.
      each.onExit().completeOnTimeout(each, LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
  }
}
