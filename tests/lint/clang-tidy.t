#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What clang-tidy finds, as .clang-tidy tells it, in all that runs in user space.
. tests/lib/tap.sh
. tests/lib/lint.sh

# One mistake for the analyzer, one for the checks of patterns, one for the option in .clang-tidy.
cat >"$work/planted.c" <<-'END'
	#include <stdlib.h>
	#include <string.h>
	int planted(const int *at, char *text, long *sum);
	int planted(const int *at, char *text, long *sum)
	{
		memset(sum, '0', sizeof(*sum));
		strtoul(text, NULL, 10);
		return at ? 0 : *at;
	}
END
user_space >"$work/files"
echo "$work/planted.c" >>"$work/files"

flags=$(make -s --no-print-directory show-flags)
export flags
# One file per process: with several its analyzer takes a va_list of one for one of the next.
cat >"$work/tidy" <<-'END'
	#!/bin/sh
	for file; do :; done
	eval "set -- $flags"
	exec clang-tidy --quiet --config-file=.clang-tidy "$file" -- "$@"
END
chmod +x "$work/tidy"
look_at "$work/tidy" <"$work/files" >"$work/output"
grep -E ': (warning|error): ' "$work/output" | sed "s|^$PWD/||" >"$work/found"

for check in bugprone-suspicious-memset-usage cert-err33-c clang-analyzer-core.NullDereference; do
	like "$check finds a planted mistake" "$(grep planted "$work/found")" "\\[$check"
done
is "clang-tidy" "$(judge clang-tidy <"$work/found")" ""
looked_at_user_space
is "no exception is in the code itself" \
	"$(git grep -nE 'NOLINT|GCC diagnostic|clang diagnostic' -- '*.[chS]')" ""
done_testing
