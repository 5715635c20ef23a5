/** Python's pickle format as data: a stack machine that never looks up or calls anything. */
package dev.jukebox.core.weights.pickle;
