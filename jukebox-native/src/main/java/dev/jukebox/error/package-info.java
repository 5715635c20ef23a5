/** The unchecked exceptions by which every module tells what went wrong, where, and what to do. */
package dev.jukebox.error;
