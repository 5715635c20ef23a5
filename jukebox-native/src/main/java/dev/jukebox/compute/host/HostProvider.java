package dev.jukebox.compute.host;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;

/** Opens the plain-Java backend, which every JVM can run. */
public final class HostProvider implements BackendProvider {

  @Override
  public String name() {
    return "java";
  }

  @Override
  public BackendStatus status() {
    return new BackendStatus(name(), true, "plain Java on any JVM, the slow fallback");
  }

  @Override
  public Backend open(BackendOptions options) {
    HostThreads threads = new HostThreads(options.threads());
    return new HostBackend(
        name(),
        "plain Java, " + options.threads() + " threads",
        new BufferAllocator(),
        HostOps.java(threads),
        threads::close);
  }
}
