#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# PID namespaces: a number that is written means what it means to the writer, a number that is
# read what it means to whoever has opened the history (or reads the page), and processes that
# have none there are left out.
vm_options="--timeout 60"
. tests/lib/guest.sh
. tests/lib/recorder.sh

ok "loads" modprobe taskmonitor interval_ms=10

# Process 1 of a namespace of its own, a shell that runs the lines written to 3; what it prints
# comes back through 4. Of the history it has 5, opened inside, and 6 and 7, opened outside.
mkfifo /tmp/to_inside /tmp/from_inside
# What is written to this file is not what is read from it.
# shellcheck disable=SC2094
exec 3<>/tmp/to_inside 4<>/tmp/from_inside 6<"$history" 7>"$history"
# The variables are those of the inner shell.
# shellcheck disable=SC2016
unshare --pid --fork --mount-proc sh -c '
	exec 5<"$0"
	echo ready
	while read -r command; do
		eval "$command"
	done' "$history" <&3 >&4 &
unshare=$!
exec 6<&- 7>&-
read -r _ <&4
read -r shell <"/proc/$unshare/task/$unshare/children"

# inside COMMAND: runs it there; prints the one line that it prints.
inside() {
	printf '%s\n' "$1" >&3
	read -r answer <&4
	printf '%s\n' "$answer"
}

# Which processes a file shows, by number: here, there. The $ is for eval.
# shellcheck disable=SC2016
numbers='awk "{ print \$2 }" | sort -nu | xargs'
numbers_outside() {
	eval "$numbers" <"$1"
}
numbers_inside() {
	inside "<$1 $numbers"
}

put_inside() {
	inside "printf '%s\n' '$1' | build/tests/put $history"
}

# children_of PID: their numbers, in the order of their births.
children_of() {
	cat "/proc/$1/task/$1/children"
}

# has_child PID
has_child() {
	[ -n "$(children_of "$1")" ]
}

a_process
outsider=$process
is "a process outside" "$(put "$outsider")" ok

# --- writing ------------------------------------------------------------------

is "1, inside" "$(put_inside 1)" ok
is "is the shell, not the machine's init" "$(numbers_outside "$history")" \
	"$(printf '%s\n' "$outsider" "$shell" | sort -n | xargs)"
is "it is there already, inside" "$(put_inside 1)" EEXIST
is "and outside" "$(put "$shell")" EEXIST
is "a number from outside is none inside" "$(put_inside "$outsider")" ESRCH
is "nor can it be removed" "$(put_inside "-$outsider")" ENOENT
is "nor can what has no number" "$(put_inside -0)" ENOENT
is "nothing has changed" "$(stat_of monitors)" 2

inner=$(inside 'sleep 1000000 & echo $!')
child=$(children_of "$shell" | xargs)
is "by its number there" "$(put_inside "$inner")" ok
is "has another outside" "$(numbers_outside "$history")" \
	"$(printf '%s\n' "$outsider" "$shell" "$child" | sort -n | xargs)"

# --- reading ------------------------------------------------------------------

is "the history inside" "$(numbers_inside "$history")" "1 $inner"
is "the page inside" "$(numbers_inside "$newest")" "1 $inner"
is "the page outside" "$(numbers_outside "$newest")" \
	"$(printf '%s\n' "$outsider" "$shell" "$child" | sort -n | xargs)"
is "opened inside, read outside" "$(perl -e '
	# pidfd_getfd(pidfd_open(shell), 5)
	open my $file, "<&=", syscall(438, syscall(434, $ARGV[0] + 0, 0), 5, 0) or die $!;
	print while <$file>' "$shell" | eval "$numbers")" "1 $inner"
is "opened outside, read inside" "$(inside "<&6 $numbers")" \
	"$(printf '%s\n' "$outsider" "$shell" "$child" | sort -n | xargs)"

# --- a namespace inside the namespace -----------------------------------------

unshare=$(inside 'unshare --pid --fork sleep 1000000 & echo $!')
top=$(children_of "$shell" | awk '{ print $2 }')
ok "a process two levels down" wait_until 10 has_child "$top"
child=$(children_of "$top" | xargs)
middle=$(inside "cat /proc/$unshare/task/$unshare/children | xargs")
is "added from the top" "$(put "$child")" ok
is "in the middle it has the number of the middle" "$(numbers_inside "$history")" \
	"$(printf '%s\n' 1 "$inner" "$middle" | sort -n | xargs)"
is "and is removed by it" "$(put_inside "-$middle")" ok
is "for all" "$(grep -c "^pid $child " "$history")" 0

# --- removing -----------------------------------------------------------------

is "written inside, opened outside" "$(inside "echo -$inner >&7 && echo ok")" ok
is "removes by the number of the writer" "$(numbers_outside "$history")" \
	"$(printf '%s\n' "$outsider" "$shell" | sort -n | xargs)"

echo exit >&3
ok "the namespace ends" wait_until 10 has_ended "$shell"
is "its history stays" "$(numbers_outside "$history")" \
	"$(printf '%s\n' "$outsider" "$shell" | sort -n | xargs)"
is "and can be removed" "$(put "-$shell")" ok
is "the rest goes on" "$(numbers_outside "$history")" "$outsider"
kill "$outsider"
done_testing
