package dev.jukebox.core.files;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A resource of the class path. */
record ResourceLocation(Class<?> owner, String name) implements Location {

  @Override
  public Location resolve(String child) {
    return new ResourceLocation(owner, name + "/" + child);
  }

  @Override
  public Location sibling(String other) {
    int slash = name.lastIndexOf('/');
    return new ResourceLocation(owner, name.substring(0, slash + 1) + other);
  }

  @Override
  public boolean exists() {
    return owner.getResource(name) != null;
  }

  @Override
  public byte[] read(long most) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileAccessException("The resource " + this + " is missing from this build");
      }
      byte[] bytes = in.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 8));
      if (in.read() >= 0) {
        throw new FileAccessException(
            "The resource " + this + " has more than the " + most + " bytes that are believed");
      }
      return bytes;
    } catch (IOException e) {
      throw new FileAccessException("The resource " + this + " could not be read: " + e, e);
    }
  }

  @Override
  public Optional<Path> path() {
    return Optional.empty();
  }

  @Override
  public String fileName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return owner.getPackageName().replace('.', '/') + "/" + name;
  }
}
