package dev.jukebox.core.data;

import java.nio.file.Path;

/**
 * A file to train on.
 *
 * @param file where it is
 * @param length samples of each channel at the rate of the model, as far as the file's header tells
 */
public record Song(Path file, long length) {}
