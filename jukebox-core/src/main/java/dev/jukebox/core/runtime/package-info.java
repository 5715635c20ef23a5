/** A model whose weights are at hand: which parts are loaded, and when they are let go. */
package dev.jukebox.core.runtime;
