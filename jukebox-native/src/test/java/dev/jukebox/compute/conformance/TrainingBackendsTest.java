package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.error.ComputeException;
import org.junit.jupiter.api.Test;

/** Every backend trains, or says in a sentence that it does not. */
class TrainingBackendsTest {

  @Test
  void aBackendTrainsOrSaysThatItDoesNot() {
    assertTrue(TestBackends.training().contains("java"));
    for (String name : TestBackends.usable()) {
      try (Backend backend = TestBackends.open(name, 1)) {
        if (TestBackends.training().contains(name)) {
          assertEquals(8, backend.training().getClass().getRecordComponents().length);
        } else {
          String message = assertThrows(ComputeException.class, backend::training).getMessage();
          assertTrue(message.startsWith("training does not run on the backend " + name), message);
          assertTrue(!message.contains("\n") && !message.contains(". "), message);
        }
      }
    }
  }
}
