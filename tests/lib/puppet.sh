# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Tests that compare figures: a process whose figures are known (tests/guest/puppet.c), and the
# recorder's figures beside the kernel's (tests/guest/compare.c). Source recorder.sh first.
#
# Who sources this reads the variables; `read` sets some of them.
# shellcheck disable=SC2034,SC2154

mkfifo /tmp/to_puppet /tmp/from_puppet
exec 3<>/tmp/to_puppet 4<>/tmp/from_puppet

# puppet: starts one, its number in $puppet, its parent's in $reaper. One lives at a time.
puppet() {
	build/tests/reap /tmp/reaped build/tests/puppet <&3 >&4 3<&- 4<&- &
	reaper=$!
	read -r puppet <&4
}

# order COMMAND: tells the puppet what to do; $answer has what it says when it has obeyed.
order() {
	echo "$1" >&3
	read -r answer <&4
}

# order_end COMMAND: one that ends the puppet; what wait4() tells is in /tmp/reaped then.
order_end() {
	echo "$1" >&3
	wait "$reaper"
}

# agrees NAME COMPARE_ARGUMENTS...: the recorder says what the kernel says.
agrees() {
	agrees_name=$1
	shift
	ok "$agrees_name" build/tests/compare "$@"
}

# look PID: its newest sample, a line, in $line.
look() {
	line=$(awk -v pid="$1" '$2 == pid { line = $0 } END { print line }' "$history")
}

# figure NAME: of $line, nothing when it is not there; for any name but pid.
figure() {
	case $line in
	*" $1 "*) ;;
	*) return ;;
	esac
	set -- "${line#*" $1 "}"
	echo "${1%% *}"
}

# within NAME A B TOLERANCE: the two differ by no more than that.
within() {
	within_by=$(($2 - $3))
	ok "$1 ($2, $3)" test "${within_by#-}" -le "$4"
}

# at_least NAME A B
at_least() {
	ok "$1 ($2, $3)" test "$2" -ge "$3"
}
