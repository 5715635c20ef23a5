/** The directory in which the files of released models are kept, and how they get there. */
package dev.jukebox.core.model.cache;
