package dev.jukebox.core.model.cache;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The directory in which the files of released models are kept; what is not there yet is fetched
 * once, from the first source that has it.
 *
 * <pre>{@code
 * ModelCache cache = ModelCache.builder().progress((file, done, total) -> ...).build();
 * Path vqvae = cache.file("https://openaipublic.azureedge.net/jukebox/models/5b/vqvae.pth.tar");
 * }</pre>
 *
 * <p>A transfer that ends early is kept in a {@code .part} file and goes on from there; a file gets
 * its name when it is complete. Several processes may use one directory at a time.
 */
public final class ModelCache {

  private static final String INDEX = ShardIndex.NAME;

  private final Path directory;
  private final Mirrors mirrors;
  private final Fetcher fetcher;

  private ModelCache(Builder builder) {
    this.directory = builder.chosenDirectory().toAbsolutePath();
    this.mirrors = new Mirrors(builder.chosenMirrors());
    this.fetcher = new Fetcher(builder.chosenOffline(), builder.timeouts, builder.progress);
  }

  /** The cache that the environment asks for: see {@link #builder()}. */
  public static ModelCache standard() {
    return builder().build();
  }

  /**
   * A cache as the environment asks for, unless told otherwise: in {@code $JUKEBOX_CACHE}, else
   * {@code $XDG_CACHE_HOME/jukebox}, else {@code ~/.cache/jukebox}; fetching from {@code
   * $JUKEBOX_MIRRORS}, addresses with spaces or commas between them; fetching nothing if {@code
   * $JUKEBOX_OFFLINE} is 1 or true.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /**
   * The local path of a file by its address, fetched if need be. A checkpoint of the original's
   * release is looked for on every mirror; where none has the file, a repository with its tensors
   * in shards is fetched, and the path is that of its index.
   *
   * @throws FileAccessException with the reason of each source, if none gives the file, or if
   *     fetching is off
   */
  public Path file(String address) {
    if (!address.startsWith(ReleasedFile.ORIGIN)) {
      return fetcher.fetch(other(Mirrors.address(address)));
    }
    ReleasedFile released = ReleasedFile.of(address.substring(ReleasedFile.ORIGIN.length()));
    RemoteFile file = remote(released);
    Optional<Path> present = find(address);
    if (present.isPresent()) {
      return present.get();
    }
    if (released.copy().isEmpty() || !mirrors.hasHub()) {
      return fetcher.fetch(file);
    }
    try {
      return fetcher.fetch(file);
    } catch (NoSourceException e) {
      return copyAfter(e, released.copy().get());
    }
  }

  private Path copyAfter(NoSourceException original, ReleasedFile.Copy copy) {
    try {
      return copy(copy);
    } catch (NoSourceException e) {
      e.addSuppressed(original);
      throw new FileAccessException(
          original.getMessage() + "; nor is there a copy: " + e.getMessage(), e);
    }
  }

  /** The local path of a file by its address, if it is in the cache. */
  public Optional<Path> find(String address) {
    if (!address.startsWith(ReleasedFile.ORIGIN)) {
      return Fetcher.find(other(Mirrors.address(address)));
    }
    ReleasedFile released = ReleasedFile.of(address.substring(ReleasedFile.ORIGIN.length()));
    return Fetcher.find(remote(released)).or(() -> released.copy().flatMap(this::findCopy));
  }

  /**
   * The directory with files of a repository, fetched if need be.
   *
   * @param repository owner and name, such as {@code openai/jukebox-1b-lyrics}
   * @param files names of files in it
   */
  public Path repository(String repository, List<String> files) {
    files.forEach(file -> fetcher.fetch(ofRepository(repository, file)));
    return directory.resolve("hub").resolve(repository);
  }

  private Path copy(ReleasedFile.Copy copy) {
    Path index = fetcher.fetch(ofRepository(copy.repository(), INDEX));
    for (String shard : ShardIndex.shards(index, copy.prefix())) {
      fetcher.fetch(ofRepository(copy.repository(), shard));
    }
    return index;
  }

  private Optional<Path> findCopy(ReleasedFile.Copy copy) {
    Optional<Path> index = Fetcher.find(ofRepository(copy.repository(), INDEX));
    Predicate<String> isHere =
        shard -> Files.isRegularFile(ofRepository(copy.repository(), shard).target());
    return index.filter(path -> ShardIndex.shards(path, copy.prefix()).stream().allMatch(isHere));
  }

  private RemoteFile remote(ReleasedFile released) {
    return new RemoteFile(
        released.path(),
        inside("models", released.path()),
        mirrors.ofReleased(released.path()),
        released.size());
  }

  private RemoteFile ofRepository(String repository, String file) {
    return new RemoteFile(
        repository + "/" + file,
        inside("hub", repository + "/" + file),
        mirrors.ofRepository(repository, file),
        OptionalLong.empty());
  }

  private RemoteFile other(URI address) {
    return new RemoteFile(
        address.toString(),
        inside("hosts/" + address.getHost(), address.getPath()),
        List.of(address),
        OptionalLong.empty());
  }

  /** A path below the directory; an address cannot name another place. */
  private Path inside(String root, String path) {
    Path base = directory.resolve(root);
    try {
      Path target = base.resolve(path.replaceFirst("^/+", "")).normalize();
      if (target.startsWith(base) && !target.equals(base)) {
        return target;
      }
    } catch (InvalidPathException e) {
      throw noFile(path, e);
    }
    throw noFile(path, null);
  }

  private static InvalidInputException noFile(String path, Exception cause) {
    return new InvalidInputException("\"" + path + "\" is not the path of a file", cause);
  }

  /** Builds a {@link ModelCache}. */
  public static final class Builder {

    private Map<String, String> environment = System.getenv();
    private Optional<Path> directory = Optional.empty();
    private Optional<List<String>> mirrors = Optional.empty();
    private Optional<Boolean> offline = Optional.empty();
    private DownloadProgress progress = DownloadProgress.NONE;
    private Timeouts timeouts = Timeouts.STANDARD;

    private Builder() {}

    /** The directory in which files are kept. */
    public Builder directory(Path path) {
      this.directory = Optional.of(path);
      return this;
    }

    /**
     * The places that have released files, tried in order: addresses of directories with 5b/,
     * 5b_lyrics/ and 1b_lyrics/, or behind {@code hub:} of hosts of Hugging Face repositories.
     */
    public Builder mirrors(List<String> places) {
      this.mirrors = Optional.of(List.copyOf(places));
      return this;
    }

    /** Whether nothing is to be fetched. */
    public Builder offline(boolean nothing) {
      this.offline = Optional.of(nothing);
      return this;
    }

    /** Is told how far the fetching of each file is. */
    public Builder progress(DownloadProgress listener) {
      this.progress = listener;
      return this;
    }

    /** The longest waits for a connection and for the next bytes. */
    public Builder timeouts(Duration connect, Duration idle) {
      this.timeouts = new Timeouts(connect, idle, timeouts.attempts(), timeouts.pause());
      return this;
    }

    /**
     * How often a source is tried that brings no bytes, and the wait before the second try, which
     * is doubled before each further one.
     */
    public Builder retries(int attempts, Duration pause) {
      this.timeouts = new Timeouts(timeouts.connect(), timeouts.idle(), attempts, pause);
      return this;
    }

    /** The variables to read instead of those of the process. */
    public Builder environment(Map<String, String> variables) {
      this.environment = Map.copyOf(variables);
      return this;
    }

    /** The cache; nothing is read, written or fetched before it is asked for a file. */
    public ModelCache build() {
      return new ModelCache(this);
    }

    private Path chosenDirectory() {
      return directory
          .or(() -> variable("JUKEBOX_CACHE").map(Path::of))
          .or(
              () ->
                  variable("XDG_CACHE_HOME")
                      .map(Path::of)
                      .filter(Path::isAbsolute)
                      .map(path -> path.resolve("jukebox")))
          .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "jukebox"));
    }

    private List<String> chosenMirrors() {
      return mirrors
          .or(
              () ->
                  variable("JUKEBOX_MIRRORS")
                      .map(text -> Arrays.asList(text.strip().split("[\\s,]+", -1))))
          .orElseGet(Mirrors::standard);
    }

    private boolean chosenOffline() {
      return offline
          .or(
              () ->
                  variable("JUKEBOX_OFFLINE")
                      .map(text -> text.equals("1") || text.equalsIgnoreCase("true")))
          .orElse(false);
    }

    private Optional<String> variable(String name) {
      return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
  }
}
