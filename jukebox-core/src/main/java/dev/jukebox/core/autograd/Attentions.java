package dev.jukebox.core.autograd;

import dev.jukebox.compute.AttentionGradients;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.List;

/** Attention over whole windows (Jukebox paper, section 4). */
public final class Attentions {

  private Attentions() {}

  /**
   * The attended values of every position.
   *
   * @param spec any pattern but ENCODER
   * @param qkv [batch, nCtx, 3·nState]
   * @return [batch, nCtx, nState]
   */
  public static Variable attend(Tape tape, AttentionSpec spec, Variable qkv) {
    AttentionGradients ops = tape.ops().attention();
    Shape shape = qkv.shape();
    Tensor out = tape.take(DType.F32, shape.dim(0), shape.dim(1), spec.nState());
    ops.attend(spec, qkv.value(), out);
    return tape.record(
        out,
        List.of(qkv),
        dy -> qkv.receiveWritten(target -> ops.attendGradient(spec, qkv.value(), out, dy, target)));
  }

  /**
   * The attended encoder values of every position.
   *
   * @param spec with pattern ENCODER
   * @param queries [batch, nCtx, nState]
   * @param kv [batch, keyLength, 2·nState]
   * @return [batch, nCtx, nState]
   */
  public static Variable attendEncoder(
      Tape tape, AttentionSpec spec, Variable queries, Variable kv) {
    AttentionGradients ops = tape.ops().attention();
    Tensor out = tape.take(DType.F32, queries.shape().toArray());
    ops.attendEncoder(spec, queries.value(), kv.value(), out);
    return tape.record(
        out,
        List.of(queries, kv),
        dy ->
            queries.receiveWritten(
                dQueries ->
                    kv.receiveWritten(
                        dKv ->
                            ops.attendEncoderGradient(
                                spec, queries.value(), kv.value(), out, dy, dQueries, dKv))));
  }
}
