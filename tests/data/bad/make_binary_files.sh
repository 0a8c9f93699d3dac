#!/usr/bin/env bash
# Writes the bad files that a text editor cannot: make_binary_files.sh, in its own folder. They are committed; this says
# what is in them.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p npy safetensors store gzip

# npy NAME HEADER DATA: format 1.0 with that dictionary, then bytes as printf takes them.
npy() {
  local header="$2"$'\n'
  { printf '\x93NUMPY\x01\x00'; printf "\\x$(printf %02x $((${#header} % 256)))\\x$(printf %02x $((${#header} / 256)))"; printf %s "$header"; printf "$3"; } > "npy/$1.npy"
}
shape() { echo "{'descr': '<f4', 'fortran_order': False, 'shape': ($1), }"; }
one='\x00\x00\x80\x3f'
: > npy/empty.npy
printf '\x93NUMPY\x01' > npy/truncated_magic.npy
printf '0,1\n1,2\n2,3\n' > npy/text.npy
printf '\x93NUMPY\x04\x00\x02\x00{}' > npy/version.npy
printf '\x93NUMPY\x01\x00\xff\xff{}' > npy/header_length.npy
printf '\x93NUMPY\x02\x00\xff\xff\xff\xff{}' > npy/header_huge.npy
npy header_other 'shape = (1,)' "$one"
npy header_incomplete "{'descr': '<f4', 'shape': (1,)}" "$one"
npy header_key "{'descr': '<f4', 'color': 'red'}" "$one"
npy big_endian "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }" "$one"
npy object "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" "$one"
npy complex "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }" "$one$one"
npy structure "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }" "$one"
npy rank "$(shape '1, 1, 1, 1, 1')" "$one"
npy shape_negative "$(shape '-1,')" "$one"
npy shape_huge "$(shape '4000000000000, 4000000000000')" "$one"
npy shape_overflow "$(shape '99999999999999999999,')" "$one"
npy shape_empty_huge "$(shape '0, 9223372036854775807, 9223372036854775807')" ""
npy data_fewer "$(shape '2, 3')" "$one$one$one"
npy data_more "$(shape '1,')" "$one$one"
npy nan "$(shape '2, 2')" "$one$one"'\x00\x00\xc0\x7f'"$one"
npy infinite "$(shape '1, 1')" '\x00\x00\x80\xff'
npy one_extent "$(shape '3,')" "$one$one$one"

# safetensors NAME LENGTH HEADER DATA: LENGTH as eight bytes.
safetensors() { { printf "$2"; printf %s "$3"; printf "$4"; } > "safetensors/$1.safetensors"; }
: > safetensors/empty.safetensors
printf 'no' > safetensors/short.safetensors
printf '0,1\n1,2\n2,3\n' > safetensors/text.safetensors
safetensors header_huge '\xff\xff\xff\xff\xff\xff\xff\x7f' '{}' ''
safetensors header_truncated '\x06\x00\x00\x00\x00\x00\x00\x00' '{"a":' ''
safetensors header_not_json '\x06\x00\x00\x00\x00\x00\x00\x00' '{"a":x' ''
safetensors shape_huge '\x4b\x00\x00\x00\x00\x00\x00\x00' '{"a":{"dtype":"F32","shape":[4000000000,4000000000],"data_offsets":[0,4]}} ' "$one"
safetensors data_truncated '\x38\x00\x00\x00\x00\x00\x00\x00' '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ' "$one"
safetensors nul_in_header '\x02\x00\x00\x00\x00\x00\x00\x00' '{' '\x00'

# store NAME EDIT [DATA]: the star of nodes 0, 1 and 2, its header edited by sed; data as bytes.
star_offsets='\x00\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0'
star_targets='\x01\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0'
store() {
  local header='{"__metadata__":{"directed":"no","features":"none","format":"cairn dataset 1","hash":"0000000000000000","ids":"range","splits":"0","weighted":"no"},'
  header+='"graph.offsets":{"data_offsets":[0,32],"dtype":"I64","shape":[4]},"graph.targets":{"data_offsets":[32,48],"dtype":"I32","shape":[4]},'
  header+='"name":{"data_offsets":[48,52],"dtype":"U8","shape":[4]}}'
  header=$(sed "$2" <<< "$header")
  while (( ${#header} % 8 != 0 )); do header+=' '; done
  { printf "\\x$(printf %02x $((${#header} % 256)))\\x$(printf %02x $((${#header} / 256)))\0\0\0\0\0\0"; printf %s "$header"; printf "${3-$star_offsets$star_targets}star"; } > "store/$1.cairn"
}
store whole 's/"hash":"0*"/"hash":"942277d7f42e2f8c"/'
store hash ''
store format 's/dataset 1/dataset 2/'
store model 's/dataset 1/model 3/'
store no_format 's/"format":"cairn dataset 1",//'
store no_targets 's/graph.targets/graph.sources/'
store integers 's/"graph.offsets":\(.*\)"I64","shape":\[4\]/"graph.offsets":\1"I32","shape":[8]/'
store direction 's/"directed":"no"/"directed":"both"/'
store weights 's/"weighted":"no"/"weighted":"yes"/'
store splits 's/"splits":"0"/"splits":"1"/'
store id_list 's/"range"/"integers"/'
store offsets_descend '' "${star_offsets/x03/x01}$star_targets"
store offsets_overshoot '' "${star_offsets/x03/x30}$star_targets"
store target_outside '' "${star_offsets}${star_targets/x02/x03}"
store targets_descend '' "${star_offsets}${star_targets/x02/x01}"
store data_truncated '' "$star_offsets"
printf '0,1\n1,2\n2,3\n' > store/text.cairn
: > store/empty.cairn

printf '0,1\n1,2\n' | gzip -n > gzip/whole.csv.gz
head -c 15 gzip/whole.csv.gz > gzip/truncated.csv.gz
{ cat gzip/whole.csv.gz; printf 'garbage'; } > gzip/trailing.csv.gz
{ head -c 10 gzip/whole.csv.gz; printf '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'; } > gzip/damaged.csv.gz
{ head -c 18 gzip/whole.csv.gz; printf '\x00\x00\x00\x00'; tail -c 4 gzip/whole.csv.gz; } > gzip/checksum.csv.gz
head -c 40000000 /dev/zero | tr '\0' '\n' | gzip -n -9 > gzip/bomb.csv.gz  # blank lines, 1000 : 1
