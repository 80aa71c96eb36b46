# SPDX-License-Identifier: GPL-2.0-only
# A monitor is freed before it is done with.
# expect: BUG: KASAN: (slab-)?use-after-free in
/^\tput_pid(monitor->pid);$/d
s/^\tkfree(monitor);$/&\n\tput_pid(monitor->pid);/
