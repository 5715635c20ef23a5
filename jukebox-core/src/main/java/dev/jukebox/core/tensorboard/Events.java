package dev.jukebox.core.tensorboard;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.SampleCoding;
import dev.jukebox.core.audio.WavFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The messages of event files; field numbers are those of TensorFlow's event.proto and others. */
final class Events {

  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int AUDIO = 6;
  private static final int TENSOR = 8;
  private static final int METADATA = 9;

  private static final int DT_STRING = 7;
  private static final int DATA_CLASS_TENSOR = 2;
  private static final int SESSION_START = 1;

  private Events() {}

  /** The first event of every file. */
  static ProtoMessage fileVersion(double wallTime) {
    return new ProtoMessage().number(WALL_TIME, wallTime).text(FILE_VERSION, "brain.Event:2");
  }

  /** Makes readers forget what other files of the run say of this step and later ones. */
  static ProtoMessage resumed(double wallTime, long step) {
    return event(wallTime, step).message(SESSION_LOG, new ProtoMessage().integer(1, SESSION_START));
  }

  static ProtoMessage scalar(double wallTime, long step, String tag, float value) {
    return summary(wallTime, step, new ProtoMessage().text(TAG, tag).single(SIMPLE_VALUE, value));
  }

  static ProtoMessage text(double wallTime, long step, String tag, String text) {
    ProtoMessage plugin = new ProtoMessage().text(1, "text");
    ProtoMessage metadata = new ProtoMessage().message(1, plugin).integer(4, DATA_CLASS_TENSOR);
    ProtoMessage shape = new ProtoMessage().message(2, new ProtoMessage().integer(1, 1));
    ProtoMessage tensor = new ProtoMessage().integer(1, DT_STRING).message(2, shape).text(8, text);
    return summary(
        wallTime,
        step,
        new ProtoMessage().text(TAG, tag).message(METADATA, metadata).message(TENSOR, tensor));
  }

  static ProtoMessage audio(double wallTime, long step, String tag, Audio audio) {
    ProtoMessage sound =
        new ProtoMessage()
            .single(1, audio.sampleRate())
            .integer(2, audio.channels())
            .integer(3, audio.length())
            .bytes(4, wav(audio))
            .text(5, "audio/wav");
    return summary(wallTime, step, new ProtoMessage().text(TAG, tag).message(AUDIO, sound));
  }

  private static ProtoMessage summary(double wallTime, long step, ProtoMessage value) {
    return event(wallTime, step).message(SUMMARY, new ProtoMessage().message(VALUE, value));
  }

  private static ProtoMessage event(double wallTime, long step) {
    return new ProtoMessage().number(WALL_TIME, wallTime).integer(STEP, step);
  }

  private static byte[] wav(Audio audio) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      WavFile.encode(audio, SampleCoding.PCM_16, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not refuse bytes", e);
    }
    return bytes.toByteArray();
  }
}
