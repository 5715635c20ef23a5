/**
 * A sampling run from its request to its files: lengths, prompts, saved codes, output of levels.
 */
package dev.jukebox.core.run;
