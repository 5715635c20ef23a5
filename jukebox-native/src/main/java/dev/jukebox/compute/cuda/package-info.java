/** The backend that computes on NVIDIA devices: one class a family of operations over a C ABI. */
package dev.jukebox.compute.cuda;
