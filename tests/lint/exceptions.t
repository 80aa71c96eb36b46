#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tests/exceptions excepts what it says and nothing more; what it says is read by some check.
. tests/lib/tap.sh
. tests/lib/lint.sh

grep -v '^#' tests/exceptions >"$work/lines"
is "every line has a tool, an expression and a reason" \
	"$(grep -Evx '[a-z-]+ [^ ].* # [^ ].{15,}' "$work/lines")" ""
is "some check asks for every tool" "$(cut -d ' ' -f 1 "$work/lines" | sort -u |
	while read -r tool; do
		grep -qE "judge $tool\\>" tests/lint/*.t || echo "$tool"
	done)" ""

# judge() reads this instead.
exceptions=$work/some
echo 'tool a\.c:[0-9]+: known # for a reason' >"$exceptions"
is "what is excepted is passed over" "$(echo 'a.c:3: known' | judge tool)" ""
is "what is not excepted is told" "$(printf 'a.c:3: known\na.c:4: new\n' | judge tool)" "a.c:4: new"
is "the whole line has to match" "$(printf 'a.c:3: known\na.c:3: known too\n' | judge tool)" \
	"a.c:3: known too"
is "another tool's exceptions do not count" "$(echo 'a.c:3: known' | judge other)" "a.c:3: known"
like "an exception without a finding is told" "$(judge tool </dev/null)" 'nothing needs .*a\\\.c'
: >"$exceptions"
is "without exceptions everything is told" "$(echo 'a.c:3: known' | judge tool)" "a.c:3: known"
done_testing
