// SPDX-License-Identifier: GPL-2.0-only
#include <unistd.h>

#include "machine/terminal.h"

void terminal_lend(struct terminal *terminal)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &terminal->before))
		return;
	raw = terminal->before;
	cfmakeraw(&raw);
	terminal->lent = !tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

void terminal_take_back(struct terminal *terminal)
{
	if (terminal->lent)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
	terminal->lent = false;
}
