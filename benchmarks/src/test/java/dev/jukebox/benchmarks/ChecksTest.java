package dev.jukebox.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ChecksTest {

  private static void refuses(Executable check) {
    assertThrows(IllegalStateException.class, check);
  }

  @Test
  void closeMeansRelativeToTheLargest() {
    float[] expected = {100, 1};
    assertDoesNotThrow(() -> Checks.requireClose(expected, new float[] {100, 1.9f}, 0.01, "x"));
    refuses(() -> Checks.requireClose(expected, new float[] {100, 2.1f}, 0.01, "x"));
    refuses(() -> Checks.requireClose(expected, new float[] {100, Float.NaN}, 0.01, "x"));
    refuses(() -> Checks.requireClose(expected, new float[] {100}, 0.01, "x"));
    refuses(() -> Checks.requireClose(new float[0], new float[0], 0.01, "x"));
  }

  @Test
  void codesHaveToBeTheSame() {
    List<int[]> codes = List.of(new int[] {1, 2}, new int[] {3, 4});
    assertDoesNotThrow(() -> Checks.requireSameCodes(codes, codes, "x"));
    refuses(() -> Checks.requireSameCodes(codes, codes.subList(0, 1), "x"));
    refuses(() -> Checks.requireSameCodes(codes, List.of(new int[] {1, 2}, new int[] {3, 5}), "x"));
    refuses(() -> Checks.requireSameCodes(List.of(), List.of(), "x"));
    refuses(() -> Checks.requireSameCodes(List.of(new int[0]), List.of(new int[0]), "x"));
  }

  @Test
  void codesHaveToBeInRangeAndVary() {
    assertDoesNotThrow(() -> Checks.requireCodes(new int[] {0, 7}, 8, "x"));
    refuses(() -> Checks.requireCodes(new int[] {0, 8}, 8, "x"));
    refuses(() -> Checks.requireCodes(new int[] {-1, 0}, 8, "x"));
    refuses(() -> Checks.requireCodes(new int[] {3, 3}, 8, "x"));
  }

  @Test
  void numbersHaveToBeFiniteAndVary() {
    assertDoesNotThrow(() -> Checks.requireNumbers(new float[] {1, 2}, "x"));
    refuses(() -> Checks.requireNumbers(new float[] {1, 1}, "x"));
    refuses(() -> Checks.requireNumbers(new float[] {1, Float.POSITIVE_INFINITY}, "x"));
    refuses(() -> Checks.requireNumbers(new float[0], "x"));
  }
}
