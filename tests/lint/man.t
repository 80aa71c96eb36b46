#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What mandoc and man find in the pages of the manual, down to matters of style. The first also looks
# for the pages that others refer to.
. tests/lib/tap.sh
. tests/lib/lint.sh

git ls-files 'docs/man/*' >"$work/files"
ok "there are pages" test "$(wc -l <"$work/files")" -ge 10
mkdir "$work/pages"
xargs cp -t "$work/pages" <"$work/files"
cat >"$work/pages/planted.1" <<-'END'
	.Dd November 21, 2026
	.Dt PLANTED 1
	.Os
	.Sh NAME
	.Nm planted
	.Nd refers to
	.Xr nonesuch 1
	.Bl -tag
	.It no width
	.nonesuch
	END
cd "$work/pages" || exit 1
set -- *
mandoc -T lint "$@" >"$work/output" 2>&1
# Which pages of others are here is no matter of ours.
grep -v 'outdated mandoc.db lacks' "$work/output" | sed 's/^mandoc: //' >"$work/found"
for page; do
	man --warnings=w -E UTF-8 --local-file "$page" 2>&1 >/dev/null | sed "s|^|$page: |"
done >>"$work/found"

like "mandoc finds a page that is not there" "$(grep planted "$work/found")" 'not found: Xr nonesuch 1'
like "and what is no macro" "$(grep planted "$work/found")" 'unknown macro: \.nonesuch'
like "so does man" "$(grep planted "$work/found")" "^planted\\.1: .*macro .nonesuch. not defined"
is "mandoc and man" "$(grep -v '^planted\.1:' "$work/found")" ""
is "every page is a page" "$(mandoc -T ascii "$@" 2>/dev/null | col -b | grep -c '^NAME$')" $#
done_testing
