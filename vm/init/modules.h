/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_MODULES_H
#define KMEMLAB_INIT_MODULES_H

/* Loads the modules of the plan, which lists them in the order of their dependencies. */
void modules_load(void);

#endif
