/* Loops that the device's compiler is to unroll, or not; the emulator's decides for itself. */
#ifndef JUKEBOX_LINEAR_UNROLL_H
#define JUKEBOX_LINEAR_UNROLL_H

#ifdef JUKEBOX_EMULATED
#define UNROLL
#define UNROLL_BY_2
#define NO_UNROLL
#else
#define UNROLL _Pragma("unroll")
#define UNROLL_BY_2 _Pragma("unroll 2")
#define NO_UNROLL _Pragma("unroll 1")
#endif

#endif
