/**
 * The C++ backend: host kernels for several instruction sets behind a C ABI, one class for each
 * family of operations.
 */
package dev.jukebox.compute.cpp;
