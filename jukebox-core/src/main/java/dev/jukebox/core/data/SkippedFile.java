package dev.jukebox.core.data;

import java.nio.file.Path;

/**
 * A file, or a directory, that was left out.
 *
 * @param path where it is
 * @param reason one sentence that names it
 */
public record SkippedFile(Path path, String reason) {}
