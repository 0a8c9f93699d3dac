#!/usr/bin/env bash
# check_readme.sh README PROGRAM: fails unless the README's C++ program is, to the letter, the one that the tests compile.
set -euo pipefail
diff <(awk '/^```cpp$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$1") "$2" ||
  { echo "the program in $1 is not $2"; exit 1; }
