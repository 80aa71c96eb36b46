/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_TERMINAL_H
#define KMEMLAB_MACHINE_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

/* The terminal of this process while it is that of a command in the machine. */
struct terminal {
	bool lent;
	struct termios before;
};

/* Every key goes through as it is: the machine's terminal makes of it what there is to make. */
void terminal_lend(struct terminal *terminal);

/* As it was before. Accepts one that was not lent. */
void terminal_take_back(struct terminal *terminal);

#endif
