package dev.jukebox.examples.cli;

import dev.jukebox.api.BackendInfo;
import dev.jukebox.api.Jukebox;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code jukebox doctor}: what this machine can compute with, and why. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Lists the backends and audio decoders of this machine, with reasons.")
final class DoctorCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.out.printf(
        "Java %s (%s) on %s %s, %d processors%n",
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    System.out.println("backends, fastest first:");
    for (BackendInfo backend : Jukebox.backends()) {
      System.out.printf(
          "  %-4s %-14s %s%n", backend.usable() ? "yes" : "no", backend.name(), backend.reason());
    }
    BackendInfo decoder = Jukebox.audioDecoder();
    System.out.println("audio files other than WAV:");
    System.out.printf(
        "  %-4s %-14s %s%n", decoder.usable() ? "yes" : "no", decoder.name(), decoder.reason());
    return 0;
  }
}
