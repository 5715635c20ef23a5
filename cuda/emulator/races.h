/*
 * Tells the thread sanitizer which emulated threads are ordered by what. Only kernels are compiled
 * with it (-fsanitize=thread), the emulator itself just with -DJUKEBOX_EMULATOR_RACES: so that
 * nothing orders two threads but their barriers.
 */
#ifndef JUKEBOX_EMULATOR_RACES_H
#define JUKEBOX_EMULATOR_RACES_H

#ifdef JUKEBOX_EMULATOR_RACES
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void __tsan_read_range(void* address, unsigned long bytes);
void __tsan_write_range(void* address, unsigned long bytes);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace jukebox::emulator {

#ifdef JUKEBOX_EMULATOR_RACES

constexpr bool RACES = true;
inline void* own_history() { return __tsan_get_current_fiber(); }
inline void* new_history() { return __tsan_create_fiber(0); }
inline void follow_history(void* history) {
  constexpr unsigned WITHOUT_ORDER = 1;
  __tsan_switch_to_fiber(history, WITHOUT_ORDER);
}
inline void happened_before(void* token) { __tsan_release(token); }
inline void happens_after(void* token) { __tsan_acquire(token); }
inline void hide_writes() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
inline void show_writes() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
inline void note_read(const void* address, unsigned long bytes) {
  __tsan_read_range(const_cast<void*>(address), bytes);
}
inline void note_write(void* address, unsigned long bytes) { __tsan_write_range(address, bytes); }

#else

constexpr bool RACES = false;
inline void* own_history() { return nullptr; }
inline void* new_history() { return nullptr; }
inline void follow_history(void*) {}
inline void happened_before(void*) {}
inline void happens_after(void*) {}
inline void hide_writes() {}
inline void show_writes() {}
inline void note_read(const void*, unsigned long) {}
inline void note_write(void*, unsigned long) {}

#endif

}  // namespace jukebox::emulator

#endif
