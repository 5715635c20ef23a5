package dev.jukebox.media;

/**
 * Whether FFmpeg can be used in this process.
 *
 * @param usable true if files can be decoded
 * @param reason why not, or which version can
 */
public record Availability(boolean usable, String reason) {}
