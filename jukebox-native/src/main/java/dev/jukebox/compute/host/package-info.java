/**
 * The host column of the grid in plain Java: short implementations that run on any JVM, the oracle
 * of the conformance tests and the fallback where no native library fits.
 */
package dev.jukebox.compute.host;
