#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Kernels are told apart in modules/compat only, and nowhere by their version: distributions
# backport.
. tests/lib/tap.sh
. tests/lib/lint.sh

# Ways to ask for a version in C, make and shell, and to compare one with another.
version='LINUX_VERSION_|KERNEL_VERSION|UTS_RELEASE|utsrelease|linux/version\.h|utsname|init_uts_ns'
version="$version|\\<uname\\>|PATCHLEVEL|SUBLEVEL|KERNELRELEASE|/proc/version|osrelease"
version="$version|sort [^|]*(-V|--version-sort)|--compare-versions|case [^ ]*(release|RELEASE)"

# ask REGEX FOLDER: FILE:LINE:TEXT of where it is, spaces made single.
ask() {
	git grep -nIE -e "$1" -- "$2" ':!*.md' ':!tests/host/splats' ':!tests/lint' ':!tests/exceptions' |
		sed 's/[[:blank:]]\{1,\}/ /g'
}

cat >"$work/planted" <<-'END'
	#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	if (!uname(&name))
	[ "$(uname -r)" = 6.1.0 ]
	case $release in
	echo "$some" | sort -r -V
END
is "a version asked for is found" "$(grep -cE -e "$version" "$work/planted")" 5
is "none is asked for in the modules" "$(ask "$version" modules)" ""
is "nor anywhere else" "$(ask "$version" . | grep -v '^modules/' | judge versions)" ""

is "what kernels have is used in modules/compat only" \
	"$(ask '\<KML_HAS_' . | grep -v '^modules/compat/')" ""
ok "it is used there" test -n "$(ask '\<KML_HAS_' modules/compat)"
# What is compiled on a condition, but for a header's guard, and what user space builds as well.
is "no other condition is" "$(ask '^[[:blank:]]*#[[:blank:]]*(if|el)' modules |
	grep -v -e '^modules/compat/' -e '#ifndef [A-Z_]*_H$' -e '#ifdef __KERNEL__$' \
		-e '#else$')" ""
done_testing
