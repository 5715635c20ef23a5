/**
 * The layers that the models are built of: each reads its weights by the original's names and runs
 * one or two operations of a backend.
 */
package dev.jukebox.core.nn;
