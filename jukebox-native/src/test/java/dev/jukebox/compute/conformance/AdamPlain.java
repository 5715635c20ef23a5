package dev.jukebox.compute.conformance;

import dev.jukebox.compute.AdamSettings;

/** Adam as anyone would write it, in fp32. */
final class AdamPlain {
  final float[] p;
  final float[] m;
  final float[] v;
  final float[] a;

  AdamPlain(float[] parameter) {
    this(parameter, new float[parameter.length], new float[parameter.length], parameter);
  }

  AdamPlain(float[] parameter, float[] first, float[] second, float[] average) {
    this.p = parameter.clone();
    this.m = first.clone();
    this.v = second.clone();
    this.a = average.clone();
  }

  void step(AdamSettings s, float[] gradient) {
    float rate = (float) s.stepSize();
    float beta1 = (float) s.beta1();
    float beta2 = (float) s.beta2();
    float mu = (float) s.averageDecay();
    for (int i = 0; i < p.length; i++) {
      float g = gradient[i] / (float) s.scale();
      m[i] = beta1 * m[i] + (float) (1 - s.beta1()) * g;
      v[i] = beta2 * v[i] + (float) (1 - s.beta2()) * g * g;
      float root = (float) Math.sqrt(v[i]) + (float) s.epsilon();
      p[i] -= rate * (m[i] / root + (float) s.weightDecay() * p[i]);
      a[i] = mu * a[i] + (float) (1 - s.averageDecay()) * p[i];
    }
  }
}
