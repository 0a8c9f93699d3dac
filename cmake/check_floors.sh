#!/usr/bin/env bash
# check_floors.sh SOURCE_DIR FLOORS: holds every #include to the row of its folder.
# FLOORS has a line "folder: name name ..." for each folder; CMake writes it from the rows in CMakeLists.txt.
set -euo pipefail
root=$1 floors=$2
cd "$root"

mapfile -t folders < <(cut -d: -f1 "$floors")
existing=()
for folder in "${folders[@]}" tests; do [ ! -d "$folder" ] || existing+=("$folder"); done
[ ${#existing[@]} -gt 0 ] || exit 0
mapfile -t files < <(find "${existing[@]}" -type f \( -name '*.h' -o -name '*.inc' -o -name '*.cpp' \) | LC_ALL=C sort)
[ ${#files[@]} -gt 0 ] || exit 0

awk -v floors="$floors" '
  function fail(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }
  BEGIN {
    while ((getline line < floors) > 0) {
      colon = index(line, ":")
      path = substr(line, 1, colon - 1)
      name = path; sub(/.*\//, "", name)
      own[path] = name
      row[path] = " " name substr(line, colon + 1) " "
    }
  }
  FNR == 1 {
    folder = ""
    for (path in own) if (index(FILENAME, path "/") == 1) folder = path
    may_thread = FILENAME ~ /^lib\/core\// || folder == "" || folder == "cli"
  }
  /^[ \t]*#[ \t]*include/ {
    header = $0; sub(/^[^"<]*/, "", header); quote = substr(header, 1, 1)
    header = substr(header, 2); sub(/[">].*/, "", header)
    if ((header == "thread" || header == "omp.h") && !may_thread) fail("<" header ">: threads start in lib/core alone")
    if (header ~ /^catch2\// && FILENAME != "tests/support/catch.h") fail("Catch2 is included through tests/support/catch.h alone")
    if (header ~ /^cairn\// && folder != "") fail("<" header ">: inside the library write \"" substr(header, 7) "\"")
    if (quote != "\"" || folder == "") next
    if (header ~ /\.\.\// || header !~ /\//) { fail("\"" header "\": write folder/file.h"); next }
    name = header; sub(/\/.*/, "", name)
    if (index(row[folder], " " name " ") == 0) fail(folder " may not include \"" header "\"; its row is" row[folder])
  }
  /^[ \t]*#[ \t]*pragma[ \t]+omp/ { fail("#pragma omp: loops are cut by parallel_blocks, see lib/core/worker_pool.h") }
  END { exit bad }
' "${files[@]}"

# Headers that include each other in a circle compile or not by the order in which they are met.
circle=$(awk '
  FILENAME ~ /\.h$/ && /^[ \t]*#[ \t]*include[ \t]*"/ {
    name = FILENAME; sub(/^(lib|tests)\//, "", name)
    split($0, part, "\""); print name, part[2]
  }' "${files[@]}" | tsort 2>&1 >/dev/null) || { printf 'headers in a circle:\n%s\n' "$circle"; exit 1; }
