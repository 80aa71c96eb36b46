#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every parser against its corpus, then for FUZZ_SECONDS (60) against inputs made from it; as many
# at a time as there are processors. With FUZZ_SECONDS=0 only against the corpus.
. tests/lib/tap.sh

seconds=${FUZZ_SECONDS:-60}
targets=$(sed -n 's/^\([a-z]\{1,\}\) [0-9]*$/\1/p' tests/fuzz/targets)
trap 'exit 130' INT
trap 'exit 143' TERM
case $seconds in
*[!0-9]*)
	echo "FUZZ_SECONDS is no number: $seconds" >&2
	exit 2
	;;
esac

# files DIRECTORY: how many.
files() {
	find "$1" -type f | wc -l
}

# executed LOG: how many inputs libFuzzer has tried.
executed() {
	sed -n 's/^stat::number_of_executed_units: *//p' "$1"
}

# explain TARGET LOG: what has failed, and how it is done again.
explain() {
	diag "$(grep -E 'not true:|runtime error:|ERROR: |^SUMMARY: |^ *#[0-9] ' "$2" | head -n 20)"
	sed -n 's/.*Test unit written to //p' "$2" | while read -r artefact; do
		diag "the input: $artefact"
		diag "again:     build/fuzz/$1 $artefact"
	done
	diag "the rest:  $2"
}

is "every target is listed, and no other" "$(echo "$targets" | sort)" \
	"$(find tests/fuzz -maxdepth 1 -name '*.c' -exec basename {} .c \; | sort)"
is "every target has a corpus, and no other" "$(echo "$targets" | sort)" \
	"$(find tests/fuzz/corpus -mindepth 1 -maxdepth 1 -exec basename {} \; | sort)"

# Not with &: children that ignore Ctrl-C would live on.
# shellcheck disable=SC2016
echo "$targets" | xargs -P "$(nproc)" -n 1 sh -c '
	tests/fuzz/run "$2" "$1"
	echo $? >"build/fuzz/run/$2/status"' sh "$seconds"

for target in $targets; do
	work=build/fuzz/run/$target
	kept=$(files "tests/fuzz/corpus/$target")
	log=$work/replay
	[ ! -e "$work/fuzz" ] || log=$work/fuzz

	status=$(cat "$work/status")
	is "$target: nothing fails" "$status" 0
	[ "$status" = 0 ] || explain "$target" "$log"
	replayed=$(executed "$work/replay")
	ok "$target: all $kept files of the corpus are tried" test "${replayed:-0}" -ge "$kept"
	ok "$target: they are few" test "$kept" -le 100
	ok "$target: and small" test "$(cat "tests/fuzz/corpus/$target"/* | wc -c)" -le 102400
	[ "$seconds" -gt 0 ] || continue
	runs=$(executed "$log")
	ok "$target: many more are tried (${runs:-0})" test "${runs:-0}" -gt $((10 * kept))
done
done_testing
