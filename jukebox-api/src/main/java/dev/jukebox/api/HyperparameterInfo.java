package dev.jukebox.api;

/**
 * What is known of a hyperparameter.
 *
 * @param name the original's name for it
 * @param meaning a phrase: what it means, its kind and its default
 * @param flag whether it is either true or false
 */
public record HyperparameterInfo(String name, String meaning, boolean flag) {}
