#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The manual has a page for each verb and each module, and the page has what `kmemlab VERB --help` and
# the module's parameters have: neither more nor less.
. tests/lib/tap.sh
. tests/lib/help.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT

# page NAME.SECTION: as it is read, in one line what is one.
page() {
	mandoc -T ascii -O width=300 "docs/man/$1" 2>/dev/null | col -b | expand
}

# section NAME <PAGE: what stands below this heading.
section() {
	sed -n "/^$1\$/,/^[A-Z]/{/^[A-Z]/d;p;}"
}

# tags <PAGE: what is explained in a list of the manual's own.
tags() {
	sed -n 's/^     \([^ ].*\)/\1/p' | sed 's/  .*//'
}

# --- verbs --------------------------------------------------------------------

build/kmemlab --help >"$work/help"
verbs=$(verbs <"$work/help")
ok "there are verbs" test "$(echo "$verbs" | wc -l)" -ge 7
is "each verb has a page, and each page a verb" \
	"$(find docs/man -name 'kmemlab-*.1' | sed 's,.*/kmemlab-\(.*\)\.1,\1,' | sort)" \
	"$(echo "$verbs" | sort)"
page kmemlab.1 >"$work/page"
is "kmemlab.1 lists them, with what --help says" \
	"$(section DESCRIPTION <"$work/page" | tr -s ' \n' '  ' |
		grep -o 'kmemlab-[a-z]*(1) .*' | sed 's/ The kernel.s part.*//; s/ kmemlab-/\n&/g' |
		sed 's/^ //; s/ $//; s/^kmemlab-\([a-z]*\)(1) /\1 /' | grep . | sort)" \
	"$(sed -n '/^Verbs:$/,/^$/s/^ \([a-z]*\) */\1 /p' "$work/help" | sort)"
is "and has its options" "$(section OPTIONS <"$work/page" | tags)" \
	"$(options <"$work/help")"

for verb in $verbs; do
	build/kmemlab "$verb" --help >"$work/help"
	page "kmemlab-$verb.1" >"$work/page"
	is "$verb: the name of the page" "$(section NAME <"$work/page" | grep . | tr -s ' ')" \
		" kmemlab-$verb - $(build/kmemlab --help | sed -n "s/^ $verb  *//p")"
	is "$verb: the usage" "$(section SYNOPSIS <"$work/page" | sed -n 's/^     //p')" \
		"$(forms <"$work/help")"
	is "$verb: the options" "$(section OPTIONS <"$work/page" | tags)" "$(options <"$work/help")"
	ok "$verb: the exit status" grep -q '^EXIT STATUS$' "$work/page"
done

# --- modules ------------------------------------------------------------------

# parameters MODULE: those that it takes, sorted.
parameters() {
	sed -n 's/^module_param[a-z_]*(\([a-z_]*\),.*/\1/p' "modules/$1"/*.c | sort
}

for file in modules/*/main.c; do
	module=$(basename "$(dirname "$file")")
	page "$module.4" >"$work/page"
	ok "$module has a page" test -s "$work/page"
	is "which has its parameters" "$(section PARAMETERS <"$work/page" | tags | sort)" \
		"$(parameters "$module")"
	# There are modules without one.
	[ -z "$(parameters "$module")" ] ||
		is "each of which modinfo explains" "$(parameters "$module")" \
			"$(sed -n 's/^MODULE_PARM_DESC(\([a-z_]*\),.*/\1/p' "modules/$module"/*.c | sort)"
done
ok "there are parameters" test -n "$(parameters taskmonitor)"
done_testing
