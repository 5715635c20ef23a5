/** Numbers computed by the original implementation, for tests to compare with. */
package dev.jukebox.core.golden;
