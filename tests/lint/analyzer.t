#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# gcc's warnings, and what its static analyzer finds, in all that runs in user space.
. tests/lib/tap.sh
. tests/lib/lint.sh

# The leak is gone when the code is optimized, before the analyzer sees it.
cat >"$work/planted.c" <<-'END'
	#include <stdlib.h>
	int planted(int number);
	int planted(int number)
	{
		char *leaked = malloc(3);

		if (!leaked)
			return 1;
		*leaked = 1;
		for (int number = 0; number < *leaked; number++)
			*leaked = 0;
		return *leaked + number;
	}
END
user_space >"$work/files"
echo "$work/planted.c" >>"$work/files"

# The flags are shell words with quotes.
eval "set -- $(make -s --no-print-directory show-flags)"
for level in -O0 -O2; do
	look_at gcc-12 -fanalyzer "$@" "$level" -c -o /dev/null <"$work/files"
done >"$work/output"
grep -E ': (warning|error|fatal error): ' "$work/output" >"$work/found"

like "the analyzer finds a planted mistake" "$(grep planted "$work/found")" 'Wanalyzer-malloc-leak'
like "the compiler finds another one" "$(grep planted "$work/found")" 'Wshadow'
is "gcc -fanalyzer" "$(judge analyzer <"$work/found")" ""
looked_at_user_space
done_testing
