/* CUDA's small vectors and index types, laid out and aligned as on a device. */
#ifndef JUKEBOX_EMULATOR_VECTOR_TYPES_H
#define JUKEBOX_EMULATOR_VECTOR_TYPES_H

/* Kernels read arrays of other types through these, which the device's compiler allows. */
#define JUKEBOX_EMULATOR_VECTOR(bytes) __attribute__((may_alias, aligned(bytes)))

struct JUKEBOX_EMULATOR_VECTOR(8) float2 { float x, y; };
struct JUKEBOX_EMULATOR_VECTOR(16) float4 { float x, y, z, w; };
struct JUKEBOX_EMULATOR_VECTOR(8) int2 { int x, y; };
struct JUKEBOX_EMULATOR_VECTOR(16) int4 { int x, y, z, w; };
struct JUKEBOX_EMULATOR_VECTOR(8) uint2 { unsigned x, y; };
struct JUKEBOX_EMULATOR_VECTOR(16) uint4 { unsigned x, y, z, w; };
struct JUKEBOX_EMULATOR_VECTOR(16) double2 { double x, y; };
struct float3 { float x, y, z; };
struct int3 { int x, y, z; };
struct uint3 { unsigned x, y, z; };

#undef JUKEBOX_EMULATOR_VECTOR

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};

inline float2 make_float2(float x, float y) { return {x, y}; }
inline float3 make_float3(float x, float y, float z) { return {x, y, z}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int3 make_int3(int x, int y, int z) { return {x, y, z}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }

#endif
