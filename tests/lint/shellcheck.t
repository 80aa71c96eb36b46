#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What shellcheck finds in the scripts, down to matters of style. A directive in a script is an
# exception as well: it has its reason in the line before it, and something to except.
. tests/lib/tap.sh
. tests/lib/lint.sh

# A variable without quotes.
# shellcheck disable=SC2016
printf '#!/bin/sh\necho $1\n' >"$work/planted"
git ls-files | while read -r file; do
	awk 'FNR == 1 && /^#!.*sh$/ || FNR < 4 && /^# shellcheck shell=/ { print FILENAME }' "$file"
done | sort -u >"$work/scripts"
{
	cat "$work/scripts"
	echo "$work/planted"
} >"$work/files"

check() {
	look_at shellcheck --external-sources --severity=style --format=gcc
}
check <"$work/files" >"$work/found"
like "it finds a planted mistake" "$(grep planted "$work/found")" 'SC2086'
is "shellcheck" "$(judge shellcheck <"$work/found")" ""
is "it has looked at every script" "$(looked_at)" "$(wc -l <"$work/files")"
is "every test, and what has the name of a script, is one" \
	"$(find bench tests packaging vm \( -name '*.t' -o -name '*.sh' \) | sort | comm -23 - "$work/scripts")" ""
is "so is what can be run, but for what is Perl's" \
	"$(git ls-files -s | sed -n 's/^100755 .*\t//p' | grep -v '\.pl$' | sort |
		comm -23 - "$work/scripts")" ""

# No name of a file has a space.
# shellcheck disable=SC2046
set -- $(cat "$work/scripts")

# FILE CODE of every directive; and what is found in copies without them.
awk '/^[[:blank:]]*# shellcheck disable=/ {
		sub(/.*disable=/, "")
		n = split($0, codes, ",")
		for (i = 1; i <= n; i++)
			print FILENAME, codes[i]
	}' "$@" | sort -u >"$work/directives"
mkdir "$work/bare"
xargs tar -c <"$work/scripts" | tar -x -C "$work/bare"
(
	cd "$work/bare" || exit 1
	xargs sed -i '/^[[:blank:]]*# shellcheck disable=/d' <"$work/scripts"
	check <"$work/scripts"
) | sed -n 's/^\([^:]*\):.*\[\(SC[0-9]*\)\]$/\1 \2/p' | sort -u >"$work/needed"
ok "there are directives" test -s "$work/directives"
is "every directive is needed" "$(comm -23 "$work/directives" "$work/needed")" ""
is "every directive has a reason before it" "$(
	awk '/^[[:blank:]]*# shellcheck .*disable=/ &&
			(before !~ /^[[:blank:]]*# / || before ~ /# (shellcheck|SPDX)/) {
			print FILENAME ":" FNR
		}
		{ before = $0 }' "$@")" ""
# One form of them, which the above knows.
is "every directive is a line of its own" \
	"$(xargs grep -nE 'shellcheck .*disable=' <"$work/scripts" |
		grep -vE ':[0-9]+:[[:blank:]]*# shellcheck disable=[SC0-9,]+$|^tests/lint/shellcheck\.t:')" ""
done_testing
