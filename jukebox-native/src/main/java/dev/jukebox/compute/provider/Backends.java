package dev.jukebox.compute.provider;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.cpp.CppProvider;
import dev.jukebox.compute.host.HostProvider;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The backends of this machine, fastest first.
 *
 * <pre>{@code
 * Backends.available().forEach(System.out::println);
 * try (Backend backend = Backends.open("auto", BackendOptions.defaults())) { ... }
 * }</pre>
 */
public final class Backends {

  private Backends() {}

  private static List<BackendProvider> providers() {
    return Stream.of(
            Stream.of(CppProvider.best()),
            CppProvider.tiers().stream(),
            Stream.of(new HostProvider()))
        .<BackendProvider>flatMap(some -> some)
        .toList();
  }

  /** Every backend, usable or not, with the reason; fastest first. */
  public static List<BackendStatus> available() {
    return providers().stream().map(BackendProvider::status).toList();
  }

  /**
   * Opens a backend by name.
   *
   * @param name one of {@link #available}, or {@code auto} for the fastest that can be used
   * @throws InvalidInputException if there is no such backend, or it cannot be used here
   */
  public static Backend open(String name, BackendOptions options) {
    List<BackendProvider> providers = providers();
    for (BackendProvider provider : providers) {
      if (name.equals("auto") ? provider.status().usable() : provider.name().equals(name)) {
        BackendStatus status = provider.status();
        if (!status.usable()) {
          throw new InvalidInputException(
              "backend " + name + " cannot be used here: " + status.reason());
        }
        return provider.open(options);
      }
    }
    String known = providers.stream().map(BackendProvider::name).collect(Collectors.joining(", "));
    throw new InvalidInputException("unknown backend " + name + ", expected auto, " + known);
  }
}
