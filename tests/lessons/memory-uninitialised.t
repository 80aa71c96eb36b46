#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The same segment where the kernel is told to hand out memory as it is: it holds what its last owner
# left there, here a text that this test has written into a file of the kernel's before.
vm_options="--append init_on_alloc=0"
. tests/lib/guest.sh
. tests/lib/lab.sh

# UUUU as an integer.
text=1431655765

like "nothing is cleared" "$(dmesg)" ' mem auto-init: .*heap alloc:off,'

# found: how many integers are the text, in the best of some tries: whoever allocates between the two
# gets the memory first. It can be 1020: the second one is the module's own, two were the allocator's
# pointer to the next free object, and in the last one the text ended.
cp "$(modinfo -n memory)" /run
found=0
tries=0
failed=0
while [ "$found" -lt 1000 ] && [ "$tries" -lt 50 ]; do
	tries=$((tries + 1))
	how=
	[ $((tries % 2)) -eq 1 ] || how=shrink
	said '' >/dev/null
	taskset -c 0 perl tests/lessons/dirty.pl /run/memory.ko "$how" || failed=$((failed + 1))
	said '^(-?[0-9]+)$' >/tmp/integers
	rmmod memory
	got=$(grep -cx $text /tmp/integers)
	[ "$got" -le "$found" ] || found=$got
done
is "the module loads" "$failed" 0
is "1024 integers" "$(wc -l </tmp/integers)" 1024
is "the second one is 55" "$(sed -n 2p /tmp/integers)" 55
ok "others are what somebody else left ($found of 1024, try $tries)" test "$found" -ge 1000
done_testing
