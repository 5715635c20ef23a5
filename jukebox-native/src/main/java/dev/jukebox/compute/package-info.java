/**
 * The compute layer: tensors, arenas, backends, and one interface for each family of operations.
 *
 * <p>Families are rows of a grid, backends its columns: {@link dev.jukebox.compute.LinearOps} is
 * implemented by {@code host/HostLinear} in plain Java and by {@code cpp/CppLinear} over {@code
 * cpp/linear.cpp}.
 */
package dev.jukebox.compute;
