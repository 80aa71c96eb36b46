# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A guest test sources this first. On the host it starts the test again inside a throw-away
# machine; inside the machine it loads tap.sh and goes on.
#
#	#!/bin/sh
#	vm_options="--mem 256"		more options of `kmemlab vm`, words
#	. tests/lib/guest.sh
#	plan 3
#
# Run from the root of the repository, as `prove --recurse tests/guest` and
# `tests/guest/NAME.t` both do. KMEMLAB_VM_OPTIONS adds options to every test, for example
# "--kernel 6.12".
if ! grep -qw 'kmemlab\.vm=1' /proc/cmdline; then
	# Options are words on purpose.
	# shellcheck disable=SC2086
	exec build/kmemlab vm ${vm_options:-} ${KMEMLAB_VM_OPTIONS:-} -- "$0" "$@"
fi
# shellcheck source=tests/lib/tap.sh
. tests/lib/tap.sh
