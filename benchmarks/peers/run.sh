#!/usr/bin/env bash
# run.sh CAIRN [WHAT...] [--smoke] [ARGS...]: compares cairn (CAIRN: the program in the folder of a release build) with
# other programs, in turns, and leaves the tables in benchmarks/results (RESULTS names another folder; --smoke, tiny sizes
# that show that all runs, a temporary one). WHAT: any of the names below; none: all. ARGS go to each (--rounds, --threads).
# The peers are installed once, into PEERS, a folder outside the tree. DATA: where datasets lie (../shared/data).
# README.md says what each compares and needs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
all=(spmm distances rmat_gcn rmat_gat gir pgnn training spectral)
if [ $# = 0 ]; then
  sed -n '2,/^set/s/^# //p' "$0"
  echo "WHAT: ${all[*]}"
  exit 2
fi
peers=${PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/cairn-peers}
data=${DATA:-$root/../shared/data}
cairn=$(realpath "$1")
build=$(dirname "$cairn")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chosen=()
words=()
smoke=
results=${RESULTS:-$root/benchmarks/results}
while [ $# -gt 0 ]; do
  case $1 in
    --smoke)
      smoke=yes
      words+=(--smoke)
      results=${RESULTS:-$work/results}
      ;;
    --*)
      words+=("$1" "$2")
      shift
      ;;
    *)
      if [[ " ${all[*]} " != *" $1 "* ]]; then
        echo "run.sh: unknown comparison '$1'; known: ${all[*]}" >&2
        exit 2
      fi
      chosen+=("$1")
      ;;
  esac
  shift
done
if [ ${#chosen[@]} = 0 ]; then chosen=("${all[@]}"); fi

if [ ! -x "$peers/bin/python" ]; then python3 -m venv "$peers"; fi
"$peers/bin/pip" install -q -r "$here/requirements.txt"
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore
python() { "$peers/bin/python" "$@"; }
mkdir -p "$results"

compare_spmm() {
  "$here/common/compile.sh" "$work/spmm_cairn" "$build" "$here/spmm/spmm_cairn.cpp" "$root/benchmarks/machine.cpp"
  "$here/common/compile.sh" "$work/spmm_eigen" - "$here/spmm/spmm_eigen.cpp"
  python "$here/spmm/compare.py" "$cairn" "$work" "$results" "${words[@]}"
}
compare_distances() {
  "$here/common/compile.sh" "$work/distances_cairn" "$build" "$here/distances/distances_cairn.cpp"
  "$here/common/compile.sh" "$work/distances_boost" - "$here/distances/distances_boost.cpp"
  python "$here/distances/compare.py" "$cairn" "$work" "$results" "${words[@]}"
}
compare_training() {
  if [ ! -d "$data/cora" ]; then
    echo "training: left out, $data/cora is not there (DATA says where datasets lie)" >&2
    return
  fi
  python "$here/training/compare.py" "$cairn" "$work" "$results" --dataset "$data/cora" "${words[@]}"
}
compare_spectral() {
  if [ ! -e /usr/include/Spectra/SymEigsSolver.h ]; then
    echo "spectral: left out, Spectra's headers are not there (libspectra-dev)" >&2
    return
  fi
  local edges=()
  if [ -e "$data/cora/edges.csv" ]; then edges+=("$data/cora/edges.csv"); fi
  PYTHON=$peers/bin/python SMOKE=$smoke "$here/spectral/compare.sh" "$build" "${edges[@]}"
}

failed=()
for what in "${chosen[@]}"; do
  echo "== $what"
  if [ -e "$here/epochs/$what.py" ]; then
    python "$here/epochs/$what.py" "$cairn" "$work" "$results" "${words[@]}" || failed+=("$what")
  else
    "compare_$what" || failed+=("$what")
  fi
done
if [ ${#failed[@]} != 0 ]; then
  echo "run.sh: did not agree, or did not run: ${failed[*]}" >&2
  exit 1
fi
