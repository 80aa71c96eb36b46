#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The pages of docs/lessons say what the lessons print; one that says something else is found.
. tests/lib/tap.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"; tap_exit' EXIT

# altered NAME SED: a copy of the page with the lists.
altered() {
	sed "$2" docs/lessons/lists.md >"$scratch/$1.md"
	nok "$1: the copy is another" cmp -s docs/lessons/lists.md "$scratch/$1.md"
}
altered a-word 's/^kernel: popped 2$/kernel: pushed 2/'
altered a-line-less '/^kernel: in 1$/d'
altered a-number 's/^kernel: in 1$/kernel: in 7/'

# All at once: each lesson runs once.
lessons/write-pages --check docs/lessons/*.md "$scratch"/*.md >"$scratch/diff" 2>"$scratch/said"
status=$?
is "a page that differs is a failure" "$status" 1
found=$(sed -n 's/^--- //p' "$scratch/diff")
is "those that were altered are found, and no other; numbers are not compared" "$found" \
	"$scratch/a-line-less.md
$scratch/a-word.md"
if [ "$tap_failed" -gt 0 ]; then
	diag "$(cat "$scratch/said" "$scratch/diff")"
fi
like "by what they say" "$(cat "$scratch/diff")" '^-kernel: pushed N$'
ok "lessons ran ($(wc -l <"$scratch/said"))" test "$(grep -c '^  lab ' "$scratch/said")" -ge 15
done_testing
