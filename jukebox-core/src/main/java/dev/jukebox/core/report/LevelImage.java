package dev.jukebox.core.report;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A picture of levels from 0 to 255, shown in the colours of {@link ColourMap}. */
final class LevelImage {

  private final int width;
  private final int height;
  private final byte[] levels;

  LevelImage(int width, int height) {
    this.width = width;
    this.height = height;
    this.levels = new byte[width * height];
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Sets a place to a share of the highest level; below 0 or no number is 0, above 1 is 1. */
  void set(int x, int y, double share) {
    double inside = share > 0 ? Math.min(1, share) : 0;
    levels[y * width + x] = (byte) Math.round((ColourMap.LEVELS - 1) * inside);
  }

  /** The level of a place; y = 0 is the top. */
  int level(int x, int y) {
    return Byte.toUnsignedInt(levels[y * width + x]);
  }

  /** Writes the picture as PNG with a palette, so that a level is one byte before compression. */
  void writePng(OutputStream out) throws IOException {
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, ColourMap.palette());
    WritableRaster raster = image.getRaster();
    raster.setDataElements(0, 0, width, height, levels);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(image);
    } finally {
      writer.dispose();
    }
  }

  /** The PNG as an address that holds the picture itself. */
  String dataUrl() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      writePng(png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
