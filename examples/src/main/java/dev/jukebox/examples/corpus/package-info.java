/**
 * Songs that this code composes, writes the words of and sings: music free of anyone's rights, with
 * labels that can be checked by measuring, to train the built-in model on.
 */
package dev.jukebox.examples.corpus;
