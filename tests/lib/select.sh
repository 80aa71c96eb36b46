# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the tests of selections share: who is monitored, and programs with names of their own. Source
# recorder.sh first.

# monitored: their numbers, a line each.
monitored() {
	awk '!seen[$2]++ { print $2 }' "${history:?}" | sort -n
}

# is_monitored PID
is_monitored() {
	grep -q "^pid $1 " "$history"
}

# comes NAME PID: it is monitored before long.
comes() {
	ok "$1" wait_until 20 is_monitored "$2"
}

# has_lines FILE N
has_lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# Programs that do nothing for long, to be chosen by their names.
for name in picked-a picked-b picked-z other; do
	ln -s "$(command -v sleep)" "/tmp/$name"
done
