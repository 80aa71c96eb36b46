/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_NO_DEVICE_H
#define KMEMLAB_NO_DEVICE_H

/*
 * Says why the recorder's device at @path could not be opened, and what to do: @err as of
 * taskmonitor_open(). Return: an exit code.
 */
int kml_no_device(const char *path, int err);

#endif
