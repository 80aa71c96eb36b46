#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's checkpatch --strict on all that is kernel code.
. tests/lib/tap.sh
. tests/lib/lint.sh

printf '// SPDX-License-Identifier: GPL-2.0\nint f( void );\n' >"$work/planted.c"
git ls-files 'modules/*.[ch]' 'include/*.h' 'tests/host/splatter/*.c' 'tests/targets/*.[ch]' >"$work/files"
echo "$work/planted.c" >>"$work/files"

# It comes with the source that the kernel with sanitizers is built of.
read -r suite package _ <<-END
	$(sed -n 's/^debug[[:blank:]]\{1,\}//p' vm/kernels)
END
ok "checkpatch is there" vm/fetch-source "$suite" "$package"
look_at perl "build/source/$package/scripts/checkpatch.pl" --no-tree --strict --emacs --show-types \
	--max-line-length=100 -f <"$work/files" >"$work/output"
# What it keeps where it has seen a name in CamelCase.
rm -f .checkpatch-camelcase.*
grep -E ': (ERROR|WARNING|CHECK):[A-Z_]+: ' "$work/output" >"$work/found"

like "it finds a planted mistake" "$(grep planted "$work/found")" SPACING
is "checkpatch --strict" "$(judge checkpatch <"$work/found")" ""
is "it has looked at every file" \
	"$(grep -c '^total: .* [1-9][0-9]* lines checked$' "$work/output")" \
	"$(($(count_code modules include tests/host/splatter tests/targets) + 1))"
done_testing
