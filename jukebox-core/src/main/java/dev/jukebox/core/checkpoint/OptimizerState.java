package dev.jukebox.core.checkpoint;

import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.optim.AdamOptions;
import dev.jukebox.core.optim.AdamState;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.weights.pickle.PyTuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An optimizer's state as PyTorch's {@code Optimizer.state_dict} has it.
 *
 * @param adam steps and moments
 * @param options what does not change from step to step
 * @param learningRate that of the next step
 * @param initialLearningRate what the schedule multiplies
 */
record OptimizerState(
    AdamState adam, AdamOptions options, double learningRate, double initialLearningRate) {

  static OptimizerState of(Optimizer optimizer) {
    return new OptimizerState(
        optimizer.adam().state(),
        optimizer.adam().options(),
        optimizer.learningRate().at(optimizer.steps()),
        optimizer.learningRate().rate());
  }

  /**
   * The state of a saved tree.
   *
   * @param where the file, for messages
   */
  static AdamState read(String where, Object tree, Parameters parameters) {
    return new OptimizerReader(where, parameters).read(tree);
  }

  /** The tree of plain values and tensors that is saved. */
  Map<String, Object> tree() {
    Map<Object, Object> states = new LinkedHashMap<>();
    List<Object> ids = new ArrayList<>();
    for (int i = 0; i < adam.moments().size(); i++) {
      long id = i;
      ids.add(id);
      adam.moments().get(i).flatMap(this::stateOf).ifPresent(state -> states.put(id, state));
    }
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("lr", learningRate);
    group.put("bias_correction", true);
    group.put("betas", PyTuple.of(options.beta1(), options.beta2()));
    group.put("eps", options.epsilon());
    group.put("weight_decay", options.weightDecay());
    group.put("initial_lr", initialLearningRate);
    group.put("params", ids);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("state", states);
    tree.put("param_groups", List.of(group));
    return tree;
  }

  /** FusedAdam has no state before the first step, FP16FusedAdam has. */
  private Optional<Map<String, Object>> stateOf(AdamState.Moments moments) {
    if (adam.step() == 0 && !options.halfMoments()) {
      return Optional.empty();
    }
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("step", adam.step());
    state.put("exp_avg", moments.first());
    state.put("exp_avg_sq", moments.second());
    moments
        .scales()
        .ifPresent(
            scales -> {
              state.put("scale_exp_avg", scales.first());
              state.put("scale_exp_avg_sq", scales.second());
            });
    return Optional.of(state);
  }
}
