#!/usr/bin/env bash
# count.sh PROGRAM KERNEL VECTORS: prints "KERNEL VECTORS INSTRUCTIONS", those of one run of the kernel.
# Nothing of the caller's environment comes along: its length moves the stack, and libraries read it. Callgrind shows
# every program the same processor, with AVX2 where the real one has it, so that libraries choose the same code anywhere.
set -euo pipefail
program=$1 kernel=$2 vectors=$3
output=$(env -i PATH="$PATH" LC_ALL=C OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1 \
  valgrind --tool=callgrind --toggle-collect=cairn_counted_run --callgrind-out-file=/dev/null \
  "$program" --run "$kernel" "$vectors" 2>&1 </dev/null) || {
  printf '%s %s cannot be counted:\n%s\n' "$kernel" "$vectors" "$output" >&2
  exit 255  # xargs stops here
}
instructions=$(awk '/ Collected *: / { print $NF }' <<<"$output")
[ "${instructions:-0}" -gt 0 ] || { printf '%s %s: nothing was counted:\n%s\n' "$kernel" "$vectors" "$output" >&2; exit 255; }
printf '%s %s %s\n' "$kernel" "$vectors" "$instructions"
