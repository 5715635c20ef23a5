package dev.jukebox.compute.cpp;

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
import org.bytedeco.javacpp.Loader;

/**
 * Whether the native library is loaded, or why not. It is verified against the hash that the build
 * recorded, and against the ABI version of {@link NativeApi}, before its first use.
 *
 * @param loaded whether {@link NativeApi} can be called
 * @param reason one sentence: what went wrong and how to mend it; empty if loaded
 * @param cause what was caught, if anything
 */
record NativeLibrary(boolean loaded, String reason, Optional<Throwable> cause) {
  private static final String MEND =
      "rebuild with g++ and make on the PATH, or use the java backend";

  /** The library of this process; loaded on the first call. */
  static NativeLibrary get() {
    return Holder.LIBRARY;
  }

  /** A JVM loads a library once; this class's initialisation is that once. */
  private static final class Holder {
    static final NativeLibrary LIBRARY = load();
  }

  private static NativeLibrary load() {
    try {
      String platform = Loader.getPlatform();
      String name = platform + "/" + System.mapLibraryName("jnijukebox");
      URL resource = NativeLibrary.class.getResource(name);
      if (resource == null) {
        return failed("no native library was built for " + platform + ": " + MEND);
      }
      Optional<String> recorded = recordedHash(name + ".sha256");
      if (recorded.isEmpty()) {
        return failed("the native library has no recorded hash: " + MEND);
      }
      Path file = onDisk(resource, recorded.get());
      if (!hash(file).equals(recorded.get())) {
        return failed("the native library " + file + " differs from what was built: " + MEND);
      }
      System.load(file.toAbsolutePath().toString());
      int version = NativeApi.abiVersion();
      if (version != NativeApi.ABI_VERSION) {
        return failed(
            "the native library has ABI version "
                + version
                + ", expected "
                + NativeApi.ABI_VERSION
                + ": "
                + MEND);
      }
      return new NativeLibrary(true, "", Optional.empty());
    } catch (IOException
        | URISyntaxException
        | NoSuchAlgorithmException
        | LinkageError
        | RuntimeException e) {
      return new NativeLibrary(
          false, "the native library cannot be loaded (" + e + "): " + MEND, Optional.of(e));
    }
  }

  /**
   * The library as a file: itself where it is one, else a copy in JavaCPP's cache, in a directory
   * named by its hash so that versions and processes cannot disturb each other.
   */
  private static Path onDisk(URL resource, String recorded)
      throws IOException, URISyntaxException, NoSuchAlgorithmException {
    if (resource.getProtocol().equals("file")) {
      return Path.of(resource.toURI());
    }
    Path directory = Loader.getCacheDir().toPath().resolve("jukebox-" + recorded);
    Path file = directory.resolve(System.mapLibraryName("jnijukebox"));
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

  private static NativeLibrary failed(String reason) {
    return new NativeLibrary(false, reason, Optional.empty());
  }

  private static Optional<String> recordedHash(String resource) throws IOException {
    try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    }
  }

  private static String hash(Path file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
