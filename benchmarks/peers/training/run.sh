#!/usr/bin/env bash
# run.sh CAIRN FOLDER [ARGS...]: compares training by cairn (the program of a release build) with PyTorch Geometric on a
# dataset folder, and leaves the table in benchmarks/results. The peer is installed once, into PEERS (a folder outside
# the tree). ARGS go to compare.py.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(cd "$here/../.." && pwd)/results
peers=${PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/cairn-peers}
cairn=$(realpath "$1")
folder=$(realpath "$2")
shift 2
if [ ! -x "$peers/bin/python" ]; then python3 -m venv "$peers"; fi
"$peers/bin/pip" install -q -r "$here/requirements.txt"
mkdir -p "$results"
exec "$peers/bin/python" "$here/compare.py" "$cairn" "$folder" "$results/training_$(basename "$folder")" "$@"
