/* The tensors of a step of training in device memory, cut into chunks, and Adam of one element. */
#ifndef JUKEBOX_OPTIMIZER_H
#define JUKEBOX_OPTIMIZER_H

#include <cmath>

#include "device.h"

namespace jukebox {

constexpr int OPTIMIZER_THREADS = 256;
/* Elements that a thread has under way at once. */
constexpr int OPTIMIZER_WIDTH = 4;
constexpr int64_t OPTIMIZER_CHUNK = 8192;

/* A parameter and what belongs to it. With scales, both moments are fp16 and scaled by them. */
struct Parameter {
  float* parameter;
  const float* gradient;
  void* first;
  void* second;
  float* scales;
  float* average;
  int64_t size;
  /* Bits of both moments' largest magnitudes: zero but between two kernels of a step. */
  uint32_t largest[2];
  /* The scales before this step. */
  float scales_before[2];
  /* Whether all arrays are aligned to four elements, and whether the gradient is. */
  int32_t aligned;
  int32_t gradient_aligned;
};

/* Up to OPTIMIZER_CHUNK elements of a tensor. */
struct Chunk {
  int32_t tensor;
  int32_t number;
};

struct Adam {
  float step_size;
  float scale;
  float beta1;
  float rest1;
  float beta2;
  float rest2;
  float epsilon;
  float weight_decay;
  float average_decay;
  float average_rest;
};

struct Moments {
  float first;
  float second;
};

DEVICE Moments next_moments(const Adam& adam, Moments old, float gradient) {
  float g = gradient / adam.scale;
  return Moments{adam.beta1 * old.first + adam.rest1 * g,
                 adam.beta2 * old.second + adam.rest2 * g * g};
}

DEVICE float next_parameter(const Adam& adam, float parameter, Moments moments) {
  float direction = moments.first / (sqrtf(moments.second) + adam.epsilon);
  return parameter - adam.step_size * (direction + adam.weight_decay * parameter);
}

/* Where a thread's OPTIMIZER_WIDTH elements lie: neighbours in vectors, or one in each stride. */
struct Lane {
  int64_t first;
  int64_t stride;
  int64_t end;
  bool vector;

  DEVICE int64_t place(int k) const { return first + k * stride; }
  DEVICE bool holds(int k) const { return place(k) < end; }
};

DEVICE Lane lane_of(int64_t base, int64_t end, bool aligned) {
  int64_t thread = threadIdx.x;
  int64_t first = base + (aligned ? OPTIMIZER_WIDTH * thread : thread);
  return Lane{first, aligned ? 1 : OPTIMIZER_THREADS, end,
              aligned && first + OPTIMIZER_WIDTH <= end};
}

/* Reads what the lane holds, and zeros for what it does not. */
DEVICE void read(float (&values)[OPTIMIZER_WIDTH], const float* source, const Lane& lane) {
  if (lane.vector) {
    float4 of = *reinterpret_cast<const float4*>(source + lane.first);
    values[0] = of.x;
    values[1] = of.y;
    values[2] = of.z;
    values[3] = of.w;
  } else {
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
      values[k] = lane.holds(k) ? source[lane.place(k)] : 0;
    }
  }
}

DEVICE void write(float* target, const Lane& lane, const float (&values)[OPTIMIZER_WIDTH]) {
  if (lane.vector) {
    float4 of;
    of.x = values[0];
    of.y = values[1];
    of.z = values[2];
    of.w = values[3];
    *reinterpret_cast<float4*>(target + lane.first) = of;
  } else {
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
      if (lane.holds(k)) target[lane.place(k)] = values[k];
    }
  }
}

struct alignas(4 * sizeof(f16)) FourHalves {
  f16 of[OPTIMIZER_WIDTH];
};

DEVICE void read(float (&values)[OPTIMIZER_WIDTH], const f16* source, float scale,
                 const Lane& lane) {
  if (lane.vector) {
    FourHalves four = *reinterpret_cast<const FourHalves*>(source + lane.first);
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) values[k] = to_float(four.of[k]) * scale;
  } else {
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
      values[k] = lane.holds(k) ? to_float(source[lane.place(k)]) * scale : 0;
    }
  }
}

DEVICE void write(f16* target, float scale, const Lane& lane,
                  const float (&values)[OPTIMIZER_WIDTH]) {
  if (lane.vector) {
    FourHalves four;
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) four.of[k] = from_float<f16>(values[k] / scale);
    *reinterpret_cast<FourHalves*>(target + lane.first) = four;
  } else {
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
      if (lane.holds(k)) target[lane.place(k)] = from_float<f16>(values[k] / scale);
    }
  }
}

}  // namespace jukebox

#endif
