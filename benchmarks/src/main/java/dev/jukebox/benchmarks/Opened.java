package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.provider.Backends;
import java.util.Random;

/** What the benchmarks have in common: a backend by name, random inputs. */
final class Opened {
  private static final long SEED = 3;

  private Opened() {}

  /** Number of threads that a parameter stands for; 0 is one for each processor. */
  static int threads(int parameter) {
    return parameter == 0 ? BackendOptions.defaults().threads() : parameter;
  }

  /** Opens a backend and says on the output of JMH which one it is. */
  static Backend backend(String name, int threads) {
    Backend backend = Backends.open(name, new BackendOptions(threads(threads)));
    System.out.println("# Backend: " + backend.name() + ", " + backend.description());
    return backend;
  }

  /** Whether its memory is a device's, to which the host only hands over work. */
  static boolean isOnDevice(Backend backend) {
    return backend.name().startsWith("cuda");
  }

  /** The backend that results are compared with. */
  static Backend reference() {
    return Backends.open("java", BackendOptions.defaults());
  }

  static int[] codes(int item, int count, int bins) {
    return new Random(SEED + item).ints(count, 0, bins).toArray();
  }

  /** Numbers of a normal distribution; others for another seed. */
  static float[] numbers(long seed, int count, float std) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = std * (float) random.nextGaussian();
    }
    return values;
  }
}
