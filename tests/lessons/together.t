#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The lessons' modules, one after the other in one machine: each test of tests/labs is one here, and
# what it says is indented. Any of them runs alone, too, in a machine of its own; those that need
# a machine of another kind are beside this one.
#
# Usage: tests/lessons/together.t [TEST...]
vm_append=$(sed -n 's/^vm_append=//p' tests/labs/*.t | tr -d '"' | xargs)
. tests/lib/guest.sh
. tests/lib/lab.sh

# has_now: modules and caches.
has_now() {
	cut -d ' ' -f 1 /proc/modules | sort
	awk 'NR > 2 { print $1 }' /proc/slabinfo | sort
}

[ $# -gt 0 ] || set -- tests/labs/*.t
before=$(has_now)
for test; do
	name=$(basename "$test" .t)
	status=0
	"$test" >/tmp/labs.said 2>&1 || status=$?
	sed 's/^/    /' /tmp/labs.said
	is "$name" "$status" 0
	[ "$status" -eq 0 ] || diag "$(grep -E '^(#|not ok)' /tmp/labs.said)"
	is "$name leaves no module and no cache behind" "$(has_now)" "$before"
	is "nor memory of vmalloc()" "$(areas_of_nobody)" 0
done
done_testing
