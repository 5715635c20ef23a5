/** What every backend requires of the arguments of an operation, said once. */
package dev.jukebox.compute.check;
