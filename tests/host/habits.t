#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What all verbs have in common: --help in one form, one answer to what cannot be, and an output that
# is known to be written. The verbs are those that `kmemlab --help` lists.
. tests/lib/tap.sh
. tests/lib/help.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
kmemlab=$PWD/build/kmemlab
cd "$work" || exit 1

# kml ARGUMENT...: $status, and files out and err.
kml() {
	status=0
	"$kmemlab" "$@" >out 2>err || status=$?
}

# refuses MESSAGE ARGUMENT...: as the user's mistake, with a whole line of that.
refuses() {
	refuses_message="kmemlab: error: $1"
	shift
	kml "$@"
	is "$*: usage, and nothing but why" "$status $(cat out err)" "2 $refuses_message"
}

# fails_on_a_full_disk ARGUMENT...
fails_on_a_full_disk() {
	status=0
	"$kmemlab" "$@" >/dev/full 2>err || status=$?
	is "$* on a full disk" "$status $(cat err)" \
		"3 kmemlab: error: cannot write the output: No space left on device"
}

# needs_words: no form of the verb in $work/help stands alone.
needs_words() {
	! forms <help | sed ':again; s/ *\[[^][]*\]//; t again' | grep -qx "kmemlab $verb"
}

# --- without a verb -----------------------------------------------------------

kml --help
cp out help
is "--help" "$status $(cat err)" "0 "
kml
is "without a word it is a mistake" "$status $(cat out)" "2 "
ok "which is told by the same text" cmp help err
refuses "no verb 'nonesuch'; 'kmemlab --help' lists them" nonesuch
kml --version
is "--version" "$status $(cat out)" "0 kmemlab $(cat "$OLDPWD/VERSION")"
fails_on_a_full_disk --help
fails_on_a_full_disk --version
verbs=$(verbs <help)
ok "there are verbs" test "$(echo "$verbs" | wc -l)" -ge 7

# --- each verb ----------------------------------------------------------------

for verb in $verbs; do
	kml "$verb" --help
	cp out help
	is "$verb --help" "$status $(cat err)" "0 "
	kml "$verb" -h
	ok "$verb -h says the same" cmp help out
	is "it begins with the usage" "$(sed -n 1,2p help)" "
Usage:"
	is "of this verb and no other" "$(forms <help | grep -Evx "kmemlab $verb( .*)?")" ""
	# The options are all that stands between their heading and the next empty line.
	is "its options are in one form" "$(sed '1,/^Options:$/d; /^$/,$d' help |
		grep -Evx -e ' (-[a-z],|   ) --[a-z-]+( [A-Z][][A-Z,]*)? {2,}[^ ].*' -e ' {10,}[^ ].*')" ""
	is "the last of them is --help" "$(options <help | tail -n 1)" "-h, --help"
	is "no line is longer than a terminal" "$(grep -E '.{81}' help)" ""
	is "they stand in one column" "$(option_columns <help | sort -u | wc -l)" 1
	fails_on_a_full_disk "$verb" --help

	refuses "$verb: no option '--nonesuch'; 'kmemlab $verb --help' lists the options" \
		"$verb" --nonesuch
	refuses "$verb: no option '-Z'; 'kmemlab $verb --help' lists the options" "$verb" -Z
	options <help | while read -r option; do
		# Words: a name, or a letter with a comma and a name, and the value's.
		# shellcheck disable=SC2086
		set -- $option
		case $* in
		-?,\ --*\ *) echo "${1%,} $2" ;;
		--*\ *) echo "$1" ;;
		esac
	done | tr ' ' '\n' >values
	while read -r option; do
		refuses "$verb: a value is missing after '$option'; 'kmemlab $verb --help' lists the options" \
			"$verb" "$option"
	done <values
	! needs_words || {
		kml "$verb"
		is "$verb without a word: usage" "$status $(cat out)" "2 "
		like "says what it needs, and where to look" "$(cat err)" \
			"^kmemlab: error: $verb needs .*; 'kmemlab $verb --help' tells more\$"
	}
done

# --- terminals ----------------------------------------------------------------

# Nothing of this has a colour, so there is none for NO_COLOR to take away.
recording=$OLDPWD/tests/host/recordings/oom.rec
for words in "--help" "show --help" "show $recording"; do
	script -qec "$kmemlab $words" /dev/null >typescript </dev/null
	ok "kmemlab ${words%%/*} writes to a terminal" test -s typescript
	is "and no control sequence" "$(LC_ALL=C tr -cd '\033' <typescript)" ""
done
done_testing
