# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The Test Anything Protocol for tests in POSIX sh. Source it, then:
#
#	plan 3
#	ok "the module loads" modprobe taskmonitor	passes if the command exits 0
#	nok "but not twice" grep -q x file		passes if it does not
#	is "the count" "$got" 7				passes if the two are the same text
#	like "the line" "$got" '^pid [0-9]+ '		passes if the extended regex matches
#	pass "a name"; fail "a name"			when the test itself has decided
#	skip "no second CPU" 2				counts two tests as skipped
#	diag "text"					a remark, shown by prove
#	done_testing					instead of a plan, as the last line
#
# A script that dies early has printed too few results, or no plan: prove calls that a failure.
# A script that has failed tests exits 1 as well.

tap_run=0
tap_failed=0
tap_planned=

plan() {
	tap_planned=$1
	echo "1..$1"
}

# All a script has to say at once: nothing to test here.
skip_all() {
	echo "1..0 # SKIP $1"
	trap - EXIT
	exit 0
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /' >&2
}

pass() {
	tap_run=$((tap_run + 1))
	echo "ok $tap_run - $1"
}

fail() {
	tap_run=$((tap_run + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_run - $1"
	diag "failed: $1 ($0)"
}

ok() {
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1); then
		pass "$tap_name"
	else
		tap_status=$?
		fail "$tap_name"
		diag "exit status $tap_status: $*"
		[ -z "$tap_output" ] || diag "$tap_output"
	fi
}

nok() {
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1); then
		fail "$tap_name"
		diag "should have failed: $*"
		[ -z "$tap_output" ] || diag "$tap_output"
	else
		pass "$tap_name"
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		diag "     got: $2"
		diag "expected: $3"
	fi
}

isnt() {
	if [ "$2" != "$3" ]; then
		pass "$1"
	else
		fail "$1"
		diag "     got: $2"
		diag "expected: anything else"
	fi
}

like() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		pass "$1"
	else
		fail "$1"
		diag "       got: $2"
		diag "to contain: $3"
	fi
}

unlike() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		fail "$1"
		diag "           got: $2"
		diag "not to contain: $3"
	else
		pass "$1"
	fi
}

# skip REASON [COUNT]
skip() {
	tap_left=${2:-1}
	while [ "$tap_left" -gt 0 ]; do
		tap_run=$((tap_run + 1))
		tap_left=$((tap_left - 1))
		echo "ok $tap_run # SKIP $1"
	done
}

done_testing() {
	plan "$tap_run"
}

# A test may set its own trap for EXIT; then it calls tap_exit there.
tap_exit() {
	tap_status=$?
	if [ "$tap_status" -eq 0 ] && [ "$tap_failed" -gt 0 ]; then
		tap_status=1
	fi
	if [ "$tap_status" -eq 0 ] && [ -n "$tap_planned" ] && [ "$tap_planned" -ne "$tap_run" ]; then
		diag "planned $tap_planned tests, ran $tap_run"
		tap_status=1
	fi
	trap - EXIT
	exit "$tap_status"
}
trap tap_exit EXIT
