/* Device memory and page-locked host memory, each allocation between inaccessible pages. */
#ifndef JUKEBOX_EMULATOR_MEMORY_H
#define JUKEBOX_EMULATOR_MEMORY_H

#include <cstddef>
#include <cstdint>
#include <string>

#include "cuda_runtime.h"

namespace jukebox::emulator {

enum class Place { UNKNOWN, DEVICE, HOST, FREED };

/* Null where the device's memory or the machine's is used up. */
void* allocate(size_t bytes, Place place);
/* Makes it inaccessible for good; false if no allocation of that kind starts there. */
bool release(void* address, Place place);
/* Makes plain host memory known as page-locked, or forgets it. */
void note_host(void* address, size_t bytes);
bool forget_host(void* address);

/* Where all of the bytes lie; UNKNOWN for plain host memory. */
Place place_of(const void* address, size_t bytes);
/* Whether an allocation holds or just held the address, or ends there. */
bool known_address(const void* address);
std::string describe_address(const void* address);

size_t used_memory();
int64_t live_allocations();
/* How many allocations have damaged surroundings; the diagnosis names one. */
int64_t damaged_allocations();

}  // namespace jukebox::emulator

#endif
