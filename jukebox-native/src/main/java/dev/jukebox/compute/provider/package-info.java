/** Which backends this machine has, and how to open one. */
package dev.jukebox.compute.provider;
