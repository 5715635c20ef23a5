package dev.jukebox.compute.cpp;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The part of the C ABI of {@code include/jukebox.h} that training alone needs; see {@link
 * NativeApi}, in whose library it is.
 */
@Platform(include = "binding.h", link = "jukebox", library = "jnijukebox")
final class TrainingApi {

  private TrainingApi() {}

  @Name("jk_window_attend")
  static native int windowAttend(
      @Cast("jk_engine*") long engine,
      int pattern,
      long heads,
      long headDim,
      long nCtx,
      long blocks,
      long keyLength,
      long batch,
      @Cast("float*") long q,
      long qRow,
      @Cast("float*") long k,
      @Cast("float*") long v,
      long kvRow,
      @Cast("float*") long out);

  @Name("jk_window_attend_gradient")
  static native int windowAttendGradient(
      @Cast("jk_engine*") long engine,
      int pattern,
      long heads,
      long headDim,
      long nCtx,
      long blocks,
      long keyLength,
      long batch,
      @Cast("float*") long q,
      long qRow,
      @Cast("float*") long k,
      @Cast("float*") long v,
      long kvRow,
      @Cast("float*") long out,
      @Cast("float*") long dOut,
      @Cast("float*") long dQ,
      @Cast("float*") long dK,
      @Cast("float*") long dV);

  @Name("jk_layer_norm_gradient")
  static native int layerNormGradient(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      @Cast("float*") long gain,
      float eps,
      @Cast("float*") long dy,
      long rows,
      long width,
      int add,
      @Cast("float*") long dx,
      @Cast("float*") long dGain,
      @Cast("float*") long dBias);

  @Name("jk_cross_entropy")
  static native int crossEntropy(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long logits,
      @Cast("int32_t*") long targets,
      long rows,
      long bins,
      @Cast("float*") long losses);

  @Name("jk_cross_entropy_gradient")
  static native int crossEntropyGradient(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long logits,
      @Cast("int32_t*") long targets,
      @Cast("float*") long weights,
      long rows,
      long bins,
      @Cast("float*") long dLogits);

  @Name("jk_distance")
  static native int distance(
      @Cast("jk_engine*") long engine,
      int kind,
      long k,
      @Cast("float*") long target,
      @Cast("float*") long x,
      long batch,
      long each,
      @Cast("float*") long distances);

  @Name("jk_distance_gradient")
  static native int distanceGradient(
      @Cast("jk_engine*") long engine,
      int kind,
      long k,
      @Cast("float*") long target,
      @Cast("float*") long x,
      long batch,
      long each,
      @Cast("float*") long weights,
      @Cast("float*") long dx);

  @Name("jk_stft")
  static native int stft(
      @Cast("jk_engine*") long engine,
      long nFft,
      long hop,
      long window,
      @Cast("float*") long x,
      long batch,
      long time,
      @Cast("float*") long spectrum);

  @Name("jk_stft_gradient")
  static native int stftGradient(
      @Cast("jk_engine*") long engine,
      long nFft,
      long hop,
      long window,
      @Cast("float*") long dSpectrum,
      long batch,
      long time,
      @Cast("float*") long dx);

  @Name("jk_spectral_distance")
  static native int spectralDistance(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long target,
      @Cast("float*") long spectrum,
      long batch,
      long each,
      @Cast("float*") long distances);

  @Name("jk_spectral_distance_gradient")
  static native int spectralDistanceGradient(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long target,
      @Cast("float*") long spectrum,
      long batch,
      long each,
      @Cast("float*") long distances,
      @Cast("float*") long weights,
      @Cast("float*") long dSpectrum);

  @Name("jk_scatter_add")
  static native int scatterAdd(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long dOut,
      @Cast("int32_t*") long ids,
      long count,
      long width,
      @Cast("float*") long dTable,
      long tableRows);

  // Training: matmul, conv gradient, activation, optimizer.

  @Name("jk_matmul")
  static native int matmul(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long a,
      int transposeA,
      @Cast("float*") long b,
      int transposeB,
      long m,
      long n,
      long k,
      @Cast("float*") long bias,
      int add,
      @Cast("float*") long c);

  @Name("jk_conv_gradient")
  static native int convGradient(
      @Cast("jk_engine*") long engine,
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
      @Cast("float*") long dy,
      long timeOut,
      float scale,
      @Cast("float*") long dWeight,
      @Cast("float*") long dBias);

  @Name("jk_fill")
  static native int fill(
      @Cast("jk_engine*") long engine, @Cast("float*") long x, float value, long size);

  @Name("jk_scale")
  static native int scale(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      float a,
      int add,
      long size,
      @Cast("float*") long y);

  @Name("jk_add")
  static native int add(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long a,
      @Cast("float*") long b,
      long size,
      @Cast("float*") long y);

  @Name("jk_quick_gelu")
  static native int quickGelu(
      @Cast("jk_engine*") long engine, @Cast("float*") long x, long size, @Cast("float*") long y);

  @Name("jk_quick_gelu_gradient")
  static native int quickGeluGradient(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      @Cast("float*") long dy,
      long size,
      @Cast("float*") long dx);

  @Name("jk_relu_gradient")
  static native int reluGradient(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      @Cast("float*") long dy,
      int add,
      long size,
      @Cast("float*") long dx);

  @Name("jk_sum_rows")
  static native int sumRows(
      @Cast("jk_engine*") long engine,
      @Cast("float*") long x,
      long rows,
      long width,
      @Cast("float*") long sums);

  @Name("jk_gradient_norm")
  static native int gradientNorm(
      @Cast("jk_engine*") long engine,
      @Cast("jk_adam_tensor*") long[] tensors,
      long count,
      @Cast("float*") long result);

  @Name("jk_adam")
  static native int adam(
      @Cast("jk_engine*") long engine,
      @Cast("jk_adam_tensor*") long[] tensors,
      long count,
      @Cast("const float*") float[] numbers);

  // End of training: matmul, conv gradient, activation, optimizer.
}
