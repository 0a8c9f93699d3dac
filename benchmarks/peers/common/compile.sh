#!/usr/bin/env bash
# compile.sh OUT BUILD|- SOURCE...: compiles a program that is timed beside others. BUILD: the folder of a release build of
# cairn, whose libraries it is linked with; -: a program that uses none of it, made for this very processor (where both
# hold the same templates of Eigen, they have to be made alike).
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
out=$1
build=$2
shift 2
words=(-std=c++20 -O3 -DNDEBUG -I"$root" -isystem /usr/include/eigen3)
if [ "$build" = - ]; then
  exec "${CXX:-g++}" "${words[@]}" -march=native -fopenmp "$@" -o "$out"
fi
libraries=()
for name in graph_io position data kernels graph tensor core; do libraries+=("$build/libcairn_$name.a"); done
exec "${CXX:-g++}" "${words[@]}" -I"$root/lib" "$@" "${libraries[@]}" -lfmt -lopenblas -lz -lexpat -lpthread \
  -o "$out"
