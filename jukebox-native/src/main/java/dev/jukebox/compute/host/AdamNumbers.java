package dev.jukebox.compute.host;

import dev.jukebox.compute.AdamSettings;

/** Adam of one element in single precision, in the order of operations that all backends use. */
record AdamNumbers(
    float stepSize,
    float scale,
    float beta1,
    float rest1,
    float beta2,
    float rest2,
    float epsilon,
    float weightDecay,
    float averageDecay,
    float averageRest) {

  /** 1 - beta is formed before it is rounded, of which little is left in singles. */
  static AdamNumbers of(AdamSettings settings) {
    return new AdamNumbers(
        (float) settings.stepSize(),
        (float) settings.scale(),
        (float) settings.beta1(),
        (float) (1 - settings.beta1()),
        (float) settings.beta2(),
        (float) (1 - settings.beta2()),
        (float) settings.epsilon(),
        (float) settings.weightDecay(),
        (float) settings.averageDecay(),
        (float) (1 - settings.averageDecay()));
  }

  float first(float m, float g) {
    return beta1 * m + rest1 * g;
  }

  float second(float v, float g) {
    return beta2 * v + rest2 * g * g;
  }

  float parameter(float p, float m, float v) {
    float direction = m / ((float) Math.sqrt(v) + epsilon);
    return p - stepSize * (direction + weightDecay * p);
  }

  float average(float a, float p) {
    return averageDecay * a + averageRest * p;
  }
}
