/**
 * Measures how well a model that was trained on the {@link dev.jukebox.examples.corpus} has learnt
 * it: from sound alone, since the corpus says what each song should sound like.
 */
package dev.jukebox.examples.measure;
