/**
 * What an application types: {@link dev.jukebox.api.Jukebox#sample} for one call, {@link
 * dev.jukebox.api.Jukebox#open} for repeated use.
 */
package dev.jukebox.api;
