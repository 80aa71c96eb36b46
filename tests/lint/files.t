#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# git knows every file of code, so that the checks look at all; and every file has its licence.
. tests/lib/tap.sh
. tests/lib/lint.sh

# Kbuild leaves *.mod.c where modules are built by hand.
find bench include lessons modules tests tool vm -type f \( -name '*.[chS]' -o -name '*.t' -o -name '*.sh' \) \
	! -name '*.mod.c' | sort >"$work/code"
ok "there are files of code" test "$(wc -l <"$work/code")" -gt 100
git ls-files | sort >"$work/known"
is "git knows them" "$(comm -23 "$work/code" "$work/known")" ""

# What is written by people, and can hold a comment.
grep -vE -e '^(COPYING|VERSION|\.gitignore|\.editorconfig)$' -e '\.(md|png)$' \
	-e '^packaging/debian/(changelog|source/format)$' \
	-e '^tests/(fuzz/corpus|host/(splats|recordings|workloads))/' "$work/known" >"$work/files"
ok "there are files that can have a licence" test "$(wc -l <"$work/files")" -gt 150
is "every file has its licence" \
	"$(xargs grep -L 'SPDX-License-Identifier: GPL-2.0' <"$work/files")" ""
done_testing
