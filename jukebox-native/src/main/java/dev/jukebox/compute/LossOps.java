package dev.jukebox.compute;

/** What training makes small, and its gradients; always in fp32. */
public interface LossOps {

  /**
   * The cross-entropy of each row in nats: −log softmax(logits)[target].
   *
   * @param logits F32 [..., bins]
   * @param targets I32 [...], each in [0, bins); one outside is an error
   * @param losses F32 [...]
   */
  void crossEntropy(Tensor logits, Tensor targets, Tensor losses);

  /**
   * dLogits = weight·(softmax(logits) − onehot(target)) for each row.
   *
   * @param weights F32 [...], what each row's cross-entropy is multiplied by in the loss
   * @param dLogits F32, the shape of logits; may be {@code logits}
   */
  void crossEntropyGradient(Tensor logits, Tensor targets, Tensor weights, Tensor dLogits);

  /**
   * The distance of each item; differences are taken in fp32, sums in double precision.
   *
   * @param k how many differences LINF takes, at most those of an item; not used by the others
   * @param target F32 [batch, ...]
   * @param x F32, the shape of target
   * @param distances F32 [batch]
   */
  void distance(Distance kind, int k, Tensor target, Tensor x, Tensor distances);

  /**
   * dx += weights[item]·gradient of the item's distance; 0 where L1 has none. Among equal
   * differences LINF takes those that come first.
   *
   * @param weights F32 [batch]
   * @param dx F32, x's shape, added to
   */
  void distanceGradient(Distance kind, int k, Tensor target, Tensor x, Tensor weights, Tensor dx);
}
