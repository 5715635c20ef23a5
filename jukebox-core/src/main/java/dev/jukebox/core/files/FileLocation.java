package dev.jukebox.core.files;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A place in the file system. */
record FileLocation(Path place) implements Location {

  @Override
  public Location resolve(String name) {
    try {
      return new FileLocation(place.resolve(name).normalize());
    } catch (InvalidPathException e) {
      throw new InvalidInputException("\"" + name + "\" is not a path", e);
    }
  }

  @Override
  public Location sibling(String name) {
    Path parent = place.toAbsolutePath().getParent();
    return new FileLocation(parent == null ? place : parent).resolve(name);
  }

  @Override
  public boolean exists() {
    return Files.exists(place);
  }

  @Override
  public byte[] read(long most) {
    try {
      long size = Files.size(place);
      if (size > most) {
        throw new FileAccessException(
            place + " has " + size + " bytes, where at most " + most + " are believed");
      }
      return Files.readAllBytes(place);
    } catch (IOException e) {
      throw FileErrors.cannotRead(place, e);
    }
  }

  @Override
  public Optional<Path> path() {
    return Optional.of(place);
  }

  @Override
  public String fileName() {
    return String.valueOf(place.getFileName());
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
