#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `kmemlab leaks` finds, compared with what a module says that it has forgotten, and with what the
# kernel's own books have: /proc/vmallocinfo and the counts of a slab cache.
vm_append=no_hash_pointers
. tests/lib/guest.sh
. tests/lib/lab.sh
. tests/lib/kmemleak.sh

# leaks ARGUMENT...: the report in /tmp/report, messages in /tmp/messages, $status.
leaks() {
	status=0
	build/kmemlab leaks --host --grace 0 "$@" >/tmp/report 2>/tmp/messages || status=$?
}

# refused STATUS PATTERN ARGUMENT...
refused() {
	refused_status=$1 refused_pattern=$2
	shift 2
	leaks "$@"
	is "leaks $*: status" "$status" "$refused_status"
	like "leaks $*: says why" "$(cat /tmp/messages)" "$refused_pattern"
	nok "leaks $*: allocwatch has gone" test -e /sys/module/allocwatch
}

# found: of the report in JSON, `WAY OBJECTS BYTES ALLOCATOR` for each way and allocator, sorted.
found() {
	perl -MJSON::PP -e '
		my $all = decode_json(join "", <>);
		my (%way, %sum);
		for (@{$all->{frames}}) {
			$way{$_->{leak}} //= $1 if $_->{function} =~ /^take_(.*)/;
		}
		for (@{$all->{leaks}}) {
			my $sum = $sum{($way{$_->{leak}} // "?") . " $_->{allocator}"} //= [0, 0];
			$sum->[0] += $_->{objects};
			$sum->[1] += $_->{bytes};
		}
		for (keys %sum) {
			my ($way, $allocator) = split;
			print "$way $sum{$_}[0] $sum{$_}[1] $allocator\n";
		}' /tmp/report | LC_ALL=C sort
}

# has_lines: the module's file has debugging information.
has_lines() {
	readelf -S "$(modinfo -n forgetful)" | grep -q debug_info
}

# forgotten: likewise, by the module itself.
forgotten() {
	said 'forgot ' | awk '{ n[$3 " " $6] += $4; bytes[$3 " " $6] += $5 }
		END { for (i in n) { split(i, w); print w[1], n[i], bytes[i], w[2] } }' | LC_ALL=C sort
}

# --- everything, and nothing forgotten ------------------------------------------

said >/dev/null
leaks forgetful
is "what frees everything has no leak" "$status" 0
like "which is said" "$(cat /tmp/report)" '^No leaks\. [1-9][0-9]* allocations and [1-9][0-9]* frees were seen; nothing was lost\.$'
is "as many frees as allocations" \
	"$(sed -n 's/.* \([0-9]*\) allocations and \([0-9]*\) frees .*/\1/p' /tmp/report)" \
	"$(sed -n 's/.* \([0-9]*\) allocations and \([0-9]*\) frees .*/\2/p' /tmp/report)"
[ "$status" = 0 ] || diag "$(cat /tmp/report /tmp/messages)"
nok "the module has gone" test -e /sys/module/forgetful
nok "and so has allocwatch" test -e /sys/module/allocwatch

# --- everything forgotten --------------------------------------------------------

said >/dev/null
leaks --json forgetful leak=1
cp /tmp/report /tmp/all
is "what forgets everything has leaks" "$status" 1
forgotten >/tmp/forgotten
found >/tmp/found
ok "the module forgets in many ways" test "$(wc -l </tmp/forgotten)" -ge 35
while read -r way objects bytes allocator; do
	if [ "$objects" = 0 ]; then
		like "$way" "$(cat /tmp/found)" "^$way [1-9][0-9]* [1-9][0-9]* $allocator\$"
	else
		is "$way" "$(grep "^$way .* $allocator\$" /tmp/found)" \
			"$way $objects $bytes $allocator"
	fi
done </tmp/forgotten
# What only the kernel knows: names and files beside the kobject, the pool beside its elements.
is "and nothing else is found" \
	"$(cut -d ' ' -f 1,4 /tmp/found | grep -Ev '^(kobject|pool|queue) ' |
		grep -vxF "$(cut -d ' ' -f 1,4 /tmp/forgotten)")" ""
is "nothing was lost" "$(perl -MJSON::PP -e 'print @{decode_json(join "", <>)->{problems}}' /tmp/report)" ""

# The books of the kernel.
perl -MJSON::PP -e 'for (@{decode_json(join "", <>)->{leaks}}) {
	print "0x$_->{address} $_->{bytes}\n" if $_->{allocator} eq "vmalloc" && $_->{objects} == 1
}' /tmp/report >/tmp/areas
ok "there are areas" test "$(wc -l </tmp/areas)" -ge 3
while read -r address bytes; do
	like "$address is an area of $bytes bytes" "$(cat /proc/vmallocinfo)" \
		"^$address-0x[0-9a-f]+ +$bytes "
done </tmp/areas
is "objects of the module's cache" \
	"$(awk '$4 == "kmem_cache_alloc" && $1 ~ /^(object|objects|objects_singly|pool|pooled)$/ { n += $2 }
		END { print n }' /tmp/found)" "$(objects_of forgetful)"

# A kernel that knows who forgets what: of each way, the example is one that nobody knows any more, but
# for those that the kernel has in lists of its own.
if [ -e "$kmemleak" ]; then
	perl -MJSON::PP -e '
		my $all = decode_json(join "", <>);
		my %way;
		for (@{$all->{frames}}) {
			$way{$_->{leak}} //= $1 if $_->{function} =~ /^take_(.*)/;
		}
		for (@{$all->{leaks}}) {
			print "$way{$_->{leak}} 0x$_->{address}\n" if $_->{allocator} =~ /^(kmalloc|kmem_cache_alloc)$/;
		}' /tmp/report >/tmp/examples
	unreferenced >/tmp/unreferenced
	while read -r way address; do
		grep -q "^unreferenced object $address " /tmp/unreferenced || echo "$way"
	done </tmp/examples | sort -u >/tmp/known
	is "kmemleak has found them as well, but for what is in lists" "$(xargs </tmp/known)" \
		"kobject proc queue"
	diag "$(grep -c . /tmp/examples) examples"
else
	skip "this kernel has no kmemleak"
fi

# --- the line ---------------------------------------------------------------------

if has_lines; then
	is "the line of an allocation" \
		"$(perl -MJSON::PP -e 'for (@{decode_json(join "", <>)->{frames}}) {
			print $_->{where} if $_->{function} eq "take_kmalloc"
		}' /tmp/all)" \
		"tests/targets/forgetful.c:$(grep -n 'one = kmalloc(100, GFP_KERNEL)' tests/targets/forgetful.c | cut -d : -f 1)"
else
	skip "the modules were built without lines"
fi

# --- init that fails ---------------------------------------------------------------

leaks forgetful fail=1 what=kmalloc
is "init that fails and frees" "$status" 0
like "its failure is told" "$(cat /tmp/report)" '^Note: its init has failed: Invalid argument\.$'
leaks forgetful fail=1 what=page leak=1
is "init that fails and forgets" "$status" 1
like "the pages are found" "$(cat /tmp/report)" '^2 of 2 not freed, 8192 bytes, of alloc_pages;'
like "in init" "$(cat /tmp/report)" '^forgetful_init '

# --- no room for all ------------------------------------------------------------------

leaks --objects 100 birthdays count=300
is "more than there is room for: status" "$status $(cat /tmp/messages)" "3 "
like "how many were not seen is told" "$(cat /tmp/report)" '^allocations that there was no room for: 200$'
like "and that this is not all" "$(tail -n 1 /tmp/report)" \
	'^Nothing was found\. 100 allocations and 100 frees were seen; this is not complete: 1 problem\.$'
leaks --objects 100 --json birthdays count=300 leak=-1
is "a leak is one all the same: status" "$status" 1
is "of those that were seen" \
	"$(sed -n 's/.*"objects": \([0-9]*\), "bytes": \([0-9]*\).*/\1 \2/p' /tmp/report)" "100 3200"
like "the others are counted" "$(cat /tmp/report)" '"problem": "allocations that there was no room for: 20[01]"'

# --- what others take for it ------------------------------------------------------------

leaks borrower
is "what a module that it needs takes is not its own: status" "$status $(cat /tmp/messages)" "0 "
is "that one stays, with what it holds" "$(cat /sys/module/lender/refcnt)" 0
is "one object is the target's" "$(cat /tmp/report)" \
	"No leaks. 1 allocations and 1 frees were seen; nothing was lost."
leaks borrower leak=1
like "and that it is forgotten is seen" "$(cat /tmp/report)" '^1 of 1 not freed, 100 bytes, of kmalloc; '
like "and nothing else" "$(tail -n 1 /tmp/report)" '^1 leak, 100 bytes\. 1 allocations and 0 frees'

# --- suppressions -------------------------------------------------------------------

echo 'function take_node known to the test' >/tmp/suppress
echo 'function take_needed as well' >>/tmp/suppress
leaks --suppress /tmp/suppress forgetful what=node leak=1
is "what is known is no leak" "$status" 0
like "and is counted" "$(cat /tmp/report)" '^2 more that the suppressions are for\.$'
if has_lines; then
	echo 'file */forgetful.c:* all of it' >/tmp/suppress
	leaks --suppress /tmp/suppress forgetful what=node leak=1
	is "a file can be known" "$status" 0
else
	skip "the modules were built without lines"
fi
leaks --suppress /tmp/suppress --json birthdays leak=7 count=20
is "and others are not" "$status" 1
like "seven birthdays" "$(cat /tmp/report)" '"objects": 7, '
echo 'function take_node' >/tmp/suppress
refused 2 'suppress:1: neither' --suppress /tmp/suppress forgetful
refused 2 'none: No such file' --suppress /tmp/none forgetful

# --- the command ----------------------------------------------------------------------

leaks forgetful what=node -- test -e /sys/module/forgetful
is "the command runs while the module is there" "$status" 0
unlike "and nothing is to be noted" "$(cat /tmp/report)" Note
leaks forgetful what=node -- sh -c 'exit 3'
like "a command that fails is told" "$(cat /tmp/report)" '^Note: the command has ended with exit 3\.$'

# --- bad input --------------------------------------------------------------------------

refused 2 'none\.ko: No such file' ./none.ko
refused 2 'nonesuch: neither a file nor a module' nonesuch
echo text >/tmp/text.ko
refused 2 'not a kernel module' /tmp/text.ko
refused 2 "no parameter 'nonesuch'" forgetful nonesuch=1
refused 2 'is no PARAMETER=VALUE' forgetful leak
refused 2 'no number from 1 to 16777216' --objects 0 forgetful
refused 3 'forgetful is refused: Invalid argument' forgetful leak=x
modprobe forgetful what=node
refused 3 'forgetful is loaded already' forgetful
rmmod forgetful
# The shell of the command reads it.
# shellcheck disable=SC2016
refused 3 'cannot be unloaded: it is in use' taskmonitor -- sh -c \
	'sleep 1000 </dev/taskmonitor & echo $! >/tmp/holder; while [ "$(cat /sys/module/taskmonitor/refcnt)" = 0 ]; do sleep 0.1; done'
kill "$(cat /tmp/holder)"

on_purpose
done_testing
