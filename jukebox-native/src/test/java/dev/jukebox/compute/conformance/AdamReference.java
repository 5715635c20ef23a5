package dev.jukebox.compute.conformance;

import dev.jukebox.compute.AdamSettings;

/** Adam by its definition, in double precision. */
final class AdamReference {
  final double[] p;
  final double[] m;
  final double[] v;
  final double[] a;

  AdamReference(float[] parameter) {
    this(parameter, new float[parameter.length], new float[parameter.length], parameter);
  }

  AdamReference(float[] parameter, float[] first, float[] second, float[] average) {
    this.p = wide(parameter);
    this.m = wide(first);
    this.v = wide(second);
    this.a = wide(average);
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  void step(AdamSettings s, float[] gradient) {
    double correction1 = 1 - Math.pow(s.beta1(), s.step());
    double correction2 = 1 - Math.pow(s.beta2(), s.step());
    double stepSize = s.learningRate() * Math.sqrt(correction2) / correction1;
    for (int i = 0; i < p.length; i++) {
      double g = gradient[i] / s.scale();
      m[i] = s.beta1() * m[i] + (1 - s.beta1()) * g;
      v[i] = s.beta2() * v[i] + (1 - s.beta2()) * g * g;
      p[i] -= stepSize * (m[i] / (Math.sqrt(v[i]) + s.epsilon()) + s.weightDecay() * p[i]);
      a[i] = s.averageDecay() * a[i] + (1 - s.averageDecay()) * p[i];
    }
  }
}
