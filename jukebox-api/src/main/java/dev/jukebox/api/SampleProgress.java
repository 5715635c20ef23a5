package dev.jukebox.api;

/**
 * How far a level is.
 *
 * @param level the level that is drawn, 0 for the finest
 * @param done codes drawn so far, over all items
 * @param total codes that will be drawn at this level
 * @param codesPerSecond speed since the level began; 0 before the first code
 * @param secondsLeft expected time to the end of this level; 0 before the first code
 */
public record SampleProgress(
    int level, long done, long total, double codesPerSecond, double secondsLeft) {}
