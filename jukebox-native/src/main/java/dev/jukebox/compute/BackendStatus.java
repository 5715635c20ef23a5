package dev.jukebox.compute;

/**
 * Whether a backend can be used on this machine.
 *
 * @param name the name users choose it by
 * @param usable whether it can be opened
 * @param reason what it would run on, or why it cannot be used and how to mend that
 */
public record BackendStatus(String name, boolean usable, String reason) {}
