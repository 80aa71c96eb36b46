#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A slab cache with a constructor: objects come in the order in which they were constructed, those
# that were freed last in, first out, and nobody constructs them again.
. tests/lib/guest.sh
. tests/lib/lab.sh

# A sanitizer keeps what is freed from being used again at once.
quarantine=
[ ! -e /sys/kernel/debug/kmemleak ] || quarantine=yes

# example ID
example() {
	echo "Example struct id: $1"
	echo "Example string field content: Test"
}

# nth N: which id the Nth allocation gives, from 0. Newer kernels take as many objects out of a slab
# as a sheaf holds, in their order, and hand them out from the other end.
nth() {
	if [ "$sheaf" -gt 0 ]; then
		echo $(($1 / sheaf * sheaf + sheaf - 1 - $1 % sheaf))
	else
		echo "$1"
	fi
}

# expected COUNT PERSLAB: what is said at load.
expected() {
	again=2
	[ "$1" -gt 1 ] || again=1
	echo "slab_cache: 0 objects constructed with the cache"
	example "$(nth 0)"
	echo "slab_cache: $2 objects constructed for the first allocation"
	for n in $(seq 1 $(($1 - 1))); do
		example "$(nth "$n")"
	done
	for n in $(seq $(($1 - 1)) -1 $(($1 - again))); do
		echo "slab_cache: frees id $(nth "$n")"
	done
	first=$(($1 - again))
	[ -z "$quarantine" ] || first=$1
	for n in $(seq "$first" $((first + again - 1))); do
		example "$(nth "$n")"
	done
	used=$((first + again))
	[ "$sheaf" = 0 ] || used=$(((used + sheaf - 1) / sheaf * sheaf))
	echo "slab_cache: $(((used + $2 - 1) / $2 * $2)) objects constructed in all"
}

# shows COUNT FLAGS [PARAMETER...]: the flags are poisoning, red zones and alignment.
shows() {
	shows_count=$1 shows_flags=$2
	shift 2
	said_by slab_cache >/dev/null
	ok "loads with '$*'" modprobe slab_cache "$@"
	said_by slab_cache >/tmp/said
	sheaf=$(cat /sys/kernel/slab/slab_cache/sheaf_capacity 2>/dev/null || echo 0)
	diag "sheaves of $sheaf"
	per_slab=$(awk '$1 == "slab_cache" { print $5 }' /proc/slabinfo)
	is "ids are in the order of construction" "$(cat /tmp/said)" \
		"$(expected "$shows_count" "$per_slab")"
	is "the cache has them" "$(objects_of slab_cache)" "$shows_count"
	unlike "it is not shared" "$(readlink /sys/kernel/slab/slab_cache)" ':'
	like "it has the constructor" "$(cat /sys/kernel/slab/slab_cache/ctor)" \
		'^construct.*\[slab_cache\]'
	is "it has these flags" "$(cd /sys/kernel/slab/slab_cache &&
		cat poison red_zone hwcache_align | xargs)" "$shows_flags"
	ok "unloads" rmmod slab_cache
	grep '^Example struct id: ' /tmp/said | sed 's/.*: //' | head -n "$shows_count" >/tmp/ids
	# The last two were given back and taken again.
	[ -z "$quarantine" ] || sed -n 's/^Example struct id: //p' /tmp/said |
		awk -v n="$shows_count" -v again="$again" '
			NR <= n - again || NR > n' >/tmp/ids
	is "all go back, the last one first" "$(said_by slab_cache)" \
		"$(tac /tmp/ids | sed 's/^/slab_cache: frees id /')"
	is "nothing is left in the slab" "$(objects_of slab_cache)" ""
	nok "nor a directory of the cache" test -e /sys/kernel/slab/slab_cache
}

shows 5 "1 1 1"
shows 1 "1 1 1" count=1
shows 100 "1 1 1" count=100
shows 5 "0 0 1" debug=0
shows 100 "0 0 1" count=100 debug=0

for bad in count=0 count=101 count=x debug=2; do
	refuses slab_cache "$bad"
done
done_testing
