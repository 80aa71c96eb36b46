# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Waiting for something to become true.

# wait_until SECONDS COMMAND...: polls; fails when the time is over.
wait_until() {
	wait_left=$(($1 * 20))
	shift
	until "$@"; do
		wait_left=$((wait_left - 1))
		[ "$wait_left" -gt 0 ] || return 1
		sleep 0.05
	done
}
