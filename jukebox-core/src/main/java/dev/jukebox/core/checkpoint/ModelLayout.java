package dev.jukebox.core.checkpoint;

import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model's checkpoint holds beside its parameters: second names of tied parameters, and
 * tensors that are no parameters. Immutable.
 *
 * <pre>{@code
 * ModelLayout prior = ModelLayout.plain().tied("prior.x_out.weight", "prior.x_emb.weight");
 * ModelLayout vqvae = ModelLayout.plain().buffer("bottleneck.level_blocks.0.k", codebook);
 * }</pre>
 *
 * @param ties the name of a parameter by its second name
 * @param buffers F32 tensors by name, such as codebooks; they are saved, and filled when a
 *     checkpoint is read
 */
public record ModelLayout(Map<String, String> ties, Map<String, Tensor> buffers) {

  /** Copies the maps. */
  public ModelLayout {
    ties = Collections.unmodifiableMap(new LinkedHashMap<>(ties));
    buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
  }

  /** Parameters and nothing else. */
  public static ModelLayout plain() {
    return new ModelLayout(Map.of(), Map.of());
  }

  /** This, with a parameter that stands in the checkpoint under a second name, too. */
  public ModelLayout tied(String secondName, String parameter) {
    Map<String, String> more = new LinkedHashMap<>(ties);
    more.put(secondName, parameter);
    return new ModelLayout(more, buffers);
  }

  /** This, with a tensor that is no parameter. */
  public ModelLayout buffer(String name, Tensor tensor) {
    Map<String, Tensor> more = new LinkedHashMap<>(buffers);
    more.put(name, tensor);
    return new ModelLayout(ties, more);
  }

  /**
   * All names of the checkpoint in the order of the original's state_dict: second names and buffers
   * come last within the innermost module that has parameters.
   */
  List<String> names(Parameters parameters) {
    List<String> names = new ArrayList<>();
    parameters.all().stream().map(Parameter::name).forEach(names::add);
    ties.keySet().forEach(name -> insert(names, name));
    buffers.keySet().forEach(name -> insert(names, name));
    return names;
  }

  private static void insert(List<String> names, String name) {
    int end = name.lastIndexOf('.');
    while (end >= 0) {
      String module = name.substring(0, end + 1);
      for (int i = names.size() - 1; i >= 0; i--) {
        if (names.get(i).startsWith(module)) {
          names.add(i + 1, name);
          return;
        }
      }
      end = name.lastIndexOf('.', end - 1);
    }
    names.add(name);
  }
}
