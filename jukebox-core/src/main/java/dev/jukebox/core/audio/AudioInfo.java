package dev.jukebox.core.audio;

import java.util.OptionalDouble;

/**
 * What a file says about its audio, without decoding it.
 *
 * @param sampleRate samples per second of each channel
 * @param channels the number of channels
 * @param seconds the duration, if the file tells; an estimate where a format does not say exactly
 */
public record AudioInfo(int sampleRate, int channels, OptionalDouble seconds) {}
