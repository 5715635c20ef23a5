package dev.jukebox.core.golden;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.provider.Backends;
import java.util.stream.Stream;

/** The backends that the golden tests run on: every one that can be used here. */
public final class GoldenBackends {

  private GoldenBackends() {}

  /** Names of the usable backends. */
  public static Stream<String> names() {
    return Backends.available().stream().filter(BackendStatus::usable).map(BackendStatus::name);
  }

  /** Opens one with all processors. */
  public static Backend open(String name) {
    return Backends.open(name, BackendOptions.defaults());
  }
}
