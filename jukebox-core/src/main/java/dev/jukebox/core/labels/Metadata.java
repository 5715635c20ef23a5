package dev.jukebox.core.labels;

/**
 * What a caller says of one song.
 *
 * @param artist name of the artist
 * @param genre name of the genre, or its words
 * @param lyrics the whole text; may be empty
 * @param totalLength length of the whole song, samples
 * @param offset place in the song at which the music starts, samples
 */
public record Metadata(String artist, String genre, String lyrics, long totalLength, long offset) {}
