#!/usr/bin/env bash
# compare.sh BUILD [EDGES.csv...]: times Laplacian eigenvectors (16, residual 1e-6) of an R-MAT graph and of the given
# edge lists by cairn (built in BUILD, a release preset), Spectra and, where PYTHON has it, SciPy, one after the other.
# RUNS (5) of each; SMOKE=yes: without the R-MAT graph. Needs Spectra's headers (libspectra-dev). Leave the machine
# alone meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
shift
count=16
runs=${RUNS:-5}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/../common/compile.sh" "$work/compare" "$build" "$here/compare.cpp"

time_all() {
  "$work/compare" "$1" "$2" "$count" "$runs" "$work"
  if "$python" -c 'import scipy' 2>/dev/null; then
    "$python" "$here/scipy_eigsh.py" "$1" "$count" "$runs" "$work"
  else
    echo "$1: SciPy left out, $python does not have it"
  fi
}
for edges in "$@"; do time_all "$(basename "$(dirname "$(realpath "$edges")")")" "$edges"; done
if [ -z "${SMOKE:-}" ]; then time_all rmat rmat; fi
