#!/usr/bin/env bash
# Packs what a GPU host without a JDK needs to test and measure the CUDA backend: a Java runtime, the
# jars with the library for devices, the tests with their golden numbers, the benchmarks, and run.sh.
#
#   cuda/gpu/pack.sh                  builds, then makes target/gpu/jukebox-gpu and .tar.xz
#   cuda/gpu/pack.sh --built          takes what the last build left
#   cuda/gpu/pack.sh --no-archive     the directory alone
#   cuda/gpu/pack.sh --golden DIR     other golden numbers than those of the test resources
#   cuda/gpu/pack.sh --emulated       without nvcc: a bundle for a trial on the emulator alone
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
out="$root/target/gpu"
bundle="$out/jukebox-gpu"
build=true archive=true emulated=false
golden="$root/jukebox-core/src/test/resources/golden"
while (($#)); do
  case "$1" in
    --built) build=false ;;
    --no-archive) archive=false ;;
    --emulated) emulated=true ;;
    --golden)
      golden="$(cd "$2" && pwd)"
      shift
      ;;
    *)
      echo "pack.sh: unknown option $1" >&2
      exit 2
      ;;
  esac
  shift
done

fail() {
  echo "pack.sh: $1" >&2
  exit 1
}

maven=("$root/mvnw" --batch-mode --no-transfer-progress --quiet -f "$root/pom.xml" -P '!error-prone')
if $build; then
  "${maven[@]}" -pl jukebox-native,jukebox-core,benchmarks -DskipTests package
fi

javac="$(readlink -f "${JAVA_HOME:+$JAVA_HOME/bin/javac}" 2>/dev/null || true)"
[[ -x $javac ]] || javac="$(readlink -f "$(command -v javac)")" || fail "no JDK found: set JAVA_HOME"
jdk="$(dirname "$(dirname "$javac")")"
[[ -d $jdk/jmods ]] || fail "$jdk has no jmods, from which a runtime is made"

native="$root/jukebox-native/target"
library="$native/cuda/classes/dev/jukebox/compute/cuda/linux-x86_64/libjnijukeboxcuda.so"
if ! $emulated && [[ ! -e $library ]]; then
  fail "the library for devices was not built: put nvcc on the PATH, or give --emulated"
fi
for needed in "$root/benchmarks/target/benchmarks.jar" "$root/benchmarks/target/lib" \
  "$native/test-classes" "$root/jukebox-core/target/test-classes"; do
  [[ -e $needed ]] || fail "$needed is not there: build first, or leave --built out"
done

rm -rf "$bundle"
mkdir -p "$bundle/lib" "$bundle/tests"

# JMH and JUnit need management, logging and xml, and JUnit finds tests in jars by zipfs.
"$jdk/bin/jlink" --add-modules \
  java.base,java.logging,java.management,java.xml,jdk.management,jdk.unsupported,jdk.zipfs \
  --compress=0 --no-header-files --no-man-pages --strip-java-debug-attributes \
  --output "$bundle/jre"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# Jars are stored without compression: xz does better over all of them at once.
store() {
  local from="$1" to="$2" leave="${3:-}"
  rm -rf "$scratch/jar" && mkdir "$scratch/jar"
  if [[ -d $from ]]; then
    cp -r "$from/." "$scratch/jar"
  else
    (cd "$scratch/jar" && "$jdk/bin/jar" --extract --file "$from")
  fi
  find "$scratch/jar" -name '*.key' -delete
  # shellcheck disable=SC2086
  [[ -z $leave ]] || (cd "$scratch/jar" && rm -rf $leave)
  "$jdk/bin/jar" --create --no-compress --no-manifest --file "$to" -C "$scratch/jar" .
}

# The C++ library is left out: a test that runs on all backends runs on the device and plain Java.
# So is the built-in model, which no test of a backend opens.
store "$root/benchmarks/target/benchmarks.jar" "$bundle/lib/benchmarks.jar"
for jar in "$root"/benchmarks/target/lib/*.jar; do
  store "$jar" "$bundle/lib/$(basename "$jar")" \
    "dev/jukebox/compute/cpp/linux-x86_64 dev/jukebox/core/model/demo"
done
if ! $emulated; then
  store "$native/cuda/classes" "$bundle/lib/jukebox-cuda.jar"
fi
store "$native/test-classes" "$bundle/tests/native.jar"
store "$root/jukebox-core/target/test-classes" "$bundle/tests/core.jar" "golden audio"
cp -r "$golden" "$bundle/golden"

junit="$(sed -n 's|.*<junit.version>\(.*\)</junit.version>.*|\1|p' "$root/pom.xml")"
console="junit-platform-console-standalone"
"${maven[@]}" -N org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
  -Dartifact="org.junit.platform:$console:$junit" -DoutputDirectory="$scratch"
store "$scratch/$console-$junit.jar" "$bundle/tests/$console.jar"

cp "$root/cuda/gpu/run.sh" "$root/cuda/gpu/peers.py" "$bundle"
git -C "$root" describe --always --dirty >"$bundle/VERSION" 2>/dev/null || echo unknown >"$bundle/VERSION"
for sanitizer in /usr/local/cuda*/compute-sanitizer; do
  if [[ -x $sanitizer/compute-sanitizer && ! -d $bundle/compute-sanitizer ]]; then
    cp -rL "$sanitizer" "$bundle/compute-sanitizer"
    rm -rf "$bundle"/compute-sanitizer/{docs,include,x86}
  fi
done

du -sh "$bundle" | sed 's/\t/  /'
if $archive; then
  tar --create --sort=name --owner=0 --group=0 -C "$out" jukebox-gpu | xz -3 -T0 >"$out/jukebox-gpu.tar.xz"
  du -sh "$out/jukebox-gpu.tar.xz" | sed 's/\t/  /'
fi
