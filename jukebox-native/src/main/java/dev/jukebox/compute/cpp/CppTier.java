package dev.jukebox.compute.cpp;

import java.util.Arrays;

/** The instruction sets that kernels are compiled for. */
enum CppTier {
  BASELINE(0, "cpp-baseline", "what every processor of this architecture has"),
  AVX2(1, "cpp-avx2", "AVX2, FMA and F16C"),
  AVX512(2, "cpp-avx512", "AVX-512 F, BW, VL and DQ");

  private final int code;
  private final String backendName;
  private final String needs;

  CppTier(int code, String backendName, String needs) {
    this.code = code;
    this.backendName = backendName;
    this.needs = needs;
  }

  /** The best one that this processor runs. */
  static CppTier best() {
    int best = NativeApi.bestTier();
    return Arrays.stream(values()).filter(tier -> tier.code == best).findFirst().orElse(BASELINE);
  }

  /** Its number in the C ABI. */
  int code() {
    return code;
  }

  /** The name of the backend with this tier. */
  String backendName() {
    return backendName;
  }

  /** What a processor must have, for people. */
  String needs() {
    return needs;
  }
}
