/*
 * What a test may ask of the emulator beyond the CUDA runtime. Settings hold for launches and
 * allocations made after they are set; emulator_reset() puts all of them back to their defaults or
 * to what the environment variables JUKEBOX_EMULATOR_ORDER, _SEED, _LAZY, _POISON, _MEMORY,
 * _WORKERS and _ALIGN said when the library was loaded.
 */
#ifndef JUKEBOX_EMULATOR_CONTROL_H
#define JUKEBOX_EMULATOR_CONTROL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Order of threads and blocks: 0 ascending, 1 descending, 2 random from the seed. */
void jukebox_emulator_set_order(int64_t order, int64_t seed);
/* 0: work is done when it is enqueued; 1: when something waits for it. */
void jukebox_emulator_set_lazy(int64_t lazy);
/* The byte that fresh shared and device memory holds, 0xff by default. */
void jukebox_emulator_set_poison(int64_t byte);
/* The size of the device's memory in bytes, 64 GiB by default. */
void jukebox_emulator_set_memory(int64_t bytes);
/* The number of operating-system threads that run blocks; 0: one for each core. */
void jukebox_emulator_set_workers(int64_t workers);
/* 0: allocations end at an inaccessible page; 1: they begin behind one. */
void jukebox_emulator_set_align(int64_t start);

/*
 * The n-th launch from now (1: the next), a graph's launch included, fails with an error of the
 * runtime. Sticky: every call afterwards fails alike until a reset, as with a lost device.
 */
void jukebox_emulator_fail_launch(int64_t n, int64_t error, int64_t sticky);
/* The n-th allocation of device memory from now fails with cudaErrorMemoryAllocation. */
void jukebox_emulator_fail_allocation(int64_t n);

/* Clears errors, settings, counters and unfinished work; memory stays allocated. */
void jukebox_emulator_reset(void);

/* Kernels that ran since the last reset, those of graphs included. */
int64_t jukebox_emulator_kernels(void);
/* Launches since the last reset: of kernels outside graphs, and of graphs. */
int64_t jukebox_emulator_launches(void);
/* Allocations of device memory not freed yet, and their bytes. */
int64_t jukebox_emulator_allocations(void);
int64_t jukebox_emulator_allocated_bytes(void);
/* Allocations around which bytes were overwritten that do not belong to them. */
int64_t jukebox_emulator_check_memory(void);
/*
 * Copies the last diagnosis (kernel, block, thread, what happened) with its final zero, at most
 * `size` bytes; returns its length, 0 if nothing was found since the last reset.
 */
int64_t jukebox_emulator_diagnosis(char* text, int64_t size);

#ifdef __cplusplus
}
#endif

#endif
