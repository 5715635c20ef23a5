/** What a sampling run leaves in its output directory for people: audio, a page, and alignments. */
package dev.jukebox.core.report;
