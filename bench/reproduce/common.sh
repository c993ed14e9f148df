# Sourced by the scripts of this folder.
set -euo pipefail

# reproduce NAME: builds and runs its reproduction, which prints its checks and writes CSV files, then makes
# NAME.svg of them with the gnuplot commands on standard input. All files go to runs/reproduce.
reproduce() {
  local name=$1 root build out
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  build=$root/build/release out=$root/runs/reproduce
  mkdir -p "$out"
  cd "$root"
  { cmake --preset release && cmake --build --preset release --target reproduce; } > "$out/build.log" 2>&1 ||
    { cat "$out/build.log"; exit 1; }
  local status=0
  "$build/bin/reproduce" "$name" "$out" || status=$?
  cd "$out"
  { printf 'set terminal svg size 720,420 dynamic background "white"\nset output "%s.svg"\n' "$name"
    printf 'set datafile separator ","\nset key outside bottom center horizontal\nset grid\n'
    cat; } | gnuplot
  echo "picture: runs/reproduce/$name.svg"
  exit $status
}
