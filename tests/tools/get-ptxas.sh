#!/usr/bin/env bash
# Usage: get-ptxas.sh [FOLDER]
# Fetches ptxas, NVIDIA's PTX assembler, without installing CUDA or needing a GPU, and prints the path of the program. Debian packages it
# (non-free); apt finds the mirror in this machine's own configuration, checks the signatures and downloads, in a state folder of its
# own, so that neither the system's sources nor its packages change.
set -euo pipefail

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/gpulm/cuda}
ptxas=$folder/usr/bin/ptxas
if "$ptxas" --version > /dev/null 2>&1; then
  echo "$ptxas"
  exit 0
fi

# Debian 13's toolkit (12.4) is the first with PTX ISA 8.4, which the kernels are written for.
suite=trixie
package=nvidia-cuda-toolkit
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

site=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
# Before the first `apt-get update` nobody knows whose archives these are.
[ -n "$site" ] || site=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/*$' || true)
if [ -z "$site" ]; then
  echo "get-ptxas.sh: apt has no Debian archive among its sources; add one, or put ptxas at $ptxas." >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/unpacked"
echo "deb [signed-by=$keyring] $site $suite non-free" > "$work/sources.list"
isolated=(
  -qq
  -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
  -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3
)
apt-get "${isolated[@]}" update
(cd "$work" && apt-get "${isolated[@]}" download "$package")
dpkg-deb --extract "$work/$package"_*.deb "$work/unpacked"

found=$(find "$work/unpacked" -name ptxas -type f | head -n 1)
if [ -z "$found" ]; then
  echo "get-ptxas.sh: Debian's $package of $suite holds no ptxas." >&2
  exit 1
fi
install -D -m 755 "$found" "$ptxas"
"$ptxas" --version > /dev/null
echo "$ptxas"
