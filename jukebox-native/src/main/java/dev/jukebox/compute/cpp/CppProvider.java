package dev.jukebox.compute.cpp;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.host.HostBackend;
import dev.jukebox.compute.host.HostOps;
import dev.jukebox.compute.host.HostSampling;
import dev.jukebox.compute.library.NativeLibrary;
import dev.jukebox.error.ComputeException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Opens the C++ backend with the best instruction set of the processor, or with a given one. */
public final class CppProvider implements BackendProvider {
  private final Optional<CppTier> tier;

  private CppProvider(Optional<CppTier> tier) {
    this.tier = tier;
  }

  /** The backend {@code cpp}, which uses the best instruction set of the processor. */
  public static CppProvider best() {
    return new CppProvider(Optional.empty());
  }

  /** The backends that use one instruction set each, best first: {@code cpp-avx512} and so on. */
  public static List<BackendProvider> tiers() {
    return Stream.of(CppTier.AVX512, CppTier.AVX2, CppTier.BASELINE)
        .<BackendProvider>map(tier -> new CppProvider(Optional.of(tier)))
        .toList();
  }

  @Override
  public String name() {
    return tier.map(CppTier::backendName).orElse("cpp");
  }

  @Override
  public BackendStatus status() {
    NativeLibrary library = CppLibrary.get();
    if (!library.loaded()) {
      return new BackendStatus(name(), false, library.reason());
    }
    CppTier chosen = tier.orElseGet(CppTier::best);
    boolean usable = NativeApi.tierSupported(chosen.code()) == 1;
    return new BackendStatus(
        name(),
        usable,
        usable
            ? "C++ kernels for " + chosen.needs()
            : "this processor or build lacks " + chosen.needs() + ": use the backend cpp");
  }

  @Override
  public Backend open(BackendOptions options) {
    BackendStatus status = status();
    if (!status.usable()) {
      ComputeException unusable =
          new ComputeException("backend " + name() + " cannot be used: " + status.reason());
      CppLibrary.get().cause().ifPresent(unusable::initCause);
      throw unusable;
    }
    CppTier chosen = tier.orElseGet(CppTier::best);
    CppEngine engine = CppEngine.create(chosen, options.threads());
    HostOps ops =
        new HostOps(
            new CppLinear(engine),
            new CppNorm(engine),
            new CppAttention(engine),
            new CppConv(engine),
            new CppEmbedding(engine),
            new CppCodebook(engine),
            new HostSampling(),
            new CppElementwise(engine),
            new CppOptimizer(engine),
            CppTraining.of(engine));
    return new HostBackend(
        name(),
        status.reason() + ", " + options.threads() + " threads",
        new CppAllocator(),
        ops,
        engine::close);
  }
}
