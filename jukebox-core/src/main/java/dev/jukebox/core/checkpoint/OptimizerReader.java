package dev.jukebox.core.checkpoint;

import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.optim.AdamState;
import dev.jukebox.core.weights.pickle.PyObject;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what {@code Optimizer.state_dict} gave, of any version of PyTorch: the ids of parameters
 * are whatever they are, their order in param_groups is that of the model's parameters.
 */
final class OptimizerReader {
  private final String where;
  private final Parameters parameters;
  private long step;
  private boolean stepKnown;

  OptimizerReader(String where, Parameters parameters) {
    this.where = where;
    this.parameters = parameters;
  }

  AdamState read(Object tree) {
    Map<?, ?> dict = map(tree, "its optimizer's state");
    Map<?, ?> states = map(dict.get("state"), "its optimizer's 'state'");
    List<Object> ids = ids(dict.get("param_groups"));
    List<Parameter> all = parameters.all();
    if (ids.size() != all.size()) {
      throw new CheckpointException(
          "%s: its optimizer has %d parameters where the model has %d: it may be of another model"
              .formatted(where, ids.size(), all.size()));
    }
    List<Optional<AdamState.Moments>> moments = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Object state = states.get(ids.get(i));
      moments.add(
          state == null || asMap(state).filter(Map::isEmpty).isPresent()
              ? Optional.empty()
              : Optional.of(moments(all.get(i), state)));
    }
    return new AdamState(Math.toIntExact(step), moments);
  }

  private List<Object> ids(Object groups) {
    List<Object> ids = new ArrayList<>();
    if (groups instanceof List<?> list) {
      for (Object group : list) {
        if (map(group, "a group of its optimizer").get("params") instanceof List<?> params) {
          ids.addAll(params);
        }
      }
    }
    return ids;
  }

  private AdamState.Moments moments(Parameter parameter, Object saved) {
    Map<?, ?> state = map(saved, "its optimizer's state of '" + parameter.name() + "'");
    takeStep(parameter, (long) number(parameter, state, "step"));
    return new AdamState.Moments(
        tensor(parameter, state, "exp_avg"),
        tensor(parameter, state, "exp_avg_sq"),
        state.containsKey("scale_exp_avg")
            ? Optional.of(
                new AdamState.Scales(
                    number(parameter, state, "scale_exp_avg"),
                    number(parameter, state, "scale_exp_avg_sq")))
            : Optional.empty());
  }

  private void takeStep(Parameter parameter, long steps) {
    if ((stepKnown && steps != step) || steps != (int) steps || steps < 0) {
      throw new CheckpointException(
          "%s: its optimizer took %d steps with '%s' and %d with others, so it cannot be resumed"
              .formatted(where, steps, parameter.name(), step));
    }
    step = steps;
    stepKnown = true;
  }

  private FileTensor tensor(Parameter parameter, Map<?, ?> state, String key) {
    if (!(state.get(key) instanceof FileTensor tensor) || !tensor.type().isFloating()) {
      throw new CheckpointException(
          "%s: its optimizer has no '%s' of '%s'".formatted(where, key, parameter.name()));
    }
    long[] expected = parameter.value().shape().toArray();
    if (!Arrays.equals(tensor.shape(), expected)) {
      throw new CheckpointException(
          "%s: its optimizer's '%s' of '%s' has shape %s, %s was expected"
              .formatted(
                  where,
                  key,
                  parameter.name(),
                  Arrays.toString(tensor.shape()),
                  Arrays.toString(expected)));
    }
    return tensor;
  }

  private double number(Parameter parameter, Map<?, ?> state, String key) {
    Object value = state.get(key);
    double number =
        value instanceof FileTensor tensor && tensor.size() == 1
            ? tensor.toFloats()[0]
            : value instanceof Number plain ? plain.doubleValue() : Double.NaN;
    if (!Double.isFinite(number)) {
      throw new CheckpointException(
          "%s: its optimizer has no number '%s' of '%s'".formatted(where, key, parameter.name()));
    }
    return number;
  }

  private Map<?, ?> map(Object value, String what) {
    return asMap(value)
        .orElseThrow(() -> new CheckpointException("%s: %s is not a dict".formatted(where, what)));
  }

  private static Optional<Map<?, ?>> asMap(Object value) {
    if (value instanceof PyObject object) {
      return Optional.of(object.entries());
    }
    return value instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
  }
}
