/** Writing files so that what stood there before survives a failure. */
package dev.jukebox.core.files;
