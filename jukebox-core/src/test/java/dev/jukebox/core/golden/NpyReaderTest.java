package dev.jukebox.core.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NpyReaderTest {

  @Test
  void transposesColumnMajorArrays() {
    NpyArray rows = NpyReader.npy(npy("'<i4', 'fortran_order': False, 'shape': (2, 3), }"));
    NpyArray columns = NpyReader.npy(npy("'<i4', 'fortran_order': True, 'shape': (2, 3), }"));
    assertArrayEquals(new long[] {0, 1, 2, 3, 4, 5}, rows.longs());
    assertArrayEquals(new long[] {0, 2, 4, 1, 3, 5}, columns.longs());
    assertArrayEquals(new int[] {2, 3}, columns.shape());
  }

  @Test
  void readsTheGoldenArrays() {
    Map<String, NpyArray> io = Golden.npz("vqvae_io.npz");
    NpyArray x = io.get("x");
    assertEquals(3, x.shape().length);
    assertEquals(x.size(), x.shape()[0] * x.shape()[1] * x.shape()[2]);
    assertTrue(x.isFloating());
    assertFalse(io.get("z0").isFloating());
    int bins = Golden.json("hparams.json").get("vqvae").get("l_bins").asInt();
    for (int code : io.get("z0").ints()) {
      assertTrue(code >= 0 && code < bins);
    }
  }

  private static byte[] npy(String header) {
    byte[] text = ("{'descr': " + header + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(10 + text.length + 24).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.putShort((short) text.length).put(text);
    for (int i = 0; i < 6; i++) {
      out.putInt(i);
    }
    return out.array();
  }
}
