/** What a model is made of: its hyperparameters, the places of its weights, and its size. */
package dev.jukebox.core.model;
