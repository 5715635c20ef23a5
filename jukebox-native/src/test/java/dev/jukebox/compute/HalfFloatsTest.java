package dev.jukebox.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Both 16-bit formats against their definitions. */
class HalfFloatsTest {

  @Test
  void everyHalfAgreesWithTheArithmetic() {
    for (int bits = 0; bits < 65536; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = bits & 1023;
      double magnitude =
          exponent == 0
              ? fraction * 0x1p-24
              : exponent < 31
                  ? (1024 + fraction) * Math.pow(2, exponent - 25)
                  : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
      float actual = HalfFloats.fromHalf((short) bits);
      assertEquals(expected, actual, "half " + bits);
    }
  }

  @Test
  void whatIsStoredComesBack() {
    for (int bits = 0; bits < 65536; bits++) {
      float half = HalfFloats.fromHalf((short) bits);
      float bfloat = HalfFloats.fromBfloat((short) bits);
      if (Float.isNaN(half)) {
        assertTrue(Float.isNaN(HalfFloats.fromHalf(HalfFloats.toHalf(half))));
      } else {
        assertEquals((short) bits, HalfFloats.toHalf(half), "half " + bits);
      }
      if (Float.isNaN(bfloat)) {
        assertTrue(Float.isNaN(HalfFloats.fromBfloat(HalfFloats.toBfloat(bfloat))));
      } else {
        assertEquals((short) bits, HalfFloats.toBfloat(bfloat), "bfloat " + bits);
      }
    }
  }
}
