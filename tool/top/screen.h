/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_SCREEN_H
#define KMEMLAB_TOP_SCREEN_H

#include "top/picture.h"

/* The terminal, by ncurses: nobody else knows of it. There is one. */

/* Takes the terminal over. Return: 0; -ENOTTY, it is none; -ENODEV, it is of no known kind. */
int screen_open(void);

/* Leaves it as it was. */
void screen_close(void);

/* Its size may be another each time. */
struct top_canvas screen_canvas(void);

/* What is drawn after the first comes with the second. */
void screen_clear(void);
void screen_show(void);

/**
 * screen_key() - the next key that was pressed
 * @typing: characters are text, not commands
 * @ret: enum top_command
 * @ret_character: with TOP_NOTHING: what was typed; otherwise NUL
 *
 * Return: whether there was one; does not wait.
 */
bool screen_key(bool typing, int *ret, char *ret_character);

#endif
