/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_ACCEL_H
#define KMEMLAB_MACHINE_ACCEL_H

#include <stdbool.h>

#include "machine/kernel.h"

/*
 * Whether KVM can be used for @kernel. /dev/kvm may be there and yet hang a
 * guest (in a machine that is virtual itself), so only a boot counts. The answer
 * is kept until the next boot of this machine, another kernel or another QEMU;
 * a no, which a busy host may cause as well, for an hour only.
 *
 * KMEMLAB_ACCEL=kvm or tcg decides without a look. Returns 0 or -errno, -EINVAL
 * for another KMEMLAB_ACCEL, -EINTR when @signals, a signalfd, has one.
 * *ret_refused: KVM exists, and has just been found not to work.
 */
int accel_choose(const struct kernel *kernel, const char *init, int signals, bool *ret_kvm,
		 bool *ret_refused);

/*
 * Whether emulated processors take turns on one thread, as KMEMLAB_TCG=single asks for, or have one
 * each ("multi", and where it is not set). Returns 0, -EINVAL for another KMEMLAB_TCG.
 */
int accel_choose_threads(bool *ret_single);

#endif
