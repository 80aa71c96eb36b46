/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_DEVICE_H
#define ALLOCBENCH_DEVICE_H

int device_init(void);
void device_exit(void);

#endif
