package dev.jukebox.examples.demo;

import dev.jukebox.api.TrainRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of training.
 *
 * @param name of the run and of its directory
 * @param sets named sets of hyperparameters
 * @param settings hyperparameters over them, each as {@code name=value}; the last of a name counts
 */
record Stage(String name, List<String> sets, List<String> settings) {

  Stage {
    sets = List.copyOf(sets);
    settings = List.copyOf(settings);
  }

  /** With what the arguments say of this stage, {@code vqvae.width=8} for one of that name. */
  Stage with(List<String> arguments) {
    List<String> all = new ArrayList<>(settings);
    for (String argument : arguments) {
      if (argument.startsWith(name + ".")) {
        all.add(argument.substring(name.length() + 1));
      }
    }
    return new Stage(name, sets, all);
  }

  TrainRequest.Builder request() {
    TrainRequest.Builder request =
        TrainRequest.builder().name(name).hps(sets.toArray(new String[0]));
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      request.setText(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return request;
  }
}
