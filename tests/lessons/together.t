#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The lessons' modules, one after the other in one machine: each test of tests/labs is one here, and
# what it says is indented. Any of them runs alone, too, in a machine of its own; those that need
# a machine of another kind are beside this one.
. tests/lib/guest.sh

modules() {
	cut -d ' ' -f 1 /proc/modules | sort
}

before=$(modules)
for test in tests/labs/*.t; do
	name=$(basename "$test" .t)
	status=0
	"$test" >/tmp/labs.said 2>&1 || status=$?
	sed 's/^/    /' /tmp/labs.said
	is "$name" "$status" 0
	is "$name leaves no module behind" "$(modules)" "$before"
done
done_testing
