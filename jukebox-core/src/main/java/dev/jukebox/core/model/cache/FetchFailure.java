package dev.jukebox.core.model.cache;

/** Why a source did not give a file; a phrase. */
final class FetchFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean passing;

  private FetchFailure(String reason, boolean passing, Throwable cause) {
    super(reason, cause);
    this.passing = passing;
  }

  /** Of this source there is nothing to hope for. */
  static FetchFailure lasting(String reason) {
    return new FetchFailure(reason, false, null);
  }

  /** The same source may give it in a moment. */
  static FetchFailure passing(String reason) {
    return new FetchFailure(reason, true, null);
  }

  static FetchFailure passing(String reason, Throwable cause) {
    return new FetchFailure(reason, true, cause);
  }

  boolean isPassing() {
    return passing;
  }
}
