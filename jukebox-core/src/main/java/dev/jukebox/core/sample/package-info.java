/**
 * Sampling: windows and hops over the levels, prompts, progress and the lyric alignment (Jukebox
 * paper, section 5).
 */
package dev.jukebox.core.sample;
