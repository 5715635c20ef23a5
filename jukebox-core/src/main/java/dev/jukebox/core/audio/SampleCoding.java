package dev.jukebox.core.audio;

import java.nio.ByteBuffer;

/**
 * How a WAV file stores one sample. Integers of b bits stand for k / 2^(b-1).
 *
 * <p>Encoding an integer is floor(x · 2^(b-1)) limited to its range, which is what the original's
 * writer does (python-soundfile turns libsndfile's clipping on, and that path scales by the full
 * range and drops the lower bits); decoding what was encoded and encoding it again changes nothing.
 */
public enum SampleCoding {
  /** Unsigned bytes around 128. */
  PCM_8(8, false),
  /** Signed 16-bit integers, the default of WAV files. */
  PCM_16(16, false),
  /** Signed 24-bit integers. */
  PCM_24(24, false),
  /** Signed 32-bit integers. */
  PCM_32(32, false),
  /** Single precision; neither scaled nor limited. */
  FLOAT_32(32, true),
  /** Double precision; neither scaled nor limited. */
  FLOAT_64(64, true);

  private final int bits;
  private final boolean floating;

  SampleCoding(int bits, boolean floating) {
    this.bits = bits;
    this.floating = floating;
  }

  /** Bits of one sample. */
  public int bits() {
    return bits;
  }

  /** Bytes of one sample. */
  public int bytes() {
    return bits / 8;
  }

  /** Whether the sample is a floating-point number. */
  public boolean isFloating() {
    return floating;
  }

  /** Reads one sample from a little-endian buffer. */
  float decode(ByteBuffer in) {
    return switch (this) {
      case PCM_8 -> ((in.get() & 0xFF) - 128) / 128f;
      case PCM_16 -> in.getShort() / 32768f;
      case PCM_24 -> ((in.get() & 0xFF) | (in.get() & 0xFF) << 8 | in.get() << 16) / 8388608f;
      case PCM_32 -> (float) (in.getInt() / 2147483648.0);
      case FLOAT_32 -> in.getFloat();
      case FLOAT_64 -> (float) in.getDouble();
    };
  }

  /** Writes one sample into a little-endian buffer. */
  void encode(float sample, ByteBuffer out) {
    switch (this) {
      case PCM_8 -> out.put((byte) (quantise(sample) + 128));
      case PCM_16 -> out.putShort((short) quantise(sample));
      case PCM_24 -> {
        int value = quantise(sample);
        out.putShort((short) value).put((byte) (value >> 16));
      }
      case PCM_32 -> out.putInt(quantise(sample));
      case FLOAT_32 -> out.putFloat(sample);
      case FLOAT_64 -> out.putDouble(sample);
    }
  }

  private int quantise(float sample) {
    double full = (double) (1L << (bits - 1));
    return (int) Math.max(-full, Math.min(full - 1, Math.floor(sample * full)));
  }
}
