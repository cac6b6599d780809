#!/usr/bin/env bash
# The proof on a GPU in one command: prove.sh [--dry-run] [PACK.tar.xz]
# Runs tests, autotuner, benchmarks beside PyTorch, a training run and compute-sanitizer within 9 minutes and ends with a table of the
# bars. Without PACK it runs beside the unpacked pack. Results go to $OUT, or ./results. A part that fails or takes too long is reported
# and the rest goes on; the exit status is 1 then. --dry-run does on the CPU and on tiny sizes what needs no GPU.
set -uo pipefail

dry=
[ "${1:-}" != --dry-run ] || { dry=1; shift; }
[ $# -le 1 ] || { echo "usage: $0 [--dry-run] [PACK.tar.xz]" >&2; exit 2; }
command="prove.sh${dry:+ --dry-run} $*"
deadline=$((SECONDS + 540))
out=${OUT:-$PWD/results}
mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 1
rm -rf "$out"/{1,2,proof.json,parts.md,metrics.jsonl,logs.tar.gz}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
logs=$work/logs
mkdir "$logs"
started=$(date -u +%FT%TZ)

if [ $# -eq 1 ]; then
  home=$work/pack
  mkdir "$home"
  if command -v xz > /dev/null; then
    tar -xJf "$1" -C "$home" || exit 1
  else
    python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="data")' "$1" "$home" || exit 1
  fi
else
  home=$(cd "$(dirname "$0")" && pwd)
fi
[ -x "$home/GpuLm.Benchmarks" ] || { echo "There is no GpuLm.Benchmarks in $home: name a pack that pack.sh made." >&2; exit 1; }
commit=$(cat "$home/COMMIT")

if [ -n "$dry" ]; then
  device=cpu effort=--tiny minutes=0.05
else
  device=cuda effort=--quick minutes=0.4
fi

summary=()
status=0
note() { printf '%s\n' "$*"; summary+=("$*"); }

# part NAME SECONDS COMMAND...: the command with its output in a log, ended when its time or the whole time is over.
part() {
  local name=$1 limit=$2 start=$SECONDS rc=0 left=$((deadline - SECONDS - 8))
  shift 2
  ((left >= limit)) || limit=$left
  if ((limit < 5)); then
    note "$name: not run, the time is over"
    status=1
    return 1
  fi
  printf '\n== %s (at most %d s)\n' "$name" "$limit"
  (cd "$home" && exec timeout --kill-after=5 "$limit" "$@") 2>&1 | sed 's/\x1b\[[0-9;]*m//g' > "$logs/$name.log"
  rc=${PIPESTATUS[0]}
  case $rc in
    0) note "$name: ok, $((SECONDS - start)) s" ;;
    124 | 137) note "$name: TIMED OUT after $((SECONDS - start)) s"; status=1 ;;
    *) note "$name: FAILED with exit status $rc, $((SECONDS - start)) s"; status=1 ;;
  esac
  [ "$rc" -eq 0 ] || tail -n 4 "$logs/$name.log"
  return "$rc"
}

skip() { note "$1: SKIPPED, $2"; }

# How many tests passed, and which failed; of a run without an end how far it came.
counts() {
  grep -q '^  total: ' "$logs/$1.log" || grep '^running' "$logs/$1.log" | tail -n 1
  awk '/^  (total|failed|succeeded|skipped): /' "$logs/$1.log" | tr -s ' \n' ' '
  echo
  grep -m 20 '^failed ' "$logs/$1.log" || true
}

gpu() {
  command -v nvidia-smi > /dev/null || { echo 'no nvidia-smi'; return; }
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.sm,clocks.mem,temperature.gpu,power.draw --format=csv,noheader
}

before=$(gpu)
echo "GPU (name, driver, memory, SM clock, memory clock, temperature, power): $before"
echo "Commit $commit, $started"

# tests NAME SECONDS PROGRAM OPTION...: a test program on the devices at hand.
tests() {
  local name=$1 limit=$2 program=$3
  shift 3
  part "$name" "$limit" env "${devices[@]}" "./$program" "$@"
  counts "$name"
}

# a. Tests. Left out: what has nothing to do with the device (text, tokens, the command itself, damaged files), and PtxTests, which need the
# ptxas that CI pins; every other test here has the driver compile the same PTX. Kernels whose groups wait for each other's
# signals have a process of their own: one that hangs, or breaks the device, leaves the other tests their results.
hopper=(GpuLm.Kernels.Tests.Cuda.HopperIntrinsicsTests GpuLm.Kernels.Tests.Cuda.WarpGroupMatMulTests)
if [ -n "$dry" ]; then
  devices=(GPULM_TEST_DEVICES=cpu GPULM_REQUIRE_DEVICES=cpu)
  tests kernel-tests 80 GpuLm.Kernels.Tests --filter-class GpuLm.Kernels.Tests.LayerNormTests
  tests library-tests 40 GpuLm.Tests --filter-class GpuLm.Tests.GoldenTests
else
  devices=(GPULM_TEST_DEVICES=cpu,cuda GPULM_REQUIRE_DEVICES=cuda)
  tests kernel-tests 80 GpuLm.Kernels.Tests --filter-not-class GpuLm.Kernels.Tests.Cuda.PtxTests "${hopper[@]}"
  tests hopper-tests 25 GpuLm.Kernels.Tests --filter-class "${hopper[@]}"
  tests library-tests 40 GpuLm.Tests --filter-not-namespace 'GpuLm.Tests.Cli*' 'GpuLm.Tests.Data*' 'GpuLm.Tests.Tokenization*' \
    GpuLm.Tests.BadInput GpuLm.Tests.Fuzzing
fi

# b. The autotuner, on the products of the step that is measured below. What it found before its time was over is kept.
if [ -n "$dry" ]; then
  skip tune 'a dry run has no GPU'
else
  part tune 40 ./gpulm tune --device cuda --model gpt2 --batch 32 --vocabulary 50304
  tail -n 20 "$logs/tune.log"
fi

# c. Both sides in turn, twice: what drifts shows. Of the kernels those that have a bar, in bf16 and with data from memory.
torch=1
if [ -z "$dry" ] && ! python3 -c 'import torch' 2> "$logs/torch-import.log"; then
  torch=
  skip torch "python3 has no PyTorch: $(tail -n 1 "$logs/torch-import.log")"
fi
kernels='MatMul.?? *bf16 cold,Attention.*bf16 cold,LayerNorm.Forward *bf16 cold,LayerNorm.Backward *bf16 cold,Gelu.Tanh*bf16 cold'
kernels+=',AdamW.Step *bf16 cold,CrossEntropy.ForwardBackward *bf16 cold,Probe.Triad * cold'
steps=(--model 124M --precision bf16)
[ -z "$dry" ] || kernels='*' steps=()
torch_seconds=75 torch_budget=45
for turn in 1 2; do
  part "kernels-$turn" 65 ./GpuLm.Benchmarks --suite kernels --device $device $effort --filter "$kernels" --out "$out/$turn"
  part "step-$turn" 20 ./gpulm bench step --device $device $effort "${steps[@]}" --out "$out/$turn"
  if [ -n "$dry" ]; then
    part "torch-$turn" 15 python3 -B torch_peers.py "$out/$turn" --dry-run
  elif [ -n "$torch" ]; then
    part "torch-$turn" $torch_seconds python3 -B torch_peers.py "$out/$turn" --seconds $torch_budget
  fi
  torch_seconds=40 torch_budget=22   # PyTorch keeps what it compiled in the first turn
done

# d. A short training run.
run=(--precision bf16 --model small --batch 64)
[ -z "$dry" ] || run=(--precision fp32 --model nano --batch 2 --context 32)
part train 35 ./gpulm train --device $device "${run[@]}" --minutes $minutes --sample-every 0 --out "$work/run"
if [ -s "$work/run/metrics.jsonl" ]; then
  cp "$work/run/metrics.jsonl" "$out/metrics.jsonl"
  sed -n '1p;$p' "$out/metrics.jsonl"
fi

# e. compute-sanitizer on small tests of every kind of kernel on tensor cores or in bf16.
sanitized=(
  --filter-method '*TensorCoreMatMulTests.Epilogues_are_right' '*TensorCoreMatMulTests.Splits_of_K_are_right'
  '*FlashAttentionTests.Logits_that_grow_with_the_key_are_right' '*LayerNormBf16Tests.Forward_of_a_sum' '*LayerNormBf16Tests.Backward'
  '*CrossEntropyBf16Tests.Forward_and_backward' '*AdamWBf16Tests.Masters_and_their_copies' '*AdamWBf16Tests.Without_masters'
)
if [ -n "$dry" ]; then
  skip compute-sanitizer 'a dry run has no GPU'
elif command -v compute-sanitizer > /dev/null; then
  for tool in memcheck racecheck; do
    part "sanitizer-$tool" 12 env GPULM_TEST_DEVICES=cuda GPULM_REQUIRE_DEVICES=cuda \
      compute-sanitizer --tool $tool --error-exitcode 99 ./GpuLm.Kernels.Tests "${sanitized[@]}"
    grep -m 5 -E 'ERROR SUMMARY|RACECHECK SUMMARY|=========     (Invalid|Race)' "$logs/sanitizer-$tool.log" || true
    counts "sanitizer-$tool"
  done
else
  skip compute-sanitizer 'it is not on this machine'
fi

# Both sides' turns become one table with the bars. Our first turn stands for the kernels' and the step's own tables.
after=$(gpu)
cp "$out"/1/{kernels,step}.json "$out" 2> "$logs/copy.log" || true
if "$home/gpulm" bench peers "$out" > "$logs/peers.log" 2>&1; then
  cat "$logs/peers.log"
else
  note 'peers: FAILED'
  tail -n 4 "$logs/peers.log"
  status=1
fi
{ printf '# Parts\n\n'; printf '* %s\n' "${summary[@]}"; } > "$out/parts.md"

quoted() { printf '"%s": "%s"' "$1" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\n\t' '  ')"; }
{
  echo '{'
  for pair in "gpu_before:$before" "gpu_after:$after" "gpu_fields:name, driver, memory, SM clock, memory clock, temperature, power" \
    "processor:$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) threads" "system:$(uname -sr)" \
    "nvcc:$(nvcc --version 2> /dev/null | tail -n 1)" "commit:$commit" "started:$started" "ended:$(date -u +%FT%TZ)" "command:$command" \
    "parts:$(printf '%s; ' "${summary[@]}")"; do
    printf '  %s,\n' "$(quoted "${pair%%:*}" "${pair#*:}")"
  done
  printf '  "exit_status": %d\n}\n' $status
} > "$out/proof.json"
tar -C "$work" -czf "$out/logs.tar.gz" logs
printf '\nResults in %s:\n' "$out"
ls -l "$out"
exit $status
