package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.AttentionGradients;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.AttentionCheck;

/** Attention over whole windows, whose softmax the gradient computes anew. */
final class CppAttentionGradients implements AttentionGradients {
  private final CppEngine engine;

  CppAttentionGradients(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void attend(AttentionSpec spec, Tensor qkv, Tensor out) {
    AttentionCheck.window(spec, qkv, out);
    int width = spec.nState();
    forward(
        spec,
        address(qkv),
        3L * width,
        column(qkv, width),
        column(qkv, 2L * width),
        3L * width,
        qkv,
        out);
  }

  @Override
  public void attendEncoder(AttentionSpec spec, Tensor queries, Tensor kv, Tensor out) {
    AttentionCheck.encoderWindow(spec, queries, kv, out);
    int width = spec.nState();
    forward(
        spec, address(queries), width, address(kv), column(kv, width), 2L * width, queries, out);
  }

  private void forward(
      AttentionSpec spec,
      long q,
      long qRow,
      long k,
      long v,
      long kvRow,
      Tensor queries,
      Tensor out) {
    int status =
        TrainingApi.windowAttend(
            engine.handle(),
            spec.pattern().attnFunc(),
            spec.heads(),
            spec.headDim(),
            spec.nCtx(),
            spec.blocks(),
            spec.keyLength(),
            out.shape().dim(0),
            q,
            qRow,
            k,
            v,
            kvRow,
            address(out));
    CppEngine.check(status, "attention over a window", spec, queries, out);
  }

  @Override
  public void attendGradient(AttentionSpec spec, Tensor qkv, Tensor out, Tensor dOut, Tensor dQkv) {
    AttentionCheck.windowGradient(spec, qkv, out, dOut, dQkv);
    int width = spec.nState();
    int status =
        TrainingApi.windowAttendGradient(
            engine.handle(),
            spec.pattern().attnFunc(),
            spec.heads(),
            spec.headDim(),
            spec.nCtx(),
            spec.blocks(),
            spec.keyLength(),
            out.shape().dim(0),
            address(qkv),
            3L * width,
            column(qkv, width),
            column(qkv, 2L * width),
            3L * width,
            address(out),
            address(dOut),
            address(dQkv),
            column(dQkv, width),
            column(dQkv, 2L * width));
    CppEngine.check(status, "gradient of attention over a window", spec, qkv, out);
  }

  @Override
  public void attendEncoderGradient(
      AttentionSpec spec,
      Tensor queries,
      Tensor kv,
      Tensor out,
      Tensor dOut,
      Tensor dQueries,
      Tensor dKv) {
    AttentionCheck.encoderWindowGradient(spec, queries, kv, out, dOut, dQueries, dKv);
    int width = spec.nState();
    int status =
        TrainingApi.windowAttendGradient(
            engine.handle(),
            spec.pattern().attnFunc(),
            spec.heads(),
            spec.headDim(),
            spec.nCtx(),
            spec.blocks(),
            spec.keyLength(),
            out.shape().dim(0),
            address(queries),
            width,
            address(kv),
            column(kv, width),
            2L * width,
            address(out),
            address(dOut),
            address(dQueries),
            address(dKv),
            column(dKv, width));
    CppEngine.check(status, "gradient of attention over a window", spec, queries, kv, out);
  }

  /** The address of a column of the first row. */
  private static long column(Tensor tensor, long column) {
    return address(tensor) + column * Float.BYTES;
  }
}
