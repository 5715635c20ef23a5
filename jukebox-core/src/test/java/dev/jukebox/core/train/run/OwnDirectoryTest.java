package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run does not write over the checkpoints of another one. */
class OwnDirectoryTest {
  @TempDir private Path directory;

  private static void refused(RunFiles files, Optional<Path> restored, Path named) {
    String message =
        assertThrows(InvalidInputException.class, () -> files.requireOwn(restored, "restore_vqvae"))
            .getMessage();
    assertEquals(
        named
            + " is the checkpoint of an earlier run, which this one would replace: give"
            + " --restore_vqvae="
            + named
            + " to go on from it, or another --name to begin anew, or delete it",
        message);
  }

  @Test
  void aDirectoryWithoutCheckpointsIsFree() throws IOException {
    RunFiles files = new RunFiles(directory.resolve("run"));
    assertDoesNotThrow(() -> files.requireOwn(Optional.empty(), "restore_vqvae"));
    Files.createDirectories(files.logs());
    Files.writeString(files.directory().resolve("durations.json"), "{}");
    Path other = Files.writeString(directory.resolve("checkpoint_latest.pth.tar"), "");
    assertDoesNotThrow(() -> files.requireOwn(Optional.empty(), "restore_vqvae"));
    assertDoesNotThrow(() -> files.requireOwn(Optional.of(other), "restore_vqvae"));
  }

  @Test
  void aCheckpointThatTheRunDoesNotGoOnFromIsKept() throws IOException {
    RunFiles files = new RunFiles(Files.createDirectories(directory.resolve("run")));
    Path step = Files.writeString(files.step(7), "");
    refused(files, Optional.empty(), step);
    Path latest = Files.writeString(files.latest(), "");
    refused(files, Optional.empty(), latest);
    Path other = Files.writeString(directory.resolve("other.pth.tar"), "");
    refused(files, Optional.of(other), latest);
    assertDoesNotThrow(() -> files.requireOwn(Optional.of(step), "restore_vqvae"));
    Path roundabout = directory.resolve("run/../run/checkpoint_latest.pth.tar");
    assertDoesNotThrow(() -> files.requireOwn(Optional.of(roundabout), "restore_vqvae"));
  }
}
