package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.weights.pickle.PickleFormatException;
import dev.jukebox.core.weights.pickle.PickleHandler;
import dev.jukebox.core.weights.pickle.PyObject;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import java.util.List;
import java.util.Optional;

/** Turns a pickle's references to storages, and the calls that view them, into tensors. */
record TorchHandler(Storages storages) implements PickleHandler {
  private static final int MAX_RANK = 64;

  @Override
  public Object persistent(Object id) {
    if (id instanceof PyTuple tuple && tuple.size() >= 2) {
      if ("module".equals(tuple.get(0))) {
        return tuple.get(1);
      }
      if ("storage".equals(tuple.get(0))
          && tuple.size() >= 5
          && tuple.get(1) instanceof PyObject type
          && tuple.get(2) instanceof String key
          && tuple.get(4) instanceof Long elements) {
        FileTensor storage = storage(type(type), key, elements);
        return tuple.size() > 5 && tuple.get(5) instanceof PyTuple view
            ? part(storage, view)
            : storage;
      }
    }
    throw damaged();
  }

  private FileTensor storage(StoredType type, String key, long elements) {
    if (elements < 0 || elements > Long.MAX_VALUE / type.byteSize()) {
      throw damaged();
    }
    return FileTensor.of(type, storages.storage(key, type, elements), elements);
  }

  /** Old files keep storages that are parts of others as (key, offset, size). */
  private static FileTensor part(FileTensor whole, PyTuple view) {
    if (view.size() != 3
        || !(view.get(1) instanceof Long offset)
        || !(view.get(2) instanceof Long size)
        || offset < 0
        || size < 0
        || size > whole.size() - offset) {
      throw damaged();
    }
    int width = whole.type().byteSize();
    ByteSource bytes = whole.storage().part(offset * width, size * width);
    return FileTensor.of(whole.type(), bytes, size);
  }

  private static StoredType type(PyObject storage) {
    if (storage.module().equals("torch.storage")
        && (storage.name().equals("UntypedStorage") || storage.name().equals("_UntypedStorage"))) {
      return StoredType.U8;
    }
    boolean torch = storage.module().equals("torch") || storage.module().equals("torch.cuda");
    return (torch ? StoredType.ofTorchStorage(storage.name()) : Optional.<StoredType>empty())
        .orElseThrow(
            () ->
                new PickleFormatException(
                    "has a tensor in " + storage + ", a type that is not supported"));
  }

  @Override
  public Object call(PyObject function, PyTuple arguments) {
    switch (function.toString()) {
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> {
        return view(arguments, tensor(arguments));
      }
      case "torch._utils._rebuild_tensor_v3" -> {
        return view(arguments, retyped(arguments));
      }
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
        return tensor(arguments);
      }
      case "torch._tensor._rebuild_from_type_v2" -> {
        if (arguments.size() < 3
            || !(arguments.get(0) instanceof PyObject rebuild)
            || rebuild.isA(function.module(), function.name())
            || !(arguments.get(2) instanceof PyTuple inner)) {
          throw damaged();
        }
        return call(rebuild, inner);
      }
      default -> {
        return function.called(arguments);
      }
    }
  }

  private static FileTensor tensor(PyTuple arguments) {
    if (!arguments.isEmpty() && arguments.get(0) instanceof FileTensor tensor) {
      return tensor;
    }
    throw damaged();
  }

  /** Version 3 gives bytes and the type by name. */
  private static FileTensor retyped(PyTuple arguments) {
    FileTensor bytes = tensor(arguments);
    if (arguments.size() < 7
        || !(arguments.get(6) instanceof PyObject dtype)
        || !dtype.module().equals("torch")) {
      throw damaged();
    }
    StoredType type =
        StoredType.ofTorchName(dtype.name())
            .orElseThrow(
                () ->
                    new PickleFormatException(
                        "has a tensor of " + dtype + ", a type that is not supported"));
    return FileTensor.of(type, bytes.storage(), bytes.byteSize() / type.byteSize());
  }

  private static FileTensor view(PyTuple arguments, FileTensor storage) {
    if (arguments.size() < 4
        || !(arguments.get(1) instanceof Long offset)
        || !(arguments.get(2) instanceof List<?> shape)
        || !(arguments.get(3) instanceof List<?> strides)) {
      throw damaged();
    }
    return FileTensor.strided(
        storage.type(), storage.storage(), offset, extents(shape), extents(strides));
  }

  private static long[] extents(List<?> values) {
    if (values.size() > MAX_RANK || !values.stream().allMatch(Long.class::isInstance)) {
      throw damaged();
    }
    return values.stream().mapToLong(Long.class::cast).toArray();
  }

  private static PickleFormatException damaged() {
    return new PickleFormatException("is damaged (the description of a tensor makes no sense)");
  }
}
