# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A guest test sources this first. On the host it starts the test again inside a throw-away
# machine; inside the machine it loads tap.sh and goes on.
#
#	#!/bin/sh
#	vm_mem=256			memory, MiB (512)
#	vm_options="--swap 64"		more options of `kmemlab vm`, words
#	vm_append="quiet nosmt"		more arguments for the kernel
#	vm_tcg=multi			for races: emulated processors that run at the same time
#	. tests/lib/guest.sh
#	plan 3
#
# Run from the root of the repository, as `prove --recurse tests/guest` and
# `tests/guest/NAME.t` both do. KMEMLAB_KERNEL is the kernel, a name of vm/kernels (6.1);
# KMEMLAB_VM_OPTIONS adds options to every test, for example "--cpus 4".
if ! grep -qw 'kmemlab\.vm=1' /proc/cmdline; then
	guest_kernel=${KMEMLAB_KERNEL:-6.1}
	# What a sanitizer takes is not the test's to use.
	read -r guest_overhead 2>/dev/null <"build/kernels/$guest_kernel/overhead" ||
		guest_overhead=0
	[ -z "${vm_tcg:-}" ] || export KMEMLAB_TCG="$vm_tcg"
	# Options are words on purpose.
	# shellcheck disable=SC2086
	exec build/kmemlab vm --kernel "$guest_kernel" \
		--mem $((${vm_mem:-512} + guest_overhead)) ${vm_options:-} \
		${vm_append:+--append "$vm_append"} \
		${KMEMLAB_VM_OPTIONS:-} -- tests/lib/in-guest "$0" "$@"
fi
# shellcheck source=tests/lib/tap.sh
. tests/lib/tap.sh
