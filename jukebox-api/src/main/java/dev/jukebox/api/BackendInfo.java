package dev.jukebox.api;

/**
 * Something this machine may be able to compute with.
 *
 * @param name the name by which it is chosen
 * @param usable whether it can be used here
 * @param reason what it would run on, or why it cannot be used and how to mend that
 */
public record BackendInfo(String name, boolean usable, String reason) {}
