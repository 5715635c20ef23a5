// Included by the generated JNI code alone: the C ABI, and views of memory for Java.
#ifndef JUKEBOX_BINDING_H
#define JUKEBOX_BINDING_H

#include <jni.h>

#include "jukebox.h"

static inline jobject jk_view(JNIEnv* env, jclass, jlong address, jlong bytes) {
  return env->NewDirectByteBuffer(reinterpret_cast<void*>(address), bytes);
}

#endif
