/* Allocation, copies and fills, with the checks and the waiting of the real runtime. */
#include <cstring>
#include <vector>

#include "context.h"
#include "memory.h"
#include "settings.h"
#include "streams.h"

using namespace jukebox::emulator;

namespace {

bool on_device(const void* address, size_t bytes) {
  const Place place = place_of(address, bytes);
  return place == Place::DEVICE || place == Place::HOST;
}

cudaError_t allocate_device(void** address, size_t bytes) {
  if (address == nullptr) return cudaErrorInvalidValue;
  *address = nullptr;
  if (allocation_fails()) {
    return refuse(cudaErrorMemoryAllocation, "a test asked for this allocation to fail");
  }
  if (bytes == 0) return cudaSuccess;
  *address = allocate(bytes, Place::DEVICE);
  if (*address != nullptr) return cudaSuccess;
  return refuse(cudaErrorMemoryAllocation,
                std::to_string(bytes) + " bytes asked for, " + std::to_string(used_memory()) +
                    " of " + std::to_string(settings().memory.load()) + " in use");
}

cudaError_t free_device(void* address) {
  if (address == nullptr || release(address, Place::DEVICE)) return cudaSuccess;
  return refuse(cudaErrorInvalidValue, "freed, or never allocated: " + describe_address(address));
}

struct Transfer {
  void* target;
  const void* source;
  size_t bytes;
  bool from_host;
  bool to_host;
  bool pageable;
};

/* Which way a copy goes; or why it cannot. */
cudaError_t judge(Transfer& transfer, cudaMemcpyKind kind) {
  const Place from = place_of(transfer.source, transfer.bytes);
  const Place to = place_of(transfer.target, transfer.bytes);
  if (kind < cudaMemcpyHostToHost || kind > cudaMemcpyDefault) {
    return cudaErrorInvalidMemcpyDirection;
  }
  if (kind == cudaMemcpyDefault) {
    transfer.from_host = from == Place::UNKNOWN || from == Place::HOST;
    transfer.to_host = to == Place::UNKNOWN || to == Place::HOST;
  } else {
    transfer.from_host = kind == cudaMemcpyHostToHost || kind == cudaMemcpyHostToDevice;
    transfer.to_host = kind == cudaMemcpyHostToHost || kind == cudaMemcpyDeviceToHost;
  }
  const auto fits = [](Place place, bool host) {
    return place != Place::FREED &&
           (host ? place != Place::DEVICE : place == Place::DEVICE || place == Place::HOST);
  };
  const bool right = fits(from, transfer.from_host) && fits(to, transfer.to_host);
  if (!right) {
    return refuse(cudaErrorInvalidValue,
                  "a copy of " + std::to_string(transfer.bytes) + " bytes from " +
                      describe_address(transfer.source) + " to " +
                      describe_address(transfer.target));
  }
  transfer.pageable = from == Place::UNKNOWN || to == Place::UNKNOWN;
  return cudaSuccess;
}

cudaError_t copy_in_stream(Transfer transfer, cudaMemcpyKind kind, cudaStream_t stream) {
  if (transfer.bytes == 0) return known(stream) ? cudaSuccess : cudaErrorInvalidResourceHandle;
  cudaError_t error = judge(transfer, kind);
  if (error != cudaSuccess) return error;
  if (!known(stream)) return cudaErrorInvalidResourceHandle;
  void* target = transfer.target;
  const void* source = transfer.source;
  const size_t bytes = transfer.bytes;
  if (transfer.pageable) {
    error = forbid_in_capture(stream, "copying pageable memory");
    if (error != cudaSuccess) return error;
  }
  if (transfer.pageable && !transfer.to_host) {
    /* The driver takes such bytes along before the call returns. */
    const auto* first = static_cast<const unsigned char*>(source);
    auto staged = std::make_shared<std::vector<unsigned char>>(first, first + bytes);
    return enqueue(stream, [=] {
      std::memcpy(target, staged->data(), bytes);
      return cudaSuccess;
    });
  }
  error = enqueue(stream, [=] {
    std::memmove(target, source, bytes);
    return cudaSuccess;
  });
  if (error != cudaSuccess || !transfer.pageable) return error;
  return drain(resolve(stream));
}

cudaError_t fill_in_stream(void* address, int value, size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (!on_device(address, bytes)) {
    return refuse(cudaErrorInvalidValue, "filling " + std::to_string(bytes) + " bytes from " +
                                             describe_address(address));
  }
  return enqueue(stream, [=] {
    std::memset(address, value, bytes);
    return cudaSuccess;
  });
}

}  // namespace

cudaError_t cudaMalloc(void** address, size_t bytes) {
  return guarded([&] {
    const cudaError_t error = forbid_in_capture("allocating");
    return error != cudaSuccess ? error : allocate_device(address, bytes);
  });
}

cudaError_t cudaFree(void* address) {
  return guarded([&] {
    if (address == nullptr) return cudaSuccess;
    cudaError_t error = forbid_in_capture("freeing");
    if (error == cudaSuccess) error = drain_all();
    return error != cudaSuccess ? error : free_device(address);
  });
}

cudaError_t cudaMallocAsync(void** address, size_t bytes, cudaStream_t stream) {
  return guarded([&] {
    const cudaError_t error = forbid_in_capture(stream, "allocating");
    if (error != cudaSuccess) return error;
    /* What the stream frees before is there for what it allocates after. */
    if (used_memory() + bytes > static_cast<size_t>(settings().memory.load())) {
      const cudaError_t drained = drain(stream);
      if (drained != cudaSuccess) return drained;
    }
    return allocate_device(address, bytes);
  });
}

cudaError_t cudaFreeAsync(void* address, cudaStream_t stream) {
  return guarded([&] {
    const cudaError_t error = forbid_in_capture(stream, "freeing");
    if (error != cudaSuccess) return error;
    if (address != nullptr && place_of(address, 1) != Place::DEVICE) {
      return refuse(cudaErrorInvalidValue, "freeing " + describe_address(address));
    }
    return enqueue(stream, [=] { return free_device(address); });
  });
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  return guarded([&] {
    const auto all = static_cast<size_t>(settings().memory.load());
    const size_t used = used_memory();
    if (free != nullptr) *free = all > used ? all - used : 0;
    if (total != nullptr) *total = all;
    return cudaSuccess;
  });
}

cudaError_t cudaHostAlloc(void** address, size_t bytes, unsigned) {
  return guarded([&] {
    if (address == nullptr) return cudaErrorInvalidValue;
    const cudaError_t error = forbid_in_capture("allocating host memory");
    if (error != cudaSuccess) return error;
    *address = bytes == 0 ? nullptr : allocate(bytes, Place::HOST);
    return bytes == 0 || *address != nullptr ? cudaSuccess : cudaErrorMemoryAllocation;
  });
}

cudaError_t cudaMallocHost(void** address, size_t bytes) {
  return cudaHostAlloc(address, bytes, cudaHostAllocDefault);
}

cudaError_t cudaFreeHost(void* address) {
  return guarded([&] {
    if (address == nullptr) return cudaSuccess;
    cudaError_t error = forbid_in_capture("freeing host memory");
    if (error == cudaSuccess) error = drain_all();
    if (error != cudaSuccess) return error;
    return release(address, Place::HOST) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned) {
  return guarded([&] {
    if (device == nullptr || place_of(host, 1) != Place::HOST) return cudaErrorInvalidValue;
    *device = host;
    return cudaSuccess;
  });
}

cudaError_t cudaHostRegister(void* address, size_t bytes, unsigned) {
  return guarded([&] {
    if (address == nullptr || bytes == 0) return cudaErrorInvalidValue;
    note_host(address, bytes);
    return cudaSuccess;
  });
}

cudaError_t cudaHostUnregister(void* address) {
  return guarded([&] {
    const cudaError_t error = drain_all();
    if (error != cudaSuccess) return error;
    return forget_host(address) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* address) {
  return guarded([&] {
    if (attributes == nullptr) return cudaErrorInvalidValue;
    const Place place = place_of(address, 1);
    void* plain = const_cast<void*>(address);
    *attributes = {cudaMemoryTypeUnregistered, 0, nullptr, plain};
    if (place == Place::HOST) *attributes = {cudaMemoryTypeHost, 0, plain, plain};
    if (place == Place::DEVICE) *attributes = {cudaMemoryTypeDevice, 0, plain, nullptr};
    return cudaSuccess;
  });
}

cudaError_t cudaMemset(void* address, int value, size_t bytes) {
  return cudaMemsetAsync(address, value, bytes, nullptr);
}

cudaError_t cudaMemsetAsync(void* address, int value, size_t bytes, cudaStream_t stream) {
  return guarded([&] { return fill_in_stream(address, value, bytes, stream); });
}

cudaError_t cudaMemcpyAsync(void* target, const void* source, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return guarded([&] {
    return copy_in_stream({target, source, bytes, false, false, false}, kind, stream);
  });
}

/* Waits for itself, unless both sides are on the device. */
cudaError_t cudaMemcpy(void* target, const void* source, size_t bytes, cudaMemcpyKind kind) {
  return guarded([&] {
    cudaError_t error = forbid_in_capture("a copy that waits");
    if (error != cudaSuccess) return error;
    error = copy_in_stream({target, source, bytes, false, false, false}, kind, nullptr);
    if (error != cudaSuccess || kind == cudaMemcpyDeviceToDevice) return error;
    return drain(resolve(nullptr));
  });
}

cudaError_t cudaMemcpy2DAsync(void* target, size_t target_pitch, const void* source,
                              size_t source_pitch, size_t width, size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  return guarded([&] {
    if (width > target_pitch || width > source_pitch) return cudaErrorInvalidValue;
    for (size_t row = 0; row < height; row++) {
      const cudaError_t error = copy_in_stream(
          {static_cast<unsigned char*>(target) + row * target_pitch,
           static_cast<const unsigned char*>(source) + row * source_pitch, width, false, false,
           false},
          kind, stream);
      if (error != cudaSuccess) return error;
    }
    return cudaSuccess;
  });
}
