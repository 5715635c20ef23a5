package dev.jukebox.api;

import dev.jukebox.core.align.AlignmentFinder;
import dev.jukebox.core.align.AlignmentSettings;
import dev.jukebox.core.align.HeadScore;
import dev.jukebox.core.data.MetadataFile;
import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.core.runtime.LoadedModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One search against one model: from what users say to what the finder wants. */
final class AlignmentRun {
  private static final int CHUNK_SIZE = 128;

  /** What heads of a model that does not sing reach by chance. */
  private static final double DOUBTFUL = 0.1;

  private AlignmentRun() {}

  static AlignmentResult run(LoadedModel model, AlignmentRequest request) {
    MetadataSource metadata =
        request
            .metadata()
            .<MetadataSource>map(MetadataFile::read)
            .orElseGet(() -> MetadataSource.beside(request.audioDirectory()));
    List<HeadScore> scores =
        AlignmentFinder.find(
            model,
            new AlignmentSettings(
                request.audioDirectory(), metadata, request.windows(), CHUNK_SIZE),
            new Forwarding(request.listener()));
    List<AlignmentHead> heads = scores.stream().map(AlignmentRun::head).toList();
    if (heads.get(0).score() < DOUBTFUL) {
      request
          .listener()
          .warning(
              String.format(
                  Locale.ROOT,
                  "no head follows the lyrics clearly, for the best score is %.3f: the model may"
                      + " not sing them yet",
                  heads.get(0).score()));
    }
    return new AlignmentResult(heads, Optional.empty());
  }

  private static AlignmentHead head(HeadScore score) {
    return new AlignmentHead(
        score.head().layer(),
        score.head().head(),
        score.score(),
        score.correlation(),
        score.concentration());
  }

  /** Passes on what happens. */
  private record Forwarding(AlignmentListener listener)
      implements dev.jukebox.core.align.AlignmentListener {
    @Override
    public void progress(int done, int total) {
      listener.progress(done, total);
    }

    @Override
    public void warning(String message) {
      listener.warning(message);
    }

    @Override
    public boolean isCancelled() {
      return listener.isCancelled();
    }
  }
}
