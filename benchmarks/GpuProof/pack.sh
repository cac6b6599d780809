#!/usr/bin/env bash
# Packs what prove.sh needs for a Linux x64 machine that has a GPU and PyTorch but no .NET: pack.sh [OUT.tar.xz]
# Programs are published self-contained (untrimmed: ILGPU needs reflection) into one folder, so that they share one runtime.
set -euo pipefail
[ $# -le 1 ] || { echo "usage: $0 [OUT.tar.xz]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(realpath -m "${1:-$PWD/gpu-proof.tar.xz}")
most_megabytes=60

projects=(tests/GpuLm.Kernels.Tests tests/GpuLm.Tests src/GpuLm.Cli benchmarks/GpuLm.Benchmarks)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for project in "${projects[@]}"; do
  echo "Publishing $project" >&2
  # Outputs of its own: the checkout's obj folders keep what a normal build left there.
  dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -p:PublishTrimmed=false -p:DebugType=none \
    --artifacts-path "$work/artifacts" -o "$work/pack" -v quiet --nologo >&2
done
mv "$work/pack/GpuLm.Cli" "$work/pack/gpulm"

cp "$here"/{prove.sh,torch_peers.py,torch_work.py} "$work/pack/"
commit=$(git -C "$root" rev-parse HEAD)
[ -z "$(git -C "$root" status --porcelain)" ] || commit="$commit with uncommitted changes"
echo "$commit" > "$work/pack/COMMIT"

mkdir -p "$(dirname "$out")"
tar -C "$work/pack" -cf - . | xz -T0 -6 > "$out"
bytes=$(stat -c %s "$out")
echo "$out: $((bytes / 1000000)) MB, commit $commit"
if ((bytes > most_megabytes * 1000000)); then
  echo "The pack is larger than $most_megabytes MB." >&2
  exit 1
fi
echo "On the GPU machine:  bash prove.sh $(basename "$out")"
