package dev.jukebox.core.model.cache;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on the loopback interface that answers as a test tells it, and remembers requests. */
final class FileServer implements AutoCloseable {

  /** Answers one request. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  /** The address of the root. */
  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** The requests so far: path, and range if any. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  void at(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
          try (exchange) {
            answer.to(exchange);
          }
        });
  }

  /** A file that is sent as a good server sends it: whole, or from the first byte of a range. */
  static Answer file(byte[] content, String etag) {
    return exchange -> send(exchange, content, etag, content.length, first(exchange, etag));
  }

  /** As {@link #file}, but the condition of a range is not looked at. */
  static Answer careless(byte[] content, String etag) {
    return exchange -> send(exchange, content, etag, content.length, range(exchange));
  }

  /** As {@link #file}, but the connection breaks after so many bytes of each response. */
  static Answer breaking(byte[] content, String etag, int bytes) {
    return exchange -> send(exchange, content, etag, bytes, first(exchange, etag));
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  static Answer page(String html) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      whole(exchange, html.getBytes(StandardCharsets.UTF_8));
    };
  }

  /** The whole content with its length, whatever range was asked for. */
  static void whole(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  private static void send(HttpExchange exchange, byte[] content, String etag, int limit, int first)
      throws IOException {
    exchange.getResponseHeaders().set("ETag", etag);
    if (first >= content.length) {
      exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    int rest = content.length - first;
    if (first > 0) {
      String range = "bytes " + first + "-" + (content.length - 1) + "/" + content.length;
      exchange.getResponseHeaders().set("Content-Range", range);
    }
    exchange.sendResponseHeaders(first > 0 ? 206 : 200, rest);
    OutputStream body = exchange.getResponseBody();
    body.write(content, first, Math.min(limit, rest));
    body.flush();
    if (limit < rest) {
      throw new IOException("the connection is broken on purpose");
    }
  }

  private static int first(HttpExchange exchange, String etag) {
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    return condition == null || condition.equals(etag) ? range(exchange) : 0;
  }

  private static int range(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    Matcher matcher = RANGE.matcher(range == null ? "" : range);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
