package dev.jukebox.api;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.provider.Backends;
import dev.jukebox.core.train.run.TrainSetup;
import dev.jukebox.core.train.run.TrainingRun;
import dev.jukebox.error.ComputeException;

/** One request to train: from what users say to what the core wants. */
final class TrainRun {

  private TrainRun() {}

  static TrainResult run(TrainRequest request, TrainListener listener) {
    JukeboxOptions options = request.options();
    TrainSetup setup =
        new TrainSetup(
            request.hps(),
            request.metadata(),
            options.ids(),
            ModelSpecs.cache(options),
            request.extendIds());
    try (Backend backend = open(options)) {
      dev.jukebox.core.train.run.TrainResult result =
          TrainingRun.run(setup, backend, new TrainEvents(listener, request.hps()));
      return new TrainResult(
          result.directory(),
          result.checkpoint(),
          result.model(),
          result.steps(),
          result.metrics());
    }
  }

  /** A backend of the given name; for {@code auto} the fastest that can train. */
  private static Backend open(JukeboxOptions options) {
    BackendOptions threads = new BackendOptions(options.threads());
    if (!options.backend().equals("auto")) {
      return Backends.open(options.backend(), threads);
    }
    for (BackendStatus status : Backends.available()) {
      if (status.usable()) {
        Backend backend = Backends.open(status.name(), threads);
        if (trains(backend)) {
          return backend;
        }
        backend.close();
      }
    }
    throw new ComputeException("no backend of this machine can train: see jukebox doctor");
  }

  private static boolean trains(Backend backend) {
    try {
      backend.training();
      return true;
    } catch (ComputeException e) {
      return false;
    }
  }
}
