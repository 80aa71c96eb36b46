/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_DEVICE_H
#define ALLOCWATCH_DEVICE_H

int device_init(void);
void device_exit(void);

#endif
