#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Comments in the form of kernel-doc tell all of what they are about, and nothing else.
. tests/lib/tap.sh
. tests/lib/lint.sh

kernel=build/kernels/${KERNEL:-6.1}
cat >"$work/planted.h" <<-'END'
	/**
	 * planted() - does nothing
	 * @one: is told
	 */
	int planted(int one, int two);
END
git ls-files 'modules/*.[ch]' 'include/*.h' >"$work/files"
echo "$work/planted.h" >>"$work/files"
xargs "$kernel"/usr/lib/linux-kbuild-*/scripts/kernel-doc -v -none <"$work/files" \
	>"$work/output" 2>&1

like "it finds a planted mistake" "$(grep planted "$work/output")" "'two' not described"
# It names what it looks at, and counts at the end.
is "kernel-doc" "$(grep -v -e ' info: Scanning doc for ' -e '^[0-9]* warnings$' "$work/output" |
	judge kernel-doc)" ""
is "it has looked at every comment" "$(grep -c ' info: Scanning doc for ' "$work/output")" \
	"$(xargs grep -h '^/\*\*$' <"$work/files" | wc -l)"
is "and every file" "$(wc -l <"$work/files")" "$(($(count_code modules include) + 1))"
done_testing
