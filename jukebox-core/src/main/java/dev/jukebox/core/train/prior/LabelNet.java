package dev.jukebox.core.train.prior;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Embeddings;
import dev.jukebox.core.autograd.Embeddings.Lookup;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.labels.TimeBins;
import dev.jukebox.core.prior.LabelIds;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.nn.Initial;
import dev.jukebox.core.train.nn.ParameterScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Embeds artist and genres, and at the top level the place of a window in its song. */
final class LabelNet {
  private record TimeTables(Parameter total, Parameter absolute, Parameter relative) {}

  private final PriorConfig config;
  private final Parameter genres;
  private final Parameter artists;
  private final Optional<TimeTables> time;

  LabelNet(ParameterScope scope, PriorConfig config, double initScale) {
    this.config = config;
    int width = config.width();
    Initial small = new Initial.Normal(0.01 * initScale);
    this.genres = scope.parameter("bow_genre_emb.emb.weight", small, config.yBins().get(0), width);
    this.artists = scope.parameter("artist_emb.emb.weight", small, config.yBins().get(1), width);
    if (config.isTop()) {
      int bins = config.hps().intOf("t_bins");
      this.time =
          Optional.of(
              new TimeTables(
                  scope.parameter("total_length_emb.emb.weight", small, bins, width),
                  scope.parameter("absolute_pos_emb.emb.weight", small, bins, width),
                  scope.parameter("relative_pos_emb.emb.weight", small, bins, width)));
    } else {
      this.time = Optional.empty();
    }
  }

  /** The input of position 0, [batch, 1, width]: artist plus genres. */
  Variable start(Tape tape, LabelIds ids) {
    List<Lookup> lookups = new ArrayList<>();
    for (int[] genre : ids.genres()) {
      lookups.add(lookup(tape, genres, genre, 1));
    }
    int[] artist = ids.artists().stream().mapToInt(Integer::intValue).toArray();
    lookups.add(lookup(tape, artists, artist, 1));
    return Embeddings.gatherSum(tape, lookups);
  }

  /** The time signal of every code, [batch, nCtx, width]; empty below the top level. */
  Optional<Variable> time(Tape tape, LabelIds ids) {
    return time.map(tables -> time(tape, tables, ids.times()));
  }

  private Variable time(Tape tape, TimeTables tables, List<TimeBins> times) {
    int length = config.nCtx();
    int[] total = new int[times.size() * length];
    int[] absolute = new int[times.size() * length];
    int[] relative = new int[times.size() * length];
    for (int n = 0; n < times.size(); n++) {
      TimeBins bins = times.get(n);
      Arrays.fill(total, n * length, (n + 1) * length, bins.total());
      System.arraycopy(bins.absolute(), 0, absolute, n * length, length);
      System.arraycopy(bins.relative(), 0, relative, n * length, length);
    }
    return Embeddings.gatherSum(
        tape,
        List.of(
            lookup(tape, tables.total(), total, length),
            lookup(tape, tables.absolute(), absolute, length),
            lookup(tape, tables.relative(), relative, length)));
  }

  private static Lookup lookup(Tape tape, Parameter table, int[] ids, int positions) {
    Tensor rows = tape.take(DType.I32, ids.length / positions, positions);
    tape.backend().upload(rows, ids);
    return new Lookup(tape.parameter(table), rows);
  }
}
