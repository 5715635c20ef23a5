#!/usr/bin/env bash
# Tests and measures the CUDA backend on this machine, with what lies beside this script; nothing else
# is needed but a driver. Every step has a time limit, and one that fails does not stop the others.
#
#   run.sh OUTPUT                     everything, in less than ten minutes
#   run.sh --only kernels,decode OUTPUT
#   run.sh --skip peers OUTPUT
#   run.sh --total 1200 OUTPUT        seconds for all steps together
#   run.sh --limits 3 OUTPUT          three times the steps' own limits
#   run.sh --backend cuda-emulated --tiny OUTPUT
#
# Steps: device, conformance, goldens, oracles, fragments, peers, kernels, decode, decode-apart,
# decode-few, decode-few-apart, whole-run, whole-run-16, memcheck, racecheck. OUTPUT gets summary.txt,
# device.txt, tests.txt, peers.txt, results.txt, results.jsonl and sanitizer.txt.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
backend=cuda tiny=false only="" skip="" total=575 limits=1 out=""
while (($#)); do
  case "$1" in
    --backend) backend="$2" && shift ;;
    --only) only=",$2," && shift ;;
    --skip) skip=",$2," && shift ;;
    --total) total="$2" && shift ;;
    --limits) limits="$2" && shift ;;
    --tiny) tiny=true ;;
    -*) echo "run.sh: unknown option $1" >&2 && exit 2 ;;
    *) out="$1" ;;
  esac
  shift
done
[[ -n $out ]] || { echo "run.sh: name a directory for the output" >&2 && exit 2; }
mkdir -p "$out" && out="$(cd "$out" && pwd)"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
SECONDS=0
failures=0
summary=()

heap=12g
$tiny && heap=1g
java=("$here/jre/bin/java" "-Xmx$heap" -XX:+UseSerialGC
  "-Djava.io.tmpdir=$scratch" "-Dorg.bytedeco.javacpp.cachedir=$scratch/javacpp"
  "-Djukebox.golden=$here/golden" "-Djukebox.results=$out/results.jsonl" -Djmh.ignoreLock=true)
[[ $backend == cuda ]] && java+=(-Djukebox.gpu=required)
libraries="$here/lib/*"
# The emulator lies among the tests.
[[ $backend == cuda-emulated ]] && libraries="$libraries:$here/tests/native.jar"

# step NAME SECONDS FILE COMMAND...
step() {
  local name="$1" limit=$(($2 * limits)) file="$out/$3" began=$SECONDS outcome code
  shift 3
  if [[ -n $only && $only != *",$name,"* || $skip == *",$name,"* ]]; then
    return
  fi
  local left=$((total - SECONDS))
  if ((left < 5)); then
    summary+=("$name: LEFT OUT, no time")
    failures=$((failures + 1))
    return
  fi
  ((limit < left)) || limit=$left
  echo "== $name (at most $limit s)" | tee -a "$file"
  limit_now=$limit timeout -k 5 "$limit" "$@" >>"$file" 2>&1
  code=$?
  case $code in
    0) outcome=ok ;;
    77) outcome="none: $(tail -n 1 "$file")" ;;
    124 | 137) outcome="STOPPED at its limit" ;;
    *) outcome="FAILED with $code" ;;
  esac
  ((code == 0 || code == 77)) || failures=$((failures + 1))
  summary+=("$name: $outcome, $((SECONDS - began)) s")
  echo "   ${summary[-1]}" | tee -a "$file"
}

# The commands of steps are run by a shell of their own, so that a limit ends all that they started.
cat >"$scratch/steps.sh" <<'STEPS'
device() {
  nvidia-smi || echo "nvidia-smi failed"
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.memory,power.limit --format=csv || true
  nvidia-smi -q -d CLOCK,POWER,ECC | head -80 || true
  uname -a; lscpu | head -25; free -g; df -h /tmp /dev/shm
  for tool in nvcc compute-sanitizer ncu nsys python3; do command -v $tool || echo "no $tool"; done
  "${java[@]}" -version
  junit --select-class dev.jukebox.compute.cuda.RequiredDeviceTest
}
junit() {
  "${java[@]}" -Djukebox.cuda.stack=16 -cp "$here/lib/*:$here/tests/*" \
    org.junit.platform.console.ConsoleLauncher execute \
    --disable-banner --disable-ansi-colors --details=testfeed --fail-if-no-tests "$@"
}
conformance() {
  junit --select-package dev.jukebox.compute --include-classname '.*Test' \
    --exclude-classname '.*(GuardPages|RequiredDevice).*'
}
models() {
  junit --select-package dev.jukebox.core.prior --select-package dev.jukebox.core.vqvae \
    --select-package dev.jukebox.core.sample --select-package dev.jukebox.core.runtime "$@"
}
goldens() { models --include-classname '.*Golden.*Test'; }
oracles() { models --include-classname '.*Test' --exclude-classname '.*Golden.*'; }
fragments() {
  # A dump of the fragments of matrix instructions, which an emulator cannot judge.
  if ! grep -aq 'Fragment[A-Za-z]*Test\.class' "$here/tests/native.jar"; then
    echo "this build has no test of fragments"
    return 77
  fi
  junit --select-package dev.jukebox.compute --include-classname '.*Fragment.*Test'
}
peers() {
  if ! python3 -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
    echo "python3 has no PyTorch with a device here"
    return 77
  fi
  python3 "$here/peers.py" "$results" "$scratch/copy-gigabytes"
}
main() {
  local class="$1"
  shift
  "${java[@]}" -cp "$libraries" "dev.jukebox.benchmarks.$class" "$@"
}
kernels() {
  local options=(--backend "$backend" --json "$results" --seconds $((limit_now * 8 / 10)))
  [[ -s $scratch/copy-gigabytes ]] && options+=(--copy-gigabytes "$(cat "$scratch/copy-gigabytes")")
  $tiny && options+=(--tiny --millis 1)
  main KernelBenchmark "${options[@]}"
}
decode-apart() {
  java+=(-Djukebox.cuda.stack=0)
  decode
}
decode-few() {
  java+=(-Djukebox.cuda.stack=16)
  decode -p batch=2,4,8,16 -p weights=f16
}
decode-few-apart() {
  decode -p batch=2,4,8,16 -p weights=f16
}
decode() {
  local options=(-p "backend=$backend" -f 1 -foe true)
  if $tiny; then
    options+=(-wi 0 -i 1 -r 100ms -p width=16 -p depth=3 -p blocks=2 -p nCtx=64 -p bins=32
      -p prompt=3 -p weights=f16 -p megabytes=1 DecodeStepBenchmark.step)
  else
    options+=(-wi 1 -w 500ms -i 3 -r 500ms -p megabytes=4096)
  fi
  main Ratios "${options[@]}" "$@"
}
whole() {
  local options=(--backend "$backend" --json "$results" --batch "$1" --limit $((limit_now - 20)))
  $tiny && options+=(--tiny --seconds 0.05)
  main WholeRun "${options[@]}"
}
whole-run() { whole 1; }
whole-run-16() { if $tiny; then whole 2; else whole 16; fi; }
sanitizer() {
  local tool="$1" checker
  shift
  checker="$(command -v compute-sanitizer || true)"
  [[ -n $checker ]] || for checker in "$here/compute-sanitizer/compute-sanitizer" \
    /usr/local/cuda*/bin/compute-sanitizer /usr/local/cuda*/compute-sanitizer/compute-sanitizer \
    /opt/nvidia/*/*/compute-sanitizer; do
    [[ -x $checker ]] && break
  done
  if [[ ! -x $checker ]]; then
    echo "compute-sanitizer was not found"
    return 77
  fi
  java=("$checker" --tool "$tool" --target-processes all --error-exitcode 9 --print-limit 20 "${java[@]}")
  junit --select-package dev.jukebox.compute.conformance "$@"
}
memcheck() { sanitizer memcheck --include-classname '.*Test' --exclude-classname '.*GuardPages.*'; }
racecheck() { sanitizer racecheck --include-classname '.*(Linear|Attention|Rows).*Test'; }
"$@"
STEPS
export here scratch backend tiny libraries limit_now
export results="$out/results.jsonl"
printf 'java=(' >"$scratch/environment.sh"
printf ' %q' "${java[@]}" >>"$scratch/environment.sh"
printf ')\n' >>"$scratch/environment.sh"
own() {
  local name="$1"
  step "$name" "$2" "$3" bash -c '. "$1"; set -- "$2"; . "$scratch/steps.sh"' bash \
    "$scratch/environment.sh" "$name"
}

device="$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -n 1)"
{
  echo "# ${device:-no device}, backend $backend, $(date -u +%Y-%m-%d), version $(cat "$here/VERSION")"
} | tee "$out/results.txt" "$out/summary.txt"

own device 30 device.txt
own conformance 100 tests.txt
own goldens 80 tests.txt
own oracles 50 tests.txt
own fragments 20 tests.txt
own peers 60 peers.txt
own kernels 120 results.txt
own decode 70 results.txt
own decode-apart 70 results.txt
own decode-few 70 results.txt
own decode-few-apart 70 results.txt
own whole-run 130 results.txt
own whole-run-16 80 results.txt
own memcheck 90 sanitizer.txt
own racecheck 60 sanitizer.txt

for file in "$out"/*; do
  if (($(wc -c <"$file") > 15000000)); then
    tail -c 15000000 "$file" >"$scratch/end" && mv "$scratch/end" "$file"
  fi
done
printf '%s\n' "${summary[@]}" >>"$out/summary.txt"
joined="$(printf '; %s' "${summary[@]}")"
echo "$SECONDS s: ${joined:2}" | tee -a "$out/summary.txt"
((failures == 0))
