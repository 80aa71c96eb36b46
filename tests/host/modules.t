#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own tools on the modules: each is silent, or says what tests/exceptions lists.
. tests/lib/tap.sh

kernel=${KERNEL:-6.1}
work=$(mktemp -d)
trap 'status=$?; rm -rf "$work"; (exit $status); tap_exit' EXIT
files=$(find modules include -name '*.[ch]')

# unexpected TOOL: what of standard input is not excepted.
unexpected() {
	sed -n "s/^$1 \(.*\) # .*/\1/p" tests/exceptions >"$work/exceptions"
	if [ -s "$work/exceptions" ]; then
		grep -Evx -f "$work/exceptions"
	else
		cat
	fi
}

ok "there are files to look at" test "$(echo "$files" | wc -l)" -gt 20
ok "checkpatch is there" tests/fetch-checkpatch
checkpatch() {
	perl build/checkpatch/checkpatch.pl --no-tree --strict --terse --show-types \
		--max-line-length=100 -f "$@" | grep -v '^total: '
}
printf '// SPDX-License-Identifier: GPL-2.0\nint f( void );\n' >"$work/planted.c"
like "checkpatch finds a planted mistake" "$(checkpatch "$work/planted.c")" SPACING
# File names without spaces: they are words.
# shellcheck disable=SC2086
is "checkpatch --strict" "$(checkpatch $files | unexpected checkpatch)" ""

ok "the modules build with W=1 and sparse" vm/build-modules "$kernel" W=1 C=2
vm/build-modules "$kernel" W=1 C=2 >"$work/sparse" 2>&1
is "gcc W=1 and sparse" "$(grep -v '^  [A-Z]' "$work/sparse" | unexpected sparse)" ""
is "sparse has looked at every file" "$(grep -c '^  CHECK ' "$work/sparse")" \
	"$(find modules -name '*.c' | wc -l)"

# shellcheck disable=SC2086
is "kernel-doc" "$(build/kernels/"$kernel"/usr/lib/linux-kbuild-*/scripts/kernel-doc \
	-none $files 2>&1)" ""

is "kernels are told apart in modules/compat only" "$(grep -rnE \
	'LINUX_VERSION_CODE|KERNEL_VERSION\(|KML_HAS_' modules --include='*.[ch]' |
	grep -v '^modules/compat/')" ""
# Texts for people, and what is data as it was recorded.
# What is written by people, and can hold a comment.
git ls-files | grep -vE \
	-e '^(COPYING|VERSION|\.gitignore|\.editorconfig)$|\.(md|png)$' \
	-e '^tests/(host/(splats|recordings)|fuzz/corpus)/' \
	>"$work/files"
ok "git tells which files there are" test "$(wc -l <"$work/files")" -gt 100
is "every file has its licence" \
	"$(xargs grep -L 'SPDX-License-Identifier: GPL-2.0' <"$work/files")" ""
done_testing
