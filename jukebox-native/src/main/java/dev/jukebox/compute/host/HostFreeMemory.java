package dev.jukebox.compute.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory the machine can still give. */
final class HostFreeMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  private HostFreeMemory() {}

  /** MemAvailable of Linux; elsewhere what the JVM's own bean says. */
  static long bytes() {
    try {
      List<String> lines = Files.readAllLines(MEMINFO);
      for (String line : lines) {
        if (line.startsWith("MemAvailable:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return fromBean();
    }
    return fromBean();
  }

  private static long fromBean() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean bean
        ? bean.getFreeMemorySize()
        : Long.MAX_VALUE;
  }
}
