package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The gradient of look-ups, bit for bit. */
class EmbeddingGradientConformanceTest {
  private record Case(int rows, int width, int count) {
    int[] ids() {
      Random random = new Random(7);
      return random.ints(count, -1, rows).toArray();
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int width : new int[] {1, 3, 16, 17, 64, 65, 150}) {
      cases.add(new Case(1, width, 5));
      cases.add(new Case(11, width, 1));
      cases.add(new Case(79, width, 900));
    }
    return cases;
  }

  private static float[] run(Backend backend, Case one, int[] values) {
    try (Arena arena = backend.arena()) {
      Tensor ids = arena.tensor(DType.I32, one.count);
      backend.upload(ids, values);
      Guarded dTable = new Guarded(backend, arena, one.rows, one.width);
      backend.upload(dTable.tensor(), Numbers.random(1, one.rows * one.width, 1));
      float[] given = Numbers.random(2, one.count * one.width, 1);
      Tensor dOut = Guarded.of(backend, arena, given, one.count, one.width);
      try {
        backend.training().embedding().scatterAdd(dOut, ids, dTable.tensor());
      } catch (ComputeException e) {
        assertArrayEquals(Numbers.random(1, one.rows * one.width, 1), dTable.values());
        throw e;
      }
      return dTable.values();
    }
  }

  /** The rows in the order of the ids, in fp32. */
  private static float[] expected(Case one) {
    float[] table = Numbers.random(1, one.rows * one.width, 1);
    float[] given = Numbers.random(2, one.count * one.width, 1);
    int[] ids = one.ids();
    for (int i = 0; i < ids.length; i++) {
      for (int c = 0; ids[i] >= 0 && c < one.width; c++) {
        table[ids[i] * one.width + c] += given[i * one.width + c];
      }
    }
    return table;
  }

  @TestFactory
  Stream<DynamicTest> rowsAreAddedInTheOrderOfTheIds() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          Numbers.sameBits(expected(one), run(backend, one, one.ids()), "" + one);
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(expected(one), run(other, one, one.ids()), threads + " threads");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> idsOutsideTheTableAreErrorsAndAddNothing() {
    return TestBackends.eachTraining(
        List.of(new Case(11, 3, 5)),
        (backend, one) -> {
          int[] ids = {0, 1, 11, 2, 3};
          ComputeException e = assertThrows(ComputeException.class, () -> run(backend, one, ids));
          assertTrue(e.getMessage().contains("id 11 at 2"), e.getMessage());
        });
  }
}
