package dev.jukebox.compute.cpp;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Raw;

/**
 * The C ABI of {@code include/jukebox.h}, with addresses as longs. Loaded by {@link CppLibrary};
 * documented in the header.
 */
@Platform(include = "binding.h", link = "jukebox", library = "jnijukebox")
final class NativeApi {
  /** The JK_ABI_VERSION that these declarations match. */
  static final int ABI_VERSION = 2;

  private NativeApi() {}

  @Name("jk_abi_version")
  static native int abiVersion();

  @Name("jk_best_tier")
  static native int bestTier();

  @Name("jk_tier_supported")
  static native int tierSupported(int tier);

  /** A direct buffer over native memory. */
  @Raw(withEnv = true)
  @Name("jk_view")
  static native ByteBuffer view(long address, long bytes);

  @Name("jk_alloc")
  static native int alloc(long bytes, @Cast("void**") long[] block);

  @Name("jk_free")
  static native int free(@Cast("void*") long block);

  @Name("jk_engine_create")
  static native int engineCreate(int tier, int threads, @Cast("jk_engine**") long[] engine);

  @Name("jk_engine_destroy")
  static native int engineDestroy(@Cast("jk_engine*") long engine);

  @Name("jk_linear_panel_width")
  static native int linearPanelWidth(@Cast("jk_engine*") long engine);

  @Name("jk_linear_pack")
  static native int linearPack(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long weight,
      int transposed,
      long in,
      long out,
      int storage,
      @Cast("void*") long packed,
      long packedBytes,
      @Cast("float*") long scales);

  @Name("jk_linear_apply")
  static native int linearApply(
      @Cast("jk_engine*") long engine,
      @Cast("void*") long packed,
      @Cast("float*") long scales,
      @Cast("float*") long bias,
      long in,
      long out,
      int storage,
      @Cast("float*") long x,
      long rows,
      int activation,
      @Cast("float*") long residual,
      @Cast("float*") long y);

  @Name("jk_conv_packed_size")
  static native long convPackedSize(
      @Cast("jk_engine*") long engine, long in, long out, long kernel);

  @Name("jk_conv_pack")
  static native int convPack(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long weight,
      long in,
      long out,
      long kernel,
      long stride,
      int transposed,
      @Cast("float*") long packed,
      long packedSize);

  @Name("jk_conv_apply")
  static native int convApply(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long packed,
      @Cast("float*") long bias,
      long in,
      long out,
      long kernel,
      long stride,
      long padding,
      long dilation,
      int transposed,
      @Cast("float*") long x,
      long batch,
      long timeIn,
      int reluInput,
      @Cast("float*") long residual,
      float scale,
      @Cast("float*") long y,
      long timeOut);

  @Name("jk_attention_append")
  static native int attentionAppend(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long keys,
      @Cast("float*") long values,
      long itemStride,
      long rowStride,
      long batch,
      long count,
      long width,
      @Cast("const int32_t*") int[] slots,
      @Cast("float*") long keyCache,
      @Cast("float*") long valueCache,
      long cacheSlots);

  @Name("jk_attention_attend")
  static native int attentionAttend(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long q,
      long itemStride,
      long rowStride,
      @Cast("float*") long keyCache,
      @Cast("float*") long valueCache,
      long cacheSlots,
      long batch,
      long count,
      long heads,
      long headDim,
      @Cast("const int32_t*") int[] first,
      @Cast("const int32_t*") int[] length,
      @Cast("float*") long out,
      long outItemStride,
      long recorded,
      @Cast("float*") long weights,
      long weightsItemStride);

  @Name("jk_layer_norm")
  static native int layerNorm(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      @Cast("float*") long gain,
      @Cast("float*") long bias,
      float eps,
      long rows,
      long width,
      @Cast("float*") long y);

  @Name("jk_codebook_nearest")
  static native int codebookNearest(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      long rows,
      long width,
      @Cast("float*") long codebook,
      long bins,
      @Cast("int32_t*") long codes);

  @Name("jk_gather")
  static native int gather(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long table,
      long tableRows,
      long width,
      @Cast("int32_t*") long ids,
      long count,
      int add,
      @Cast("float*") long out);

  @Name("jk_add_slice")
  static native int addSlice(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      @Cast("float*") long table,
      long tableItem,
      long tableRow,
      long start,
      long batch,
      long count,
      long width,
      @Cast("float*") long y);

  @Name("jk_interpolate")
  static native int interpolate(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long a,
      @Cast("float*") long b,
      float weight,
      long size,
      @Cast("float*") long y);

  @Name("jk_copy_strided")
  static native int copyStrided(
      @Cast("jk_engine*") long engine,
      @Cast("void*") long source,
      long sourceStride,
      @Cast("void*") long target,
      long targetStride,
      long batch,
      long bytes);
}
