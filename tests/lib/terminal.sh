# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A terminal of 80x24 or any other size, for `kmemlab top`: what is on its screen, which keys are
# pressed, and whether it is left as it was. Source tap.sh first, set $work to a directory, and have
# end_terminal called at the end.

export TZ=UTC LC_ALL=C.UTF-8
unset NO_COLOR

# mux WORD...: to a tmux of our own.
mux() {
	tmux -u -S "${work:?}/tmux" -f /dev/null "$@"
}

# before_long COMMAND...: polls; fails when that takes too long, which $long may say otherwise.
before_long() {
	long_left=${long:-600}
	until "$@"; do
		long_left=$((long_left - 1))
		[ "$long_left" -gt 0 ] || return 1
		sleep 0.05
	done
}

screen() {
	mux capture-pane -p -t top
}

# line N: of the screen.
line() {
	screen | sed -n "$1p"
}

# has REGEX: on the screen.
has() {
	screen | grep -Eq -e "$1"
}

# shows NAME REGEX: before long.
shows() {
	if before_long has "$2"; then
		pass "$1"
	else
		fail "$1"
		diag "$(screen)" "to contain: $2"
	fi
}

# press KEY...
press() {
	mux send-keys -t top "$@"
}

# start WIDTHxHEIGHT WORD...: `kmemlab top` in a terminal; what there was before, and after, goes to
# files. The terminal stays. The variables in single quotes are the inner shell's.
# shellcheck disable=SC2016
start() {
	start_size=$1
	shift
	rm -f "$work/status"
	mux kill-session -t top 2>/dev/null
	mux new-session -d -s top -x "${start_size%x*}" -y "${start_size#*x}" \
		sh -c 'trap : INT; stty -g >"$0/before"; status=0; "$@" 2>"$0/err" || status=$?
			stty -g >"$0/after"; echo "$status" >"$0/status"; cat' "$work" \
		"${kmemlab:?}" top "$@"
}

# top_pid: its number, while it runs.
top_pid() {
	top_shell=$(mux list-panes -t top -F '#{pane_pid}')
	tr -d ' ' <"/proc/$top_shell/task/$top_shell/children"
}

# size WIDTH HEIGHT
size() {
	mux resize-window -t top -x "$1" -y "$2"
}

# is_over: it has ended, and the terminal's modes have been written down.
is_over() {
	[ -s "$work/status" ]
}

# ends_well NAME: with 0, and as if it had never been there.
ends_well() {
	ok "$1: it ends" before_long is_over
	is "$1: with nothing to say" "$(cat "$work/status" "$work/err")" 0
	ok "$1: the modes of the terminal are those of before" cmp "$work/before" "$work/after"
	ok "$1: so are the screen and the cursor" before_long is_restored
}
is_restored() {
	[ "$(mux display-message -p -t top '#{alternate_on} #{cursor_flag}')" = "0 1" ]
}

# rows COLUMNS: of the processes on the screen, PID RSS GROWN SWAP CPU. Names and sparklines follow.
rows() {
	screen | sed -n '/^ *PID/,/^$/{ s/^ *//; /^[0-9]/{ s/  */ /gp; }; }' | cut -d ' ' -f "$1"
}

# rows_are COLUMNS TEXT
rows_are() {
	[ "$(rows "$1")" = "$2" ]
}

end_terminal() {
	mux kill-server 2>/dev/null
}

# It goes on while there is a session.
mux new-session -d -s other cat || exit 1
