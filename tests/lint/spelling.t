#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Common misspellings, in all that people wrote.
. tests/lib/tap.sh
. tests/lib/lint.sh

# Not the licence's text, nor what is data, recorded or made up by a fuzzer.
git ls-files | grep -vE '^COPYING$|\.png$|^tests/(fuzz/corpus|host/(recordings|splats))/' >"$work/files"
ok "there are files to look at" test "$(wc -l <"$work/files")" -gt 150
# In two parts: this file is looked at as well.
echo 'rec''ieve' >"$work/planted"
echo "$work/planted" >>"$work/files"
xargs codespell --check-hidden <"$work/files" >"$work/found" 2>&1

like "it finds a planted mistake" "$(grep planted "$work/found")" 'receive'
is "codespell" "$(sed 's|^\./||' "$work/found" | judge codespell)" ""
# It passes over what it takes for binary without a word.
is "every file is text" "$(xargs grep -LI -e '' <"$work/files")" ""
done_testing
