#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What becomes of a module that makes mistakes when there is no memory: the verdicts of one machine's
# part of a sweep, compared with what the mistakes are known to end in. Those that end a machine are in
# tests/host/faults.t.
vm_options="--allow-splat"
vm_append="slab_nomerge slub_debug=FZP slab_debug=FZP"
. tests/lib/guest.sh
. tests/lib/kmemleak.sh
. tests/lib/lab.sh

# sweep ARGUMENT...: lines in /tmp/lines, messages in /tmp/messages, $status.
sweep() {
	status=0
	build/kmemlab faults --here --limit 60 "$@" >/tmp/lines 2>/tmp/messages || status=$?
}

# comes_to MISTAKES EXPECTED [ARGUMENT...]: lines of `MISTAKE FUNCTION CALL PHASE VERDICT`.
comes_to() {
	comes_mistake=$1 comes_expected=$2
	shift 2
	sweep "$@" careless "what=$comes_mistake" -- \
		sh -c 'echo 1 >/sys/module/careless/parameters/poke'
	is "$comes_mistake $*: status" "$status $(cat /tmp/messages)" "0 "
	is "$comes_mistake $*" "$(perl tests/lib/swept.pl /tmp/lines)" "$comes_expected"
	nok "$comes_mistake $*: allocwatch has gone" test -e /sys/module/allocwatch
}

# keys_of: the sites of the sweep.
keys_of() {
	sed -n 's/^calls [^ ]* \([0-9a-f]*\) .*/\1/p' /tmp/lines | sort
}

# --- what is done right -------------------------------------------------------------

comes_to right,fifth,nofail "fifth kmalloc 1 init ok
fifth kmalloc 2 init ok
fifth kmalloc 5 init ok
right alloc_pages 1 init ok
right alloc_percpu 1 init ok
right kmalloc 1 init ok
right kmalloc 1 init ok
right kmem_cache_alloc 1 init ok
right kmem_cache_create 1 init ok
right kvmalloc 1 init ok
right vmalloc 1 init ok"
is "all was tried" "$(tail -n 1 /tmp/lines)" end
is "and nothing is to be noted" "$(grep '^note' /tmp/lines)" ""
is "nothing is missing" "$(grep '^problem' /tmp/lines)" ""
like "the module can be loaded before and after" "$(lsmod | grep -c '^careless')" '^0$'
keys=$(keys_of)

# --- what is forgotten ---------------------------------------------------------------

# Of five calls, the third is tried.
comes_to right,fifth,nofail "fifth kmalloc 1 init ok
fifth kmalloc 2 init ok
fifth kmalloc 3 init leak
$(perl tests/lib/swept.pl /tmp/lines | grep '^right ')" --every
is "sites have the same keys again" "$(keys_of)" "$keys"
is "which tell them apart" "$(echo "$keys" | uniq | wc -l)" 9
comes_to no_undo "no_undo kmalloc 1 init ok
no_undo vmalloc 1 init leak"
like "what is left is told" "$(cat /tmp/lines)" '^site kmalloc 1 100 1 '
isnt "and it is not the end" "$(tail -n 1 /tmp/lines)" end
comes_to realloc "realloc kmalloc 1 init ok
realloc krealloc 1 init leak"
like "the old object is left" "$(cat /tmp/lines)" '^site kmalloc 1 16 1 '
comes_to use "use kmalloc 1 use ok
use vmalloc 1 use leak"
comes_to exit "exit kmalloc 1 exit leak
exit vmalloc 1 init ok"
comes_to third "third kmalloc 1 init ok
third kmalloc 2 init ok
third kmalloc 3 init leak"

# --- a plan, as another machine gets it ---------------------------------------------------

{
	sed -n 's/^calls kmalloc \([0-9a-f]*\) .*/attempt \1 2 init/p' /tmp/lines
	echo 'attempt 0123456789abcdef 1 init'
} >/tmp/plan
sweep --plan /tmp/plan careless what=third
is "a plan is kept to: status" "$status $(cat /tmp/messages)" "0 "
is "nothing else is tried, and a call that is not made is told" \
	"$(sed -n '/^attempt/s/ [0-9a-f]* / /p; /^verdict/p' /tmp/lines)" "attempt 2
verdict ok
attempt 1
verdict not_reached"
echo nonsense >/tmp/plan
sweep --plan /tmp/plan careless what=third
is "no plan: status" "$status" 2

# --- what init returns ------------------------------------------------------------------

comes_to positive "positive kmalloc 1 init wrong_return"
like "which is told" "$(cat /tmp/lines)" '^note its init has returned 12$'
comes_to other_errno,keeps_null "keeps_null kmalloc 1 init ok
other_errno kmalloc 1 init ok"
is "another error is noted, and going on" "$(grep '^note' /tmp/lines)" \
	"note its init has failed with 'Invalid argument'
note its init has returned 0 all the same"

# --- what it needs ---------------------------------------------------------------------

nok "the module that another one needs is not there" test -e /sys/module/lender
sweep borrower
is "a module that needs another one: status" "$status $(cat /tmp/messages)" "0 "
ok "which is loaded before" test -e /sys/module/lender
is "its own call fails, and none of those that the other one makes for itself" \
	"$(sed -n '/^calls/s/ [0-9a-f]\{16\} / /p; /^attempt/s/ [0-9a-f]* / /p; /^verdict/p; /^end/p' /tmp/lines)" \
	"attempt 0
calls kmalloc 1 0 0
verdict ok
attempt 1
verdict ok
end"

# --- bad input -----------------------------------------------------------------------------

sweep careless what=nonesuch some_bytes=x
is "what cannot be loaded: status" "$status" 3
like "is told" "$(cat /tmp/messages)" 'careless cannot be loaded even when nothing fails: Invalid argument'
modprobe careless what=right
sweep careless
is "what is loaded already: status" "$status" 3
like "is told" "$(cat /tmp/messages)" 'careless is loaded already'
rmmod careless
modprobe allocwatch target=careless
is "calls do not fail where faults=1 is missing" \
	"$(printf 'fail 1 1' | build/tests/put /dev/allocwatch)" EOPNOTSUPP
rmmod allocwatch

# --- what breaks the kernel -------------------------------------------------------------

comes_to twice "twice kmalloc 1 init ok
twice vmalloc 1 init splat"
like "the kernel's words are told" "$(cat /tmp/lines)" '^splat BUG( kmalloc-128 |: KASAN: double-free )'
unlike "as they are on a console" "$(cat /tmp/lines)" '\\x0a'

on_purpose
done_testing
