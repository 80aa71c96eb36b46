/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_PRESSURE_H
#define KMEMLAB_RECORD_PRESSURE_H

#include "lib/recording.h"

/*
 * How long tasks of the machine had to wait for memory, as the kernel counts it (PSI). No function that
 * a module may call tells it, so it is read in /proc.
 */

/* Return: a descriptor for pressure_read(), -errno: -ENOENT where the kernel does not count it. */
int pressure_open(void);

/* Waits for no memory. Return: 0; -EBADMSG: it is of another form; -errno. */
int pressure_read(int pressure, struct kml_pressure *ret);

#endif
