#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What packages say of the sources: DKMS builds each module that people load, the pages name it, and
# who builds the packages has every library that the command is linked with.
. tests/lib/tap.sh
. tests/lib/lint.sh

for main in modules/*/main.c; do
	basename "$(dirname "$main")"
done | sort >"$work/modules"
ok "there are modules" test "$(wc -l <"$work/modules")" -ge 3
is "DKMS builds each" "$(sed -n 's/^BUILT_MODULE_NAME\[.*\]="\(.*\)"$/\1/p' packaging/dkms.conf | sort)" \
	"$(cat "$work/modules")"
is "where it is" "$(sed -n 's,^BUILT_MODULE_LOCATION\[.*\]="modules/\(.*\)"$,\1,p' packaging/dkms.conf | sort)" \
	"$(cat "$work/modules")"
# The quotes of the page are no command's.
# shellcheck disable=SC2016
is "docs/install.md has each, with its parameters" \
	"$(sed -n '/^| module | parameters/,/^$/s/^| `\([a-z]*\)` | \([^|]*[^ |]\) *|.*/\1 \2/p' docs/install.md |
		tr -d '`,' | sort)" \
	"$(while read -r module; do
		# Words on purpose.
		# shellcheck disable=SC2046
		set -- $(sed -n 's/^module_param[a-z_]*(\([a-z_]*\),.*/\1/p' "modules/$module"/*.c)
		echo "$module ${*:-none}"
	done <"$work/modules")"
while read -r module; do
	ok "the package's description names $module" \
		grep -qE "^ .*\\<$module\\>" packaging/debian/control
done <"$work/modules"

# As the Makefile asks for them; dpkg knows whose they are.
libraries=$(sed -n 's/^TOOL_LIBS .*pkg-config --libs \([^)]*\)).*/\1/p' Makefile)
for library in $libraries; do
	dpkg -S "$(pkg-config --variable=pcfiledir "$library")/$library.pc"
done | sed 's/[:,].*//' | sort >"$work/packages"
ok "there are libraries" test "$(wc -l <"$work/packages")" -ge 4
is "who builds the packages has each" \
	"$(sed -n '/^Build-Depends:/,/^[^ ]*$/s/^[B ].* \([a-z0-9+-]*\),\{0,1\}$/\1/p' packaging/debian/control |
		sort | comm -13 - "$work/packages")" ""
is "and who builds from a checkout" \
	"$(grep -v '^#' packaging/needs | sort | comm -13 - "$work/packages")" ""
done_testing
