package dev.jukebox.core.model.cache;

import dev.jukebox.error.CancelledException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fetches a file from the first of its sources that gives it, unless it is here already. */
final class Fetcher {

  private final boolean offline;
  private final Timeouts timeouts;
  private final DownloadProgress progress;

  Fetcher(boolean offline, Timeouts timeouts, DownloadProgress progress) {
    this.offline = offline;
    this.timeouts = timeouts;
    this.progress = progress;
  }

  /** The file, if it is here; one of another size than the released one is refused. */
  static Optional<Path> find(RemoteFile file) {
    Path target = file.target();
    if (!Files.isRegularFile(target)) {
      return Optional.empty();
    }
    if (file.size().isPresent()) {
      requireSize(target, file.size().getAsLong());
    }
    return Optional.of(target);
  }

  private static void requireSize(Path target, long released) {
    try {
      long size = Files.size(target);
      if (size != released) {
        throw new FileAccessException(
            target
                + " has "
                + size
                + " bytes where the released file has "
                + released
                + "; delete it, and it is fetched anew");
      }
    } catch (IOException e) {
      throw new FileAccessException(target + " could not be read: " + e, e);
    }
  }

  /**
   * The path of the file, fetched where it is not here yet.
   *
   * @throws FileAccessException with the reason of each source, if none gives it
   */
  Path fetch(RemoteFile file) {
    Optional<Path> present = find(file);
    if (present.isPresent()) {
      return present.get();
    }
    if (offline) {
      throw new FileAccessException(
          file.name()
              + " is not in the cache and fetching is off; put it at "
              + file.target()
              + (file.sources().isEmpty() ? "" : ", for example from " + file.sources().get(0))
              + ", or unset JUKEBOX_OFFLINE");
    }
    CacheLock lock = CacheLock.acquire(file.target());
    try {
      // Another process may have fetched it while this one waited.
      Optional<Path> meanwhile = find(file);
      return meanwhile.isPresent() ? meanwhile.get() : fetchFromSources(file);
    } finally {
      lock.close();
    }
  }

  private Path fetchFromSources(RemoteFile file) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeouts.connect())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .proxy(ProxySelector.getDefault())
            .build();
    List<String> reasons = new ArrayList<>();
    try (PartFile part = new PartFile(file.target())) {
      for (URI source : file.sources()) {
        Optional<String> reason = tryRepeatedly(client, file, source, part);
        if (reason.isEmpty()) {
          part.complete();
          return file.target();
        }
        reasons.add(source + " gave " + reason.get());
      }
    }
    throw new NoSourceException(
        file.name()
            + " could not be fetched ("
            + (reasons.isEmpty() ? "no source is known" : String.join("; ", reasons))
            + "); put it at "
            + file.target()
            + ", or name other sources in JUKEBOX_MIRRORS");
  }

  /** Tries until the file is whole, or the source has failed too often without a new byte. */
  private Optional<String> tryRepeatedly(
      HttpClient client, RemoteFile file, URI source, PartFile part) {
    int attempt = 1;
    long most = part.size();
    while (true) {
      try {
        new Transfer(client, timeouts, file, source, part, progress).run();
        return Optional.empty();
      } catch (FetchFailure e) {
        attempt = part.size() > most ? 1 : attempt + 1;
        most = Math.max(most, part.size());
        if (!e.isPassing() || attempt > timeouts.attempts()) {
          return Optional.of(e.getMessage());
        }
        pause(file, attempt);
      }
    }
  }

  private void pause(RemoteFile file, int attempt) {
    try {
      Thread.sleep(timeouts.pauseBefore(attempt).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("The transfer of " + file.name() + " was interrupted", e);
    }
  }
}
