#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the compiler says of the modules with W=1, and sparse. They are built anew, in a place of
# their own: of what has been built already the compiler would say nothing.
. tests/lib/tap.sh
. tests/lib/lint.sh

kernel=build/kernels/${KERNEL:-6.1}
git ls-files modules include tests/host/splatter tests/targets >"$work/files"
tar -c -T "$work/files" | tar -x -C "$work"
mkdir "$work/planted"
cat >"$work/planted/planted.c" <<-'END'
	// SPDX-License-Identifier: GPL-2.0
	#include <linux/module.h>
	int planted(const int *at)
	{
		return at != 0;
	}
	MODULE_DESCRIPTION("two mistakes");
	MODULE_LICENSE("GPL");
END
echo 'obj-m := planted.o' >"$work/planted/Kbuild"
echo 'obj-m := modules/ tests/host/splatter/ tests/targets/ planted/' >"$work/Kbuild"

# What make was told on its own command line is not for kbuild.
unset MAKEFLAGS MFLAGS MAKELEVEL
build() {
	make -C "$kernel/lib/modules/$(cat "$kernel/release")/build" --no-print-directory \
		-j"$(nproc)" M="$work" W=1 C=2 CONFIG_DEBUG_INFO_BTF_MODULES= modules \
		>"$work/output" 2>&1 || {
		cat "$work/output"
		return 1
	}
}
ok "the modules build" build
# The compiler shows the text of what it speaks of.
sed "s|$work/||g" "$work/output" | grep -v -e '^  [A-Z]' -e '^ *[0-9]* | ' >"$work/found"

like "W=1 finds a planted mistake" "$(grep planted "$work/found")" 'Wmissing-prototypes'
like "sparse finds a planted mistake" "$(grep planted "$work/found")" 'plain integer as NULL'
is "gcc W=1 and sparse" "$(judge sparse <"$work/found")" ""
is "sparse has looked at every file" "$(grep -c '^  CHECK ' "$work/output")" \
	"$(($(find modules tests/host/splatter tests/targets -name '*.c' ! -name '*.mod.c' | wc -l) + 1))"
done_testing
