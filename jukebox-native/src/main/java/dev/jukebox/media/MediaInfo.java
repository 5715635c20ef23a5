package dev.jukebox.media;

import java.util.OptionalDouble;

/**
 * What a file says about its first audio stream.
 *
 * @param format the container, e.g. {@code ogg}
 * @param codec the coding, e.g. {@code vorbis}
 * @param sampleRate samples per second of each channel, as decoded
 * @param channels the number of channels
 * @param seconds the duration, if the file tells; for some files an estimate from their size
 */
public record MediaInfo(
    String format, String codec, int sampleRate, int channels, OptionalDouble seconds) {}
