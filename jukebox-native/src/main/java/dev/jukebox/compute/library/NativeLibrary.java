package dev.jukebox.compute.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.bytedeco.javacpp.Loader;

/**
 * Whether a native library is loaded, or why not. It is verified against the hash that the build
 * recorded, and against the ABI version of its declarations, before its first use.
 *
 * @param loaded whether its functions can be called
 * @param reason one sentence: what went wrong and how to mend it; empty if loaded
 * @param cause what was caught, if anything
 */
public record NativeLibrary(boolean loaded, String reason, Optional<Throwable> cause) {

  /**
   * A library that lies beside the class that declares its functions.
   *
   * @param declarations the class of the native methods
   * @param directory where the library lies, relative to the class; holds a directory a platform
   * @param name name of the library, without prefix and suffix
   * @param abiVersion asks the loaded library for its version
   * @param expectedVersion the version that the declarations match
   * @param mend what the user can do where it cannot be loaded
   */
  public record Origin(
      Class<?> declarations,
      String directory,
      String name,
      IntSupplier abiVersion,
      int expectedVersion,
      String mend) {}

  /** Loads a library; call it once for each. */
  public static NativeLibrary load(Origin origin) {
    try {
      return new Loading(origin).run();
    } catch (IOException
        | URISyntaxException
        | NoSuchAlgorithmException
        | LinkageError
        | RuntimeException e) {
      return new NativeLibrary(
          false,
          "the native library cannot be loaded (" + e + "): " + origin.mend(),
          Optional.of(e));
    }
  }

  private record Loading(Origin origin) {

    NativeLibrary run() throws IOException, URISyntaxException, NoSuchAlgorithmException {
      String platform = Loader.getPlatform();
      String file = System.mapLibraryName(origin.name());
      String resource = origin.directory() + platform + "/" + file;
      URL found = origin.declarations().getResource(resource);
      if (found == null) {
        return failed("no native library was built for " + platform);
      }
      Optional<String> recorded = recordedHash(resource + ".sha256");
      if (recorded.isEmpty()) {
        return failed("the native library has no recorded hash");
      }
      Path path = onDisk(found, file, recorded.get());
      if (!hash(path).equals(recorded.get())) {
        return failed("the native library " + path + " differs from what was built");
      }
      System.load(path.toAbsolutePath().toString());
      int version = origin.abiVersion().getAsInt();
      if (version != origin.expectedVersion()) {
        return failed(
            "the native library has ABI version "
                + version
                + ", expected "
                + origin.expectedVersion());
      }
      return new NativeLibrary(true, "", Optional.empty());
    }

    private NativeLibrary failed(String reason) {
      return new NativeLibrary(false, reason + ": " + origin.mend(), Optional.empty());
    }

    private Optional<String> recordedHash(String resource) throws IOException {
      try (InputStream in = origin.declarations().getResourceAsStream(resource)) {
        return in == null
            ? Optional.empty()
            : Optional.of(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
      }
    }
  }

  /**
   * The library as a file: itself where it is one, else a copy in JavaCPP's cache, in a directory
   * named by its hash so that versions and processes cannot disturb each other.
   */
  private static Path onDisk(URL resource, String name, String recorded)
      throws IOException, URISyntaxException, NoSuchAlgorithmException {
    if (resource.getProtocol().equals("file")) {
      return Path.of(resource.toURI());
    }
    Path directory = Loader.getCacheDir().toPath().resolve("jukebox-" + recorded);
    Path file = directory.resolve(name);
    if (Files.exists(file) && hash(file).equals(recorded)) {
      return file;
    }
    Files.createDirectories(directory);
    Path copy = Files.createTempFile(directory, "new", ".tmp");
    try (InputStream in = resource.openStream()) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(copy);
    }
    return file;
  }

  private static String hash(Path file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
