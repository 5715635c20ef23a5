package dev.jukebox.examples.measure;

import dev.jukebox.api.Audio;
import dev.jukebox.api.Codes;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.Song;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Performer;
import dev.jukebox.examples.corpus.Score;
import java.util.ArrayList;
import java.util.List;

/** Songs of the corpus that the model was not trained on, as sound and as codes. */
final class HeldOut {
  private final JukeboxModel model;
  private final List<Take> takes;
  private final Codes codes;

  /** Performs the first songs of a corpus and encodes them. */
  HeldOut(JukeboxModel model, Corpus corpus, int count) {
    this.model = model;
    Performer performer = new Performer();
    List<Take> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Score score = corpus.song(i);
      all.add(new Take(score, performer.perform(score)));
    }
    this.takes = List.copyOf(all);
    this.codes =
        model.encode(
            takes.stream().map(take -> Audio.of(take.samples(), Score.SAMPLE_RATE)).toList());
  }

  /** The songs. */
  List<Take> takes() {
    return takes;
  }

  /** Their codes at every level. */
  Codes codes() {
    return codes;
  }

  /** What is told of them. */
  List<Song> songs() {
    return takes.stream().map(take -> song(take.wanted())).toList();
  }

  /** What a model is told of a song of the corpus. */
  static Song song(Score score) {
    return Song.of(score.artist().label(), score.genre().label())
        .withLyrics(score.lyrics())
        .withTotalLength((long) score.ticks() * Score.TICK);
  }

  /** The songs after a level's codes. */
  List<Take> decoded(int level) {
    List<Audio> audio = model.decode(codes, level);
    List<Take> decoded = new ArrayList<>();
    for (int i = 0; i < takes.size(); i++) {
      decoded.add(new Take(takes.get(i).wanted(), audio.get(i).samples()));
    }
    return decoded;
  }

  /** How far what comes out of a level's codes is from what went in. */
  double spectralConvergence(List<Take> decoded) {
    SpectralConvergence convergence = new SpectralConvergence();
    for (int i = 0; i < takes.size(); i++) {
      convergence.add(takes.get(i).samples(), decoded.get(i).samples());
    }
    return convergence.value();
  }

  /** The unigram statistics of a level's codes. */
  Unigrams unigrams(int level) {
    Unigrams unigrams = new Unigrams();
    for (int item = 0; item < codes.items(); item++) {
      unigrams.add(codes.item(level, item));
    }
    return unigrams;
  }

  /** The bits that the prior of a level needs for each of its codes. */
  double bitsPerCode(int level) {
    return model.bitsPerCode(codes, songs(), level);
  }
}
