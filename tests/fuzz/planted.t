#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Fuzzing can fail: each bug of tests/fuzz/planted is found from the kept corpus alone, by the check
# that is meant to find it, and the input that found it is kept.
. tests/lib/tap.sh

for script in tests/fuzz/planted/*.sed; do
	bug=$(basename "$script" .sed)
	work=build/fuzz/run/$bug
	expected=$(sed -n 's/^# expect: //p' "$script")

	rm -rf "$work"
	nok "$bug is found" tests/fuzz/run "${bug%%.*}" 0 "build/fuzz/planted/$bug"
	ok "$bug: $expected" grep -q "${expected:?}" "$work/replay"
	artefact=$(sed -n 's/.*Test unit written to //p' "$work/replay")
	ok "$bug: the input is kept" test -e "$artefact"
	nok "$bug: it fails again" "build/fuzz/planted/$bug" "$artefact"
done
done_testing
