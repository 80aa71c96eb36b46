/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_SIGNALS_H
#define KMEMLAB_LIB_SIGNALS_H

#include <signal.h>

/*
 * From here on a signal that asks this process to end is an event like others, so that what was
 * begun is brought to its end; a write to who reads no more fails, and no more than that.
 * @ret_mask, or NULL: what was blocked before, for who is started.
 *
 * Return: a signalfd; -errno, told.
 */
int kml_catch_signals(sigset_t *ret_mask);

#endif
