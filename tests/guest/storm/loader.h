/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_LOADER_H
#define STORM_LOADER_H

/* Of the module that is in that file. */
void loader_init(const char *path);

/* Unloads it and loads it again; in the end it is loaded. */
void run_loader(unsigned int unused);

#endif
