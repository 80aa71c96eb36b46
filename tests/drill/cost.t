#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A stored sample takes no more instructions than is promised, nor does a thread more of the process.
# They are counted by the machine, so that the figures are the same on every host, to 1 %.
. tests/lib/tap.sh

# at_most NAME LIMIT FIGURE: the figure may have decimals.
at_most() {
	like "$1: there is a figure" "$3" '^[0-9]+\.[0-9]$'
	ok "$1: $3 of $2" awk -v limit="$2" -v figure="$3" 'BEGIN { exit !(figure > 0 && figure <= limit) }'
}

# a_sample PROCESSES THREADS ACTIVE: of the line for these.
a_sample() {
	printf '%s\n' "$table" | awk -v of="$*" '$1 " " $2 " " $3 == of { print $4 }'
}

table=$(bench/sample-cost "${KMEMLAB_KERNEL:-6.1}")
diag "$table"
at_most "half of the processes are active" 500 "$(a_sample 100 1 50)"
at_most "each further thread" 15 "$(printf '%s\n' "$table" | sed -n 's/^each further thread: //p')"
done_testing
