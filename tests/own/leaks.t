#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Modules that many people use are watched by `kmemlab leaks` while they do something small: each
# finding is one of tests/own/known, which says why, and every run is complete.
#
# tests/own/leaks.t [MODULE...]: these of the table only.
vm_mem=1024
vm_options="--timeout 3600"
. tests/lib/guest.sh

# wanted NAME: it was asked for, or all were.
names=" $* "
wanted() {
	[ "$names" = "  " ] || case "$names" in *" $1 "*) ;; *) false ;; esac
}

# explain: what the report says, for who has to look into it.
explain() {
	sed 's/^/# /' /tmp/report /tmp/messages
}

watched=0
dir=/tmp/own
tab=$(printf '\t')
grep -v '^#' tests/own/table >/tmp/table
while IFS="$tab" read -r module parameters command <&3; do
	[ "$parameters" != - ] || parameters=
	wanted "$module" || continue
	if ! modinfo -n "$module" >/dev/null 2>&1 || [ "$(modinfo -n "$module")" = "(builtin)" ]; then
		skip "$module is no module of this kernel"
		continue
	fi
	rm -rf $dir
	mkdir $dir
	# Parameters are words.
	# shellcheck disable=SC2086
	dir=$dir build/kmemlab leaks --host --suppress tests/own/known "$module" $parameters \
		-- sh -c "$command" >/tmp/report 2>/tmp/messages
	is "$module" $? 0
	unlike "$module: the command was well" "$(cat /tmp/report)" '^Note: '
	like "$module: was seen ($(sed -n 's/.* \([0-9]* allocations\).*/\1/p' /tmp/report))" \
		"$(tail -n 1 /tmp/report)" '[0-9] allocations? and [0-9]+ frees? were seen; nothing was lost'
	[ "$tap_failed" = "${failed:-0}" ] || explain
	failed=$tap_failed
	watched=$((watched + 1))
done 3</tmp/table
[ "$names" != "  " ] || ok "they are many ($watched)" test "$watched" -ge 30
done_testing
