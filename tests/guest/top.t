#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab top on the module that runs: figures as /proc has them, with a past from the first picture on;
# the module is unloaded, and loaded again, while it runs.
vm_mem=256
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh

kmemlab=$PWD/build/kmemlab
work=$(mktemp -d)
trap 'end_terminal; rm -rf "$work"; tap_exit' EXIT
# An emulated machine is slow.
long=2400
. tests/lib/terminal.sh

# resident: of the puppet, KiB.
resident() {
	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$puppet/status"
}

# mib KIB: as the screen has it.
mib() {
	awk -v kib="$1" 'BEGIN { printf "%.1f", kib / 1024 }'
}

# more_samples: two more than there were.
more_samples() {
	had=$(samples_of "$puppet")
	wait_until 60 has_samples "$puppet" $((had + 2))
}

# row_is TEXT: of the puppet: PID RSS GROWN SWAP.
row_is() {
	[ "$(rows 1-4 | grep "^$puppet ")" = "$1" ]
}

# has_row NAME RSS GROWN: before long.
has_row() {
	if before_long row_is "$puppet $2 $3 0.0"; then
		pass "$1"
	else
		is "$1" "$(screen)" "$puppet $2 $3 0.0"
	fi
}

start 80x24
ok "without the module: it ends" before_long is_over
is "and says what to do" "$(cat "$work/status" "$work/err")" \
	"4
kmemlab: error: the module taskmonitor is not loaded: run 'modprobe taskmonitor'; docs/install.md tells how to get it"

# --- a past ------------------------------------------------------------------------

modprobe taskmonitor interval_ms=100
puppet
order 'map 80'
is "a process is monitored" "$(put "$puppet")" ok
more_samples
small=$(resident)
order 'touch 30'
more_samples
large=$(resident)
at_least "it has grown" "$large" $((small + 29 * 1024))

start 80x24
shows "it is live" '^kmemlab top  the recorder  .* live$'
has_row "resident memory and growth as of /proc" "$(mib "$large")" "$(mib $((large - small)))"
like "the memory of the machine" "$(line 3)" '^MiB: free [0-9.]+  available [0-9.]+  anon '
press Home
shows "it stands still" '^kmemlab top .* paused$'
has_row "the past is that of before it was started" "$(mib "$small")" 0.0
order 'free 30'
more_samples
less=$(resident)
at_least "the process gives memory back" "$large" $((less + 29 * 1024))
has_row "which was not so then" "$(mib "$small")" 0.0
press End
has_row "but is now" "$(mib "$less")" "$(mib $((less - small)))"

# --- the module goes, and comes ------------------------------------------------------

like "the module cannot be unloaded" "$(rmmod taskmonitor 2>&1)" 'in use'
press d
shows "but when it is let go of" '  the module can be unloaded; d goes on$'
ok "it can" rmmod taskmonitor
shows "which is told" '  the module taskmonitor is not loaded; waiting for it$'
has_row "what was known stays" "$(mib "$less")" "$(mib $((less - small)))"
modprobe taskmonitor interval_ms=100
shows "it takes the one that comes" '^kmemlab top .* live$'
order 'touch 30'
large=$(resident)
is "the process is monitored again" "$(put "$puppet")" ok
has_row "it goes on behind the past that it had" "$(mib "$large")" "$(mib $((large - small)))"
order_end 'exit 7'
shows "the end of a process" "^ *$puppet .* puppet: exit 7\$"
press q
ends_well "q"
ok "nothing keeps the module" rmmod taskmonitor
done_testing
