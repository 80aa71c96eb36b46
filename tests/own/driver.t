#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A real driver, brd of the kernel's own source, with one kfree() taken out: `kmemlab leaks` finds
# what is forgotten, in its line, and finds nothing in the driver as it is.
. tests/lib/tap.sh

kernel=6.1
release=$(cat "build/kernels/$kernel/release")
vm/fetch-source bookworm linux-source-6.1
source=build/source/linux-source-6.1/drivers/block/brd.c
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; tap_exit' EXIT

# driver NAME SED: builds it in a directory of that name.
driver() {
	mkdir "$tmp/$1"
	sed "$2" "$source" >"$tmp/$1/brd.c"
	echo 'obj-m := brd.o' >"$tmp/$1/Kbuild"
	make -C "build/kernels/$kernel/lib/modules/$release/build" M="$tmp/$1" \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules
}

# watch NAME: $status, and the report in $tmp/out.
watch() {
	status=0
	build/kmemlab leaks "$tmp/$1/brd.ko" rd_nr=2 rd_size=4096 -- \
		dd if=/dev/zero of=/dev/ram0 bs=64k count=16 status=none >"$tmp/out" 2>&1 || status=$?
}

ok "the driver builds" driver whole ''
watch whole
is "as it is: no leak" "$status" 0
like "and nothing was lost" "$(cat "$tmp/out")" '^No leaks\. .*; nothing was lost\.$'
[ "$status" = 0 ] || diag "$(cat "$tmp/out")"

is "it frees what is behind a disk in one place" "$(grep -c '^	kfree(brd);$' "$source")" 1
ok "without that it builds, too" driver forgetful '/^	kfree(brd);$/d'
watch forgetful
is "without: a leak" "$status" 1
like "of each of the two disks" "$(cat "$tmp/out")" '^2 of 2 not freed, [0-9]* bytes, of kmalloc;'
line=$(grep -n 'brd = kzalloc(' "$source" | cut -d : -f 1)
like "in its line" "$(cat "$tmp/out")" "^brd_.*brd\\.c:$line\$"
like "and no other" "$(cat "$tmp/out")" '^1 leak, '
done_testing
