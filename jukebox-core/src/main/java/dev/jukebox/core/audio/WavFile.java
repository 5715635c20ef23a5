package dev.jukebox.core.audio;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A WAV file open for reading, and the writer of such files.
 *
 * <p>Reads integers of 8 to 32 bits and floats of 32 and 64, plain or WAVE_FORMAT_EXTENSIBLE, RIFF
 * and RF64, and files whose sizes were never filled in because they were written into a pipe. A
 * file that was cut off is read as far as it goes. Memory is taken for the samples that the file
 * holds, not for those its header promises.
 *
 * <pre>{@code
 * WavFile.write(path, audio); // 16-bit integers
 * Audio again = WavFile.read(path);
 * try (WavFile wav = WavFile.open(path)) {
 *   Audio secondSecond = wav.read(wav.sampleRate(), wav.sampleRate());
 * }
 * }</pre>
 */
public final class WavFile implements AutoCloseable {

  private static final int BLOCK_BYTES = 1 << 16;
  private static final int MAX_FRAMES = Integer.MAX_VALUE - 8;

  private final Path path;
  private final SeekableByteChannel in;
  private final WavHeader header;

  private WavFile(Path path, SeekableByteChannel in, WavHeader header) {
    this.path = path;
    this.in = in;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws FileAccessException if it cannot be read
   * @throws InvalidInputException if it is not a WAV file, or a damaged one
   */
  public static WavFile open(Path path) {
    try {
      SeekableByteChannel in = Files.newByteChannel(path);
      try {
        return new WavFile(path, in, new WavHeaderReader(in, path).read());
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileErrors.cannotRead(path, e);
    }
  }

  /**
   * All samples of a file.
   *
   * @throws FileAccessException if it cannot be read
   * @throws InvalidInputException if it is not a WAV file, a damaged one, or of an unknown coding
   */
  public static Audio read(Path path) {
    try (WavFile wav = open(path)) {
      return wav.read(0, wav.frames());
    }
  }

  /**
   * Writes audio as 16-bit integers, limited to [-1, 1); see {@link #write(Path, Audio,
   * SampleCoding)}.
   */
  public static void write(Path path, Audio audio) {
    write(path, audio, SampleCoding.PCM_16);
  }

  /**
   * Writes audio under a temporary name and renames it.
   *
   * @throws FileAccessException if it cannot be written; what stood there before is then kept
   * @throws InvalidInputException if a sample is NaN or infinite, or the file would pass 4 GiB
   */
  public static void write(Path path, Audio audio, SampleCoding coding) {
    StagedFiles.write(path, out -> encode(audio, coding, out));
  }

  /**
   * Writes the bytes of a WAV file; the stream stays open.
   *
   * @throws InvalidInputException if a sample is NaN or infinite, or the file would pass 4 GiB
   */
  public static void encode(Audio audio, SampleCoding coding, OutputStream out) throws IOException {
    WavWriter.encode(audio, coding, out);
  }

  /** Frames per second. */
  public int sampleRate() {
    return header.sampleRate();
  }

  /** Samples per frame. */
  public int channels() {
    return header.channels();
  }

  /** The frames that the file holds. */
  public long frames() {
    return header.frames();
  }

  /** Whether the file holds fewer frames than its header promises. */
  public boolean isCutOff() {
    return header.frames() < header.promisedFrames();
  }

  /** Whether {@link #read(long, long)} knows the file's coding; it does not know e.g. µ-law. */
  public boolean isReadable() {
    return header.coding().isPresent();
  }

  /**
   * The frames {@code [start, start + count)}, or those of them that the file holds.
   *
   * @throws FileAccessException if they cannot be read
   * @throws InvalidInputException if the coding is unknown or there are too many frames for memory
   */
  public Audio read(long start, long count) {
    SampleCoding coding =
        header
            .coding()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        path
                            + " stores its samples in WAV format "
                            + header.formatTag()
                            + ", which is neither PCM nor float; convert it to PCM first."));
    long first = Math.max(0, Math.min(start, frames()));
    long wanted = Math.max(0, Math.min(count, frames() - first));
    if (wanted > MAX_FRAMES) {
      throw new InvalidInputException(
          path
              + " has "
              + wanted
              + " frames, more than fit into memory at once; read it in parts.");
    }
    float[][] samples = new float[channels()][(int) wanted];
    try {
      fill(samples, first, coding);
    } catch (IOException e) {
      throw FileErrors.cannotRead(path, e);
    }
    return Audio.wrap(sampleRate(), samples);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw FileErrors.cannotRead(path, e);
    }
  }

  private void fill(float[][] samples, long first, SampleCoding coding) throws IOException {
    int frameBytes = channels() * coding.bytes();
    int framesPerBlock = Math.max(1, BLOCK_BYTES / frameBytes);
    ByteBuffer block =
        ByteBuffer.allocate(framesPerBlock * frameBytes).order(ByteOrder.LITTLE_ENDIAN);
    in.position(header.dataStart() + first * frameBytes);
    int total = samples[0].length;
    for (int done = 0; done < total; ) {
      int frames = Math.min(framesPerBlock, total - done);
      block.clear().limit(frames * frameBytes);
      while (block.hasRemaining()) {
        if (in.read(block) < 0) {
          throw new IOException("the file became shorter while it was read");
        }
      }
      block.flip();
      for (int i = done; i < done + frames; i++) {
        for (float[] channel : samples) {
          channel[i] = coding.decode(block);
        }
      }
      done += frames;
    }
  }
}
