package dev.jukebox.core.data;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/**
 * The audio files under a directory, known by the ends of their names.
 *
 * <pre>{@code
 * List<Path> files = AudioFiles.find(Path.of("music"), skipped);
 * }</pre>
 */
public final class AudioFiles {

  /** What the names of audio files end in, in any case. */
  public static final List<String> EXTENSIONS =
      List.of("mp3", "opus", "m4a", "aac", "wav", "flac", "ogg");

  private AudioFiles() {}

  /**
   * Every audio file under a directory and its subdirectories, links followed, in the order of
   * {@link #relativeName}, which is the same on every machine. Hidden files are left out.
   *
   * @param skipped told of subdirectories that cannot be read
   * @throws InvalidInputException if there is no such directory, or no audio file in it
   * @throws FileAccessException if the directory itself cannot be read
   */
  public static List<Path> find(Path directory, SkippedFiles skipped) {
    requireDirectory(directory);
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          directory,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Collector(directory, found, skipped));
    } catch (IOException e) {
      throw FileErrors.cannotRead(directory, e);
    }
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "There is no audio under "
              + directory
              + ": no file's name ends in "
              + String.join(", ", EXTENSIONS)
              + "; set audio_files_dir to a directory of music.");
    }
    found.sort(Comparator.comparing(file -> relativeName(directory, file)));
    return found;
  }

  /** A file's path below a directory, with slashes on every system. */
  public static String relativeName(Path directory, Path file) {
    Path relative = file.startsWith(directory) ? directory.relativize(file) : file;
    String name = relative.toString();
    String separator = relative.getFileSystem().getSeparator();
    return separator.equals("/") ? name : name.replace(separator, "/");
  }

  private static void requireDirectory(Path directory) {
    if (directory.toString().isEmpty()) {
      throw new InvalidInputException(
          "audio_files_dir is empty; set it to the directory of music to train on.");
    }
    if (!Files.isDirectory(directory)) {
      throw new InvalidInputException(
          "There is no directory "
              + directory
              + (Files.exists(directory) ? ", only a file of that name" : "")
              + "; set audio_files_dir to the directory of music to train on.");
    }
  }

  private static boolean isAudio(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0
        && !name.startsWith(".")
        && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private static final class Collector extends SimpleFileVisitor<Path> {

    private final Path directory;
    private final List<Path> found;
    private final SkippedFiles skipped;

    Collector(Path directory, List<Path> found, SkippedFiles skipped) {
      this.directory = directory;
      this.found = found;
      this.skipped = skipped;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isAudio(file)) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (file.equals(directory)) {
        throw e;
      }
      skipped.addFile(new SkippedFile(file, FileErrors.cannotRead(file, e).getMessage()));
      return FileVisitResult.CONTINUE;
    }
  }
}
