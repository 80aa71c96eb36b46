/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_CONTROL_H
#define TASKMONITOR_CONTROL_H

#include <linux/compiler_types.h>
#include <linux/types.h>

ssize_t control_write(const char __user *from, size_t length);

#endif
