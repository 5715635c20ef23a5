package dev.jukebox.core.model.cache;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * A file that can be fetched.
 *
 * @param name what it is called in messages
 * @param target where it is kept
 * @param sources where it can be fetched from, in order
 * @param size its size in bytes, where known
 */
record RemoteFile(String name, Path target, List<URI> sources, OptionalLong size) {}
