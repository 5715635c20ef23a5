package dev.jukebox.compute.provider;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.cpp.CppProvider;
import dev.jukebox.compute.cuda.CudaProvider;
import dev.jukebox.compute.host.HostProvider;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The backends of this machine, fastest first, then those that a {@link ServiceLoader} finds.
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
            Stream.of(new CudaProvider(), CppProvider.best()),
            CppProvider.tiers().stream(),
            Stream.of(new HostProvider()),
            ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get))
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
   * @param name one of {@link #available}, {@code auto} for the fastest that can be used, or {@code
   *     cuda:1} for a device other than the first
   * @throws InvalidInputException if there is no such backend, or it cannot be used here
   */
  public static Backend open(String name, BackendOptions options) {
    int colon = name.indexOf(':');
    if (colon >= 0) {
      return open(name.substring(0, colon), onDevice(name, colon, options));
    }
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

  private static BackendOptions onDevice(String name, int colon, BackendOptions options) {
    try {
      return new BackendOptions(options.threads(), Integer.parseInt(name.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "backend " + name + " has no device number after the colon, expected such as cuda:1", e);
    }
  }
}
