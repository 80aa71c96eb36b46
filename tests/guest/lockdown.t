#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Where the kernel is locked down, as with Secure Boot, debugfs is closed: the recorder does not need
# it. The kernel is locked down when the module is there, for it takes none that nobody has signed
# afterwards.
vm_mem=256
. tests/lib/guest.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT

mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security
[ -e /sys/kernel/security/lockdown ] || skip_all "this kernel cannot be locked down"
modprobe taskmonitor interval_ms=1000
echo confidentiality >/sys/kernel/security/lockdown
like "the kernel is locked down" "$(cat /sys/kernel/security/lockdown)" '\[confidentiality\]'
nok "debugfs is closed" cat /sys/kernel/debug/taskmonitor
like "to reading" "$(cat /sys/kernel/debug/taskmonitor 2>&1)" 'Operation not permitted'

sleep 1000 &
process=$!
build/kmemlab record -i 10 -o "$work/a.rec" -p $process -- build/demo/hog 4096 50 2>"$work/err"
is "a recording" $? 0
like "of an OOM kill" "$(cat "$work/err")" '; build/demo/hog: SIGKILL, out of memory; '
build/kmemlab show "$work/a.rec" >"$work/show"
is "can be shown" $? 0
like "with the kill" "$(cat "$work/show")" '^hog \(pid [0-9]+\) was killed by the OOM killer'
like "and the other process" "$(cat "$work/show")" "^ *$process sleep .* still running\$"
is "the interval is back" "$(cat /sys/module/taskmonitor/parameters/interval_ms)" 1000
is "nothing stays monitored" "$(cat /sys/kernel/taskmonitor)" ""
like "the device tells of it" "$(build/kmemlab dump | tail -n 1)" '^account .* unexplained 0$'
kill $process
ok "nothing holds the module" rmmod taskmonitor
done_testing
