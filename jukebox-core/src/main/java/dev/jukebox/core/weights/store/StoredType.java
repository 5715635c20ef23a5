package dev.jukebox.core.weights.store;

import java.util.Arrays;
import java.util.Optional;

/** The type of the elements in a file, with its name in each format. */
public enum StoredType {
  /** IEEE single precision. */
  F32(4, "FloatStorage", "float32", "F32"),
  /** IEEE half precision. */
  F16(2, "HalfStorage", "float16", "F16"),
  /** The upper half of a single. */
  BF16(2, "BFloat16Storage", "bfloat16", "BF16"),
  /** IEEE double precision. */
  F64(8, "DoubleStorage", "float64", "F64"),
  /** Signed 64-bit integers. */
  I64(8, "LongStorage", "int64", "I64"),
  /** Signed 32-bit integers. */
  I32(4, "IntStorage", "int32", "I32"),
  /** Signed 16-bit integers. */
  I16(2, "ShortStorage", "int16", "I16"),
  /** Signed bytes. */
  I8(1, "CharStorage", "int8", "I8"),
  /** Unsigned bytes. */
  U8(1, "ByteStorage", "uint8", "U8"),
  /** One byte each, 0 or 1. */
  BOOL(1, "BoolStorage", "bool", "BOOL");

  private final int byteSize;
  private final String torchStorage;
  private final String torchName;
  private final String safetensorsName;

  StoredType(int byteSize, String torchStorage, String torchName, String safetensorsName) {
    this.byteSize = byteSize;
    this.torchStorage = torchStorage;
    this.torchName = torchName;
    this.safetensorsName = safetensorsName;
  }

  /** Bytes of one element. */
  public int byteSize() {
    return byteSize;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloating() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }

  /** The storage class in module {@code torch}, such as {@code FloatStorage}. */
  public String torchStorage() {
    return torchStorage;
  }

  /** The dtype in module {@code torch}, such as {@code float32}. */
  public String torchName() {
    return torchName;
  }

  /** The name in a safetensors header, such as {@code F32}. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** The type with this storage class, or empty if it is none we know. */
  public static Optional<StoredType> ofTorchStorage(String name) {
    return Arrays.stream(values()).filter(type -> type.torchStorage.equals(name)).findFirst();
  }

  /** The type with this torch dtype name, or empty if it is none we know. */
  public static Optional<StoredType> ofTorchName(String name) {
    return Arrays.stream(values()).filter(type -> type.torchName.equals(name)).findFirst();
  }

  /** The type with this safetensors name, or empty if it is none we know. */
  public static Optional<StoredType> ofSafetensorsName(String name) {
    return Arrays.stream(values()).filter(type -> type.safetensorsName.equals(name)).findFirst();
  }
}
