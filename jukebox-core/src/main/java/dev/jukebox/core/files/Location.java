package dev.jukebox.core.files;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a file or directory is read from: the file system, or the class path, so that what lies in
 * a jar is read without being unpacked.
 *
 * <pre>{@code
 * Location model = Location.of(Path.of("model.json"));
 * byte[] json = model.read(1 << 20);
 * Location weights = model.sibling("vqvae.safetensors");
 * }</pre>
 */
public sealed interface Location permits FileLocation, ResourceLocation {

  /** A place in the file system. */
  static Location of(Path path) {
    return new FileLocation(path);
  }

  /**
   * A resource of the class path, looked up each time it is read.
   *
   * @param owner the class beside whose package it lies
   * @param name its name as seen from that package, with slashes
   */
  static Location resource(Class<?> owner, String name) {
    return new ResourceLocation(owner, name);
  }

  /**
   * What a name means within this directory.
   *
   * @param name a relative path with slashes, or, in the file system, an absolute one
   * @throws dev.jukebox.error.InvalidInputException if it is no path
   */
  Location resolve(String name);

  /** What a name means beside this file. */
  Location sibling(String name);

  /** Whether there is such a file; directories of the class path are not seen. */
  boolean exists();

  /**
   * All bytes of the file.
   *
   * @param most the most that it may have
   * @throws dev.jukebox.error.FileAccessException if it cannot be read, or is larger
   */
  byte[] read(long most);

  /** The path; empty for a resource. */
  Optional<Path> path();

  /** The name of the last element. */
  String fileName();

  /** The path or the resource, for messages. */
  @Override
  String toString();
}
