#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A segment of memory: 1024 integers, zeros but for one, where the kernel clears what it hands out.
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^(-?[0-9]+|Allocated .*|Printing the .*|Done!|Released .*|Failed .*)$'
# The kernel's own word, from when it started: dmesg does not show what was cleared since.
clears=$(dd if=/dev/kmsg iflag=nonblock bs=8192 2>/dev/null |
	sed -n 's/.* mem auto-init: .*heap alloc:\([a-z]*\),.*/\1/p')

ok "loads" modprobe memory
said "$words" >/tmp/said
is "begins as it should" "$(head -n 2 /tmp/said)" "Allocated 4096 bytes!
Printing the contents of the memory segment interpreted as 4byte integers"
is "ends as it should" "$(tail -n 1 /tmp/said)" "Done!"
sed '1,2d; $d' /tmp/said >/tmp/integers
is "1024 integers between" "$(grep -Ecx -e '-?[0-9]+' /tmp/integers)" 1024
is "and nothing else" "$(wc -l </tmp/integers)" 1024
is "the second one is 55" "$(sed -n 2p /tmp/integers)" 55
ok "unloads" rmmod memory
is "and says so" "$(said "$words")" "Released 4096 bytes!"

# Memory that had something in it before.
cp "$(modinfo -n memory)" /run
ok "loads into memory that was used" perl tests/lessons/dirty.pl /run/memory.ko
said "$words" | sed '1,2d; $d' >>/tmp/integers
rmmod memory
if [ "$clears" = on ]; then
	is "all others are zero, both times" "$(sort -n /tmp/integers | uniq -c | sed 's/^ *//')" \
		"2046 0
2 55"
else
	skip "this kernel clears nothing: heap alloc is ${clears:-?}"
fi

# In a slab of many owners: one forgotten each time would be 20, and other owners come and go.
before=$(objects_of kmalloc-4k)
ok "the module comes and goes" build/tests/reload /run/memory.ko 20
after=$(objects_of kmalloc-4k)
ok "nothing is left in the slab ($before before, $after after)" test "$after" -lt $((before + 10))
done_testing
