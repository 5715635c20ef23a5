package dev.jukebox.core.model.cache;

import dev.jukebox.core.model.cache.PartFile.Version;
import dev.jukebox.error.CancelledException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One try to fetch a file, or the rest of it, from one source. */
final class Transfer {

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+|\\*)");
  private static final int BUFFER = 1 << 16;
  private static final long REPORT_EVERY = 1L << 20;

  private final HttpClient client;
  private final Timeouts timeouts;
  private final RemoteFile file;
  private final URI source;
  private final PartFile part;
  private final DownloadProgress progress;

  Transfer(
      HttpClient client,
      Timeouts timeouts,
      RemoteFile file,
      URI source,
      PartFile part,
      DownloadProgress progress) {
    this.client = client;
    this.timeouts = timeouts;
    this.file = file;
    this.source = source;
    this.part = part;
    this.progress = progress;
  }

  /** Brings the whole file into the part, or throws; what has arrived stays there. */
  void run() throws FetchFailure {
    Optional<Version> known = part.version();
    if (known.isEmpty()) {
      part.discard();
    }
    HttpResponse<InputStream> response = send(known);
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> receiveAll(response.headers(), body);
        case 206 -> receiveRest(response.headers(), body, known);
        case 416 -> endOfRange(response.headers(), known);
        default -> throw refusal(response.statusCode());
      }
    } catch (IOException e) {
      throw interruptedOr(FetchFailure.passing("the connection broke: " + e.getMessage(), e));
    }
  }

  private HttpResponse<InputStream> send(Optional<Version> known) throws FetchFailure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(source)
            .timeout(timeouts.connect())
            .header("User-Agent", "jukebox-java")
            .header("Accept-Encoding", "identity");
    known.ifPresent(
        version -> {
          request.header("Range", "bytes=" + part.size() + "-");
          version.condition().ifPresent(value -> request.header("If-Range", value));
        });
    try {
      return client.send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw FetchFailure.passing(
          e.getMessage() == null ? "no connection" : "no connection: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    }
  }

  private void receiveAll(HttpHeaders headers, InputStream body) throws IOException, FetchFailure {
    Version version = version(headers, contentLength(headers).orElse(-1));
    check(headers, version);
    part.restart(version);
    receive(body, version);
  }

  private void receiveRest(HttpHeaders headers, InputStream body, Optional<Version> known)
      throws IOException, FetchFailure {
    Range range = range(headers);
    Version version = version(headers, range.total());
    boolean continues =
        known.isPresent() && version.continues(known.get()) && range.first() == part.size();
    if (!continues) {
      part.discard();
      throw FetchFailure.passing("the file has changed since a part of it was fetched");
    }
    check(headers, version);
    receive(body, version);
  }

  /** Nothing lies behind what is here: it is complete if it has the size of the version. */
  private void endOfRange(HttpHeaders headers, Optional<Version> known) throws FetchFailure {
    long total = range(headers).total();
    boolean complete =
        known.isPresent() && known.get().size() == part.size() && total == part.size();
    if (!complete) {
      part.discard();
      throw FetchFailure.passing("the file has changed since a part of it was fetched");
    }
  }

  private void check(HttpHeaders headers, Version version) throws FetchFailure {
    Optional<String> wrongType =
        headers.firstValue("Content-Type").flatMap(ContentCheck::refuseType);
    if (wrongType.isPresent()) {
      throw FetchFailure.lasting(wrongType.get());
    }
    if (file.size().isPresent()
        && version.size() >= 0
        && version.size() != file.size().getAsLong()) {
      throw FetchFailure.lasting(
          "a file of "
              + version.size()
              + " bytes instead of the "
              + file.size().getAsLong()
              + " of the released one");
    }
  }

  private void receive(InputStream body, Version version) throws IOException, FetchFailure {
    if (version.size() >= 0) {
      part.requireSpace(version.size() - part.size());
    }
    progress.progress(file.name(), part.size(), version.size());
    try (IdleGuard guard = new IdleGuard(body, timeouts.idle())) {
      try {
        copy(body, version, guard);
      } catch (IOException e) {
        if (guard.wasIdle()) {
          throw idle();
        }
        throw e;
      }
      if (guard.wasIdle()) {
        throw idle();
      }
    }
    requireWhole(version);
    progress.progress(file.name(), part.size(), version.size());
  }

  private void copy(InputStream body, Version version, IdleGuard guard)
      throws IOException, FetchFailure {
    byte[] buffer = new byte[BUFFER];
    long reported = part.size();
    if (part.size() == 0) {
      int start = body.readNBytes(buffer, 0, ContentCheck.BYTES);
      guard.touch();
      Optional<String> wrong =
          ContentCheck.refuseStart(
              file.target().getFileName().toString(), Arrays.copyOf(buffer, start));
      if (wrong.isPresent() && !guard.wasIdle()) {
        throw start == 0 ? FetchFailure.passing("no bytes") : FetchFailure.lasting(wrong.get());
      }
      part.append(buffer, start);
    }
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      guard.touch();
      part.append(buffer, n);
      if (Thread.currentThread().isInterrupted()) {
        throw cancelled();
      }
      if (part.size() - reported >= REPORT_EVERY) {
        reported = part.size();
        progress.progress(file.name(), reported, version.size());
      }
    }
  }

  private void requireWhole(Version version) throws FetchFailure {
    long size = part.size();
    if (version.size() >= 0 && size != version.size()) {
      if (size > version.size()) {
        part.discard();
      }
      throw FetchFailure.passing("only " + size + " of " + version.size() + " bytes");
    }
    if (file.size().isPresent() && size != file.size().getAsLong()) {
      part.discard();
      throw FetchFailure.lasting(
          "a file of " + size + " bytes instead of the " + file.size().getAsLong() + " released");
    }
  }

  private static FetchFailure refusal(int status) {
    String reason = "status " + status;
    boolean passing = status >= 500 || status == 408 || status == 429;
    return passing ? FetchFailure.passing(reason) : FetchFailure.lasting(reason);
  }

  private FetchFailure idle() {
    return FetchFailure.passing("nothing arrived for " + timeouts.idle().toSeconds() + " s");
  }

  private CancelledException cancelled() {
    return new CancelledException(
        "The transfer of "
            + file.name()
            + " was interrupted; what has arrived is kept, and another run goes on from there");
  }

  private FetchFailure interruptedOr(FetchFailure failure) {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled();
    }
    return failure;
  }

  private Version version(HttpHeaders headers, long size) {
    return new Version(
        source.toString(),
        headers.firstValue("ETag").orElse(""),
        headers.firstValue("Last-Modified").orElse(""),
        size);
  }

  private static OptionalLong contentLength(HttpHeaders headers) {
    return headers.firstValueAsLong("Content-Length");
  }

  private record Range(long first, long total) {}

  private static Range range(HttpHeaders headers) {
    Matcher matcher = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    if (!matcher.matches()) {
      return new Range(-1, -1);
    }
    return new Range(number(matcher.group(1)), number(matcher.group(2)));
  }

  private static long number(String digits) {
    try {
      return digits == null ? -1 : Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
