package dev.jukebox.compute.cuda;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The C ABI of {@code cuda/include/jukebox_cuda.h}, with addresses as longs. Loaded by {@link
 * CudaLibrary}; documented in the header.
 */
@Platform(include = "jukebox_cuda.h", link = "jukeboxcuda", library = "jnijukeboxcuda")
final class CudaApi {
  /** The JKC_ABI_VERSION that these declarations match. */
  static final int ABI_VERSION = 5;

  private CudaApi() {}

  @Name("jkc_abi_version")
  static native int abiVersion();

  @Name("jkc_device_count")
  static native int deviceCount(int[] count, @Cast("char*") byte[] reason);

  @Name("jkc_device")
  static native int device(int device, @Cast("char*") byte[] name, @Cast("int64_t*") long[] facts);

  @Name("jkc_open")
  static native int open(int device, int stackItems, @Cast("jkc_context**") long[] context);

  @Name("jkc_close")
  static native int close(@Cast("jkc_context*") long context);

  @Name("jkc_error")
  static native String error(@Cast("jkc_context*") long context);

  @Name("jkc_check")
  static native int check(@Cast("jkc_context*") long context);

  @Name("jkc_synchronize")
  static native int synchronize(@Cast("jkc_context*") long context);

  @Name("jkc_allocate")
  static native int allocate(
      @Cast("jkc_context*") long context, long bytes, @Cast("void**") long[] block);

  @Name("jkc_free")
  static native int free(@Cast("jkc_context*") long context, @Cast("void*") long block);

  @Name("jkc_memory")
  static native int memory(
      @Cast("jkc_context*") long context, @Cast("int64_t*") long[] freeAndTotal);

  @Name("jkc_copy_in")
  static native int copyIn(
      @Cast("jkc_context*") long context,
      @Cast("void*") long target,
      @Cast("const void*") float[] source,
      long bytes);

  @Name("jkc_copy_in")
  static native int copyIn(
      @Cast("jkc_context*") long context,
      @Cast("void*") long target,
      @Cast("const void*") int[] source,
      long bytes);

  @Name("jkc_copy_out")
  static native int copyOut(
      @Cast("jkc_context*") long context,
      @Cast("void*") float[] target,
      @Cast("void*") long source,
      long bytes);

  @Name("jkc_copy_out")
  static native int copyOut(
      @Cast("jkc_context*") long context,
      @Cast("void*") int[] target,
      @Cast("void*") long source,
      long bytes);

  @Name("jkc_convert_in")
  static native int convertIn(
      @Cast("jkc_context*") long context,
      @Cast("float*") long target,
      @Cast("const void*") ByteBuffer source,
      int dtype,
      long size);

  @Name("jkc_capture_begin")
  static native int captureBegin(@Cast("jkc_context*") long context);

  @Name("jkc_capture_end")
  static native int captureEnd(
      @Cast("jkc_context*") long context, @Cast("jkc_graph**") long[] graph);

  @Name("jkc_capture_abandon")
  static native int captureAbandon(@Cast("jkc_context*") long context);

  @Name("jkc_graph_launch")
  static native int graphLaunch(@Cast("jkc_context*") long context, @Cast("jkc_graph*") long graph);

  @Name("jkc_graph_finished")
  static native int graphFinished(
      @Cast("jkc_context*") long context,
      @Cast("jkc_graph*") long graph,
      @Cast("int64_t*") long[] launches);

  @Name("jkc_graph_free")
  static native int graphFree(@Cast("jkc_context*") long context, @Cast("jkc_graph*") long graph);

  @Name("jkc_mark")
  static native int mark(@Cast("jkc_context*") long context, int moment);

  @Name("jkc_elapsed")
  static native int elapsed(@Cast("jkc_context*") long context, float[] milliseconds);

  @Name("jkc_linear_packed_bytes")
  static native long linearPackedBytes(long in, long out, int storage);

  @Name("jkc_linear_pack")
  static native int linearPack(
      @Cast("jkc_context*") long context,
      @Cast("float*") long weight,
      int transposed,
      long in,
      long out,
      int storage,
      @Cast("void*") long packed,
      @Cast("float*") long scales);

  @Name("jkc_linear_fuses_norm")
  static native int linearFusesNorm(@Cast("jkc_context*") long context, long rows, int storage);

  @Name("jkc_linear_apply")
  static native int linearApply(
      @Cast("jkc_context*") long context,
      @Cast("void*") long packed,
      @Cast("float*") long scales,
      @Cast("float*") long bias,
      long in,
      long out,
      int storage,
      @Cast("float*") long x,
      long rows,
      @Cast("float*") long gain,
      @Cast("float*") long normBias,
      float eps,
      int activation,
      @Cast("float*") long residual,
      @Cast("float*") long base,
      float scale,
      @Cast("float*") long y);

  @Name("jkc_layer_norm")
  static native int layerNorm(
      @Cast("jkc_context*") long context,
      @Cast("float*") long x,
      @Cast("float*") long gain,
      @Cast("float*") long bias,
      float eps,
      long rows,
      long width,
      @Cast("float*") long y);

  @Name("jkc_attention_attend")
  static native int attentionAttend(
      @Cast("jkc_context*") long context,
      @Cast("const int32_t*") int[] shape,
      long batch,
      int cacheDtype,
      @Cast("void*") long keys,
      @Cast("void*") long values,
      @Cast("float*") long qkv,
      long count,
      long start,
      @Cast("int32_t*") long counter,
      @Cast("float*") long out,
      int recordedHead,
      @Cast("float*") long weights);

  @Name("jkc_attention_fill")
  static native int attentionFill(
      @Cast("jkc_context*") long context,
      @Cast("const int32_t*") int[] shape,
      long batch,
      int cacheDtype,
      @Cast("void*") long keys,
      @Cast("void*") long values,
      @Cast("float*") long kv);

  @Name("jkc_conv_packed_size")
  static native long convPackedSize(long in, long out, long kernel);

  @Name("jkc_conv_pack")
  static native int convPack(
      @Cast("jkc_context*") long context,
      @Cast("float*") long weight,
      long in,
      long out,
      long kernel,
      long stride,
      int transposed,
      @Cast("float*") long packed);

  @Name("jkc_conv_apply")
  static native int convApply(
      @Cast("jkc_context*") long context,
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

  @Name("jkc_gather")
  static native int gather(
      @Cast("jkc_context*") long context,
      @Cast("float*") long table,
      long tableRows,
      long width,
      @Cast("int32_t*") long ids,
      long count,
      int add,
      @Cast("float*") long out);

  @Name("jkc_codebook_nearest")
  static native int codebookNearest(
      @Cast("jkc_context*") long context,
      @Cast("float*") long x,
      long rows,
      long width,
      @Cast("float*") long codebook,
      long bins,
      @Cast("int32_t*") long codes);

  @Name("jkc_codebook_accumulate")
  static native int codebookAccumulate(
      @Cast("jkc_context*") long context,
      @Cast("float*") long x,
      long rows,
      long width,
      @Cast("int32_t*") long codes,
      long bins,
      @Cast("float*") long counts,
      @Cast("float*") long sums);

  @Name("jkc_sample")
  static native int sample(
      @Cast("jkc_context*") long context,
      @Cast("float*") long logits,
      long rows,
      long bins,
      float temp,
      int topK,
      float topP,
      long seed,
      @Cast("int32_t*") long items,
      int level,
      long start,
      @Cast("int32_t*") long counter,
      @Cast("int32_t*") long tokens);

  @Name("jkc_add_slice")
  static native int addSlice(
      @Cast("jkc_context*") long context,
      @Cast("float*") long x,
      @Cast("float*") long table,
      long tableItem,
      long tableRow,
      long tableLength,
      long start,
      @Cast("int32_t*") long counter,
      long batch,
      long count,
      long width,
      @Cast("float*") long y);

  @Name("jkc_interpolate")
  static native int interpolate(
      @Cast("jkc_context*") long context,
      @Cast("float*") long a,
      @Cast("float*") long b,
      float weight,
      long size,
      @Cast("float*") long y);

  @Name("jkc_copy_positions")
  static native int copyPositions(
      @Cast("jkc_context*") long context,
      @Cast("void*") long source,
      long sourceLength,
      long sourceStart,
      @Cast("void*") long target,
      long targetLength,
      long targetStart,
      @Cast("int32_t*") long counter,
      long batch,
      long count,
      long row);

  @Name("jkc_increment")
  static native int increment(@Cast("jkc_context*") long context, @Cast("int32_t*") long counter);

  @Name("jkc_optimizer_layout")
  static native int optimizerLayout(
      @Cast("const int64_t*") long[] tensors, long count, @Cast("int64_t*") long[] layout);

  @Name("jkc_optimizer_prepare")
  static native int optimizerPrepare(
      @Cast("jkc_context*") long context,
      @Cast("const int64_t*") long[] tensors,
      long count,
      @Cast("void*") long group);

  @Name("jkc_gradient_norm")
  static native int gradientNorm(
      @Cast("jkc_context*") long context,
      @Cast("const int64_t*") long[] layout,
      @Cast("void*") long group,
      @Cast("float*") long result);

  @Name("jkc_adam")
  static native int adam(
      @Cast("jkc_context*") long context,
      @Cast("const int64_t*") long[] layout,
      @Cast("void*") long group,
      float[] numbers);
}
