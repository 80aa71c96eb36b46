#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What becomes of a sweep of a module that crashes in its init, whatever fails. In a machine of its own:
# newer kernels keep what is loaded in a list on the stack of who loads it, and that one is killed.
vm_options="--allow-splat"
. tests/lib/guest.sh
. tests/lib/kmemleak.sh

status=0
build/kmemlab faults --here borrower crash=1 >/tmp/lines 2>/tmp/messages || status=$?
is "what crashes when nothing fails: status" "$status $(cat /tmp/messages)" "0 "
like "is told" "$(cat /tmp/lines)" '^note its init breaks the kernel$'
like "in the kernel's words" "$(cat /tmp/lines)" \
	'^splat (BUG: kernel NULL pointer dereference, address: 0+|KASAN: null-ptr-deref in range \[0.*)$'
is "and is the end" "$(tail -n 1 /tmp/lines)" "verdict splat"

on_purpose
done_testing
