# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What a test has started beside itself.

# What was started and has not been stopped.
started=

# stop PID: one of these.
stop() {
	kill "$1"
	wait "$1" 2>/dev/null
	# Words on purpose.
	# shellcheck disable=SC2086
	started=$(printf '%s\n' $started | grep -vx "$1" | tr '\n' ' ')
}
