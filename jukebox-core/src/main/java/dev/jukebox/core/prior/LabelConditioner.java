package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.labels.TimeBins;
import dev.jukebox.core.nn.WeightScope;
import java.util.Optional;

/** Embeds artist and genres, and at the top level the place of a window in its song. */
final class LabelConditioner {
  private record TimeTables(Tensor total, Tensor absolute, Tensor relative) {}

  private final Backend backend;
  private final PriorConfig config;
  private final Tensor genres;
  private final Tensor artists;
  private final Optional<TimeTables> time;

  LabelConditioner(WeightScope scope, PriorConfig config) {
    this.backend = scope.backend();
    this.config = config;
    int width = config.width();
    this.genres = scope.load("bow_genre_emb.emb.weight", config.yBins().get(0), width);
    this.artists = scope.load("artist_emb.emb.weight", config.yBins().get(1), width);
    if (config.isTop()) {
      int bins = config.hps().intOf("t_bins");
      this.time =
          Optional.of(
              new TimeTables(
                  scope.load("total_length_emb.emb.weight", bins, width),
                  scope.load("absolute_pos_emb.emb.weight", bins, width),
                  scope.load("relative_pos_emb.emb.weight", bins, width)));
    } else {
      this.time = Optional.empty();
    }
  }

  /** The input of position 0, [batch, 1, width]: artist plus genres. */
  Tensor start(LabelIds ids, Arena arena) {
    int batch = ids.artists().size();
    Tensor out = arena.tensor(DType.F32, batch, 1, config.width());
    Tensor column = arena.tensor(DType.I32, batch, 1);
    for (int[] genre : ids.genres()) {
      backend.upload(column, genre);
      backend.embedding().gatherAdd(genres, column, out);
    }
    backend.upload(column, ids.artists().stream().mapToInt(Integer::intValue).toArray());
    backend.embedding().gatherAdd(artists, column, out);
    return out;
  }

  /** The time signal of every code, [batch, nCtx, width]; empty below the top level. */
  Optional<Tensor> time(LabelIds ids, Arena arena) {
    return time.map(tables -> time(tables, ids, arena));
  }

  private Tensor time(TimeTables tables, LabelIds labels, Arena arena) {
    int batch = labels.times().size();
    int width = config.width();
    Tensor out = arena.tensor(DType.F32, batch, config.nCtx(), width);
    try (Arena temporary = backend.arena()) {
      Tensor total = temporary.tensor(DType.F32, 1, 1, width);
      Tensor totalId = temporary.tensor(DType.I32, 1, 1);
      Tensor ids = temporary.tensor(DType.I32, 1, config.nCtx());
      for (int n = 0; n < batch; n++) {
        TimeBins bins = labels.times().get(n);
        Tensor item = out.slice(n, 1);
        backend.upload(ids, bins.absolute());
        backend.embedding().gather(tables.absolute(), ids, item);
        backend.upload(totalId, new int[] {bins.total()});
        backend.embedding().gather(tables.total(), totalId, total);
        backend.elementwise().addSlice(item, total, 0, item);
        backend.upload(ids, bins.relative());
        backend.embedding().gatherAdd(tables.relative(), ids, item);
      }
    }
    return out;
  }
}
