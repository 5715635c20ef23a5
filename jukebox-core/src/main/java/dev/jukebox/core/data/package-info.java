/**
 * Training data: a directory of music, cut into chunks and handed out in batches that a seed alone
 * decides.
 */
package dev.jukebox.core.data;
