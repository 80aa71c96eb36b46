#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# `make install` puts everything below DESTDIR that the command needs, which then works without the
# checkout; `make uninstall` takes it away.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
checkout=$PWD
kernel=${KMEMLAB_KERNEL:-6.1}
command=$work/root/usr/bin/kmemlab
library=$work/root/usr/lib/kmemlab

# made TARGET: without what the make around has been told.
made() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		make -s -C "$checkout" "$1" DESTDIR="$work/root" PREFIX=/usr
}

# installed: what is there, but directories.
installed() {
	find "$work/root" ! -type d
}

mkdir -p "$work/root/usr/bin"
touch "$work/root/usr/bin/other"
# A private mask is not for what all shall read.
umask 077
ok "make install" made install-built
umask 022

# --- what is there ------------------------------------------------------------

for file in bin/kmemlab lib/kmemlab/build/vm/init lib/kmemlab/vm/fetch-kernel lib/kmemlab/lessons/run; do
	ok "$file can be run" test -x "$work/root/usr/$file"
done
is "every page of the manual" "$(find "$work/root/usr/share/man" -type f -printf '%P\n' | sort)" \
	"$(git ls-files 'docs/man/*' | sed 's,.*/\(.*\)\.\(.\)$,man\2/\1.\2,' | sort)"
is "every page of the documentation, and what it shows" \
	"$(cd "$work/root/usr/share/doc/kmemlab" && find . -type f | sort)" \
	"$(git ls-files README.md docs ':!docs/man' | sed 's,^,./,' | sort)"
ok "the completion" test -s "$work/root/usr/share/bash-completion/completions/kmemlab"
for name in kmemlab-record kmemlab-serve; do
	unit=$work/root/usr/lib/systemd/system/$name.service
	is "$name starts what is installed" "$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$unit")" \
		/usr/bin/kmemlab
	# systemd looks for the program as well, in its own place.
	is "systemd finds nothing wrong with it" \
		"$(sed "s,/usr/bin/kmemlab,$command," "$unit" >"$work/$name.service"
		systemd-analyze verify --man=no "$work/$name.service" 2>&1 | grep "$name")" ""
	ok "and little that it could do beyond its work" systemd-analyze security --offline=yes \
		--threshold=30 "$work/$name.service"
done
is "none is enabled" "$(find "$work/root" -name '*.wants')" ""
is "the sources of the modules, all of them" \
	"$(cd "$library" && find modules include -type f | sort)" \
	"$(git ls-files modules include | sort)"
is "all of it can be read by all" \
	"$(find "$work/root/usr" ! -type l ! -perm -u=r,g=r,o=r)" ""
is "no address of the checkout in a text" \
	"$(grep -rlI "$checkout" "$work/root")" ""

# --- what works ---------------------------------------------------------------

# Nothing is to be found by accident.
cd "$work" || exit 1
is "the lessons are found" "$("$command" lab | sed '/^$/,$d' | wc -l)" \
	"$(grep -vc '^#' "$checkout/lessons/table")"
export XDG_CACHE_HOME="$work/cache"
is "without a kernel it is told how to get one" "$("$command" vm --kernel 6.1 -- true 2>&1)" \
	"kmemlab: error: no kernel '6.1' in $work/cache/kmemlab/kernels: run '$library/vm/build-modules 6.1'"
like "from the table of what is installed" "$("$library/vm/fetch-kernel" nonesuch 2>&1)" \
	"no kernel 'nonesuch' in vm/kernels, which has: 6\\.1 "

# The kernels of the checkout, as if they were the user's.
mkdir -p "$work/cache/kmemlab"
ln -s "$checkout/build/kernels" "$checkout/build/modules" "$work/cache/kmemlab"
"$command" lab --kernel "$kernel" --raw stack count=2 >"$work/out" 2>"$work/err"
is "a lesson runs" "$? $(grep -E '^(pushed|popped)' "$work/out" | tr '\n' ' ')" \
	"0 pushed 0 pushed 1 popped 1 popped 0 "
diag "$(cat "$work/err")"
"$command" leaks --kernel "$kernel" birthdays count=3 leak=1 >"$work/out" 2>"$work/err"
is "a leak is found" "$?" 1
like "and told" "$(cat "$work/out")" '^1 of 3 not freed, '
is "nothing was written to the library" "$(find "$library" -newer "$work/out")" ""

# --- what is left -------------------------------------------------------------

ok "make uninstall" made uninstall
is "leaves the files of others" "$(installed)" "$work/root/usr/bin/other"
is "and no directory of its own" "$(find "$work/root" -name 'kmemlab*')" ""
done_testing
