#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `kmemlab leaks` says of a module that frees what is free, or what others have allocated, compared
# with what the module is known to do and with what the kernel itself says of it.
vm_options="--allow-splat"
. tests/lib/guest.sh
. tests/lib/kmemleak.sh
. tests/lib/lab.sh

# leaks ARGUMENT...: $status, /tmp/report, /tmp/messages.
leaks() {
	status=0
	build/kmemlab leaks --host --grace 0 "$@" >/tmp/report 2>/tmp/messages || status=$?
}

# frees: of the report in JSON, `WHAT TIMES LINE`, where the target calls.
frees() {
	perl -MJSON::PP -e '
		my $all = decode_json(join "", <>);
		for my $free (@{$all->{frees}}) {
			my ($own) = grep { $_->{free} == $free->{free} && ($_->{module} // "") eq $all->{module} }
				@{$all->{free_frames}};
			print "$free->{what} $free->{times} ", $own->{where} // $own->{function}, "\n";
		}' /tmp/report
}

# line FILE PATTERN [NTH]: where this stands, as the report has it.
line() {
	if readelf -S "$(modinfo -n freer)" | grep -q debug_info; then
		echo "$1:$(grep -n "$2" "$1" | cut -d : -f 1 | sed -n "${3:-1}p")"
	else
		sed -n "1,$(grep -n "$2" "$1" | cut -d : -f 1 | sed -n "${3:-1}p")p" "$1" |
			sed -n 's/^static int \(\(__init \)\{0,1\}[a-z_]*\)(.*/\1/p' | tail -n 1
	fi
}
source=tests/targets/freer.c

said "" >/dev/null
leaks --json freer
is "what is right: status" "$status $(cat /tmp/messages)" "0 "
is "has no wrong frees" "$(frees)" ""
if [ -e /sys/kernel/debug/kmemleak ]; then
	said "" >/dev/null
	skip "this kernel keeps freed objects for a while"
else
	like "though addresses were given out again" "$(said "")" \
		'^freer: [1-9][0-9]* objects were at the address'
fi

leaks --json freer what=twice
is "a second free: status" "$status $(cat /tmp/messages)" "1 "
is "is found where it is" "$(frees)" "again 1 $(line $source 'kmem_cache_free(things, thing)' 3)"
like "and the kernel says so, too" "$(said "")" \
	'^BUG:? (freer .*: (Object already free|Slab has 0 allocated objects but 1 are to be freed)|KASAN: double-free)'
leaks freer what=twice
like "as text" "$(cat /tmp/report)" '^freed again, 1 time$'
like "and in the last line" "$(tail -n 1 /tmp/report)" '^1 freed again\. No leaks\. '
said "" >/dev/null

leaks --json freer what=of_others
is "what others have allocated: status" "$status $(cat /tmp/messages)" "0 "
is "is told apart" "$(frees)" "other 1 $(line $source 'kstrdup_quotable')"
leaks freer what=of_others
like "as text" "$(cat /tmp/report)" '^1 freed of what it was not seen to allocate: '
like "and is no leak" "$(tail -n 1 /tmp/report)" '^No leaks\. '

# The kernel frees it a second time, later.
if [ -e /sys/kernel/debug/debug_objects ]; then
	skip "this kernel finds RCU's head in what is freed, and looks again for ever" 2
else
	leaks --json freer what=by_rcu_too
	is "a free of what RCU has: status" "$status" 1
	is "is found" "$(frees)" "again 1 $(line $source 'kmem_cache_free(things, thing)' 4)"
fi

# In its init it writes to what is no memory: who loads it is killed, and it stays half loaded.
# After this, newer kernels may load nothing more.
leaks borrower crash=1
is "what crashes in init: status" "$status" 1
like "is told" "$(cat /tmp/messages)" '^kmemlab: error: borrower crashes in its init \(.+\)$'
is "without a report" "$(cat /tmp/report)" ""
like "the kernel says so, too" "$(said "")" '(NULL pointer dereference, address: 0+|null-ptr-deref in range .*)$'
is "it is neither loaded nor gone" "$(cat /sys/module/borrower/initstate)" coming
nok "allocwatch has gone" test -e /sys/module/allocwatch

on_purpose
done_testing
