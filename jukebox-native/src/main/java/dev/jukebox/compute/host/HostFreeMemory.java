package dev.jukebox.compute.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory the machine can still give. */
final class HostFreeMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path GROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path GROUP_USED = Path.of("/sys/fs/cgroup/memory.current");

  private HostFreeMemory() {}

  /** What the machine has, and a container allows. */
  static long bytes() {
    return Math.min(ofMachine(), ofContainer());
  }

  private static long ofContainer() {
    try {
      String limit = Files.readString(GROUP_LIMIT).strip();
      return limit.equals("max")
          ? Long.MAX_VALUE
          : Long.parseLong(limit) - Long.parseLong(Files.readString(GROUP_USED).strip());
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** MemAvailable of Linux; elsewhere all memory, since what is cached there counts as used. */
  private static long ofMachine() {
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
        ? bean.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}
