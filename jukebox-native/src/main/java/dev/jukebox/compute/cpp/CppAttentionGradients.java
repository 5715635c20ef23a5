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
    forward(spec, Rows.joined(spec, qkv), out);
  }

  @Override
  public void attendEncoder(AttentionSpec spec, Tensor queries, Tensor kv, Tensor out) {
    AttentionCheck.encoderWindow(spec, queries, kv, out);
    forward(spec, Rows.apart(spec, queries, kv), out);
  }

  private void forward(AttentionSpec spec, Rows in, Tensor out) {
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
            in.q,
            in.qRow,
            in.k,
            in.v,
            in.kvRow,
            address(out));
    CppEngine.check(status, "attention over a window", spec, out);
  }

  @Override
  public void attendGradient(AttentionSpec spec, Tensor qkv, Tensor out, Tensor dOut, Tensor dQkv) {
    AttentionCheck.windowGradient(spec, qkv, out, dOut, dQkv);
    backward(spec, Rows.joined(spec, qkv), out, dOut, Rows.joined(spec, dQkv));
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
    backward(spec, Rows.apart(spec, queries, kv), out, dOut, Rows.apart(spec, dQueries, dKv));
  }

  private void backward(AttentionSpec spec, Rows in, Tensor out, Tensor dOut, Rows gradient) {
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
            in.q,
            in.qRow,
            in.k,
            in.v,
            in.kvRow,
            address(out),
            address(dOut),
            gradient.q,
            gradient.k,
            gradient.v);
    CppEngine.check(status, "gradient of attention over a window", spec, out);
  }

  /** Where the first row of each operand is, and how many elements lie between two rows. */
  private record Rows(long q, long qRow, long k, long v, long kvRow) {
    static Rows joined(AttentionSpec spec, Tensor qkv) {
      long width = spec.nState();
      return new Rows(
          address(qkv), 3 * width, column(qkv, width), column(qkv, 2 * width), 3 * width);
    }

    static Rows apart(AttentionSpec spec, Tensor queries, Tensor kv) {
      long width = spec.nState();
      return new Rows(address(queries), width, address(kv), column(kv, width), 2 * width);
    }

    private static long column(Tensor tensor, long column) {
      return address(tensor) + column * Float.BYTES;
    }
  }
}
