// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "top/screen.h"

enum {
	ESCAPE_MS = 25,		/* the rest of a key's sequence comes within it */
	ESCAPE = 27,
	RED = 1,
};

static SCREEN *terminal;
static bool utf8;

/* https://no-color.org */
static bool may_colour(void)
{
	const char *no_color = getenv("NO_COLOR");

	return has_colors() && !(no_color && *no_color);
}

int screen_open(void)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	setlocale(LC_CTYPE, "");
	utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return -ENODEV;
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	if (may_colour()) {
		start_color();
		use_default_colors();
		init_pair(RED, COLOR_RED, -1);
	}
	return 0;
}

void screen_close(void)
{
	if (!terminal)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

/* Without start_color() pairs look like any other text. */
static int attributes(enum top_style style)
{
	switch (style) {
	case TOP_TITLE:
	case TOP_CHOSEN:
		return A_REVERSE;
	case TOP_CHOSEN_VICTIM:
		return A_REVERSE | COLOR_PAIR(RED);
	case TOP_HEADING:
		return A_BOLD;
	case TOP_VICTIM:
		return A_BOLD | COLOR_PAIR(RED);
	case TOP_GONE:
		return A_DIM;
	case TOP_ALARM:
		return A_BOLD | A_REVERSE | COLOR_PAIR(RED);
	default:
		return A_NORMAL;
	}
}

static void draw_line(void *data, int y, enum top_style style, const char *text)
{
	attrset(attributes(style));
	mvaddstr(y, 0, text);
	attrset(A_NORMAL);
}

void screen_clear(void)
{
	erase();
}

struct top_canvas screen_canvas(void)
{
	return (struct top_canvas){
		.width = COLS, .height = LINES, .utf8 = utf8, .line = draw_line,
	};
}

void screen_show(void)
{
	refresh();
}

/* --- keys ----------------------------------------------------------------------- */

struct key {
	int key;
	int command;
};

static const struct key always[] = {
	{ KEY_UP, TOP_UP }, { KEY_DOWN, TOP_DOWN }, { KEY_PPAGE, TOP_PAGE_UP },
	{ KEY_NPAGE, TOP_PAGE_DOWN }, { KEY_LEFT, TOP_BACK }, { KEY_RIGHT, TOP_ON },
	{ KEY_HOME, TOP_BEGINNING }, { KEY_END, TOP_END }, { KEY_BACKSPACE, TOP_RUB_OUT },
	{ '\b', TOP_RUB_OUT }, { 127, TOP_RUB_OUT }, { KEY_ENTER, TOP_ENTER },
	{ '\r', TOP_ENTER }, { '\n', TOP_ENTER }, { ESCAPE, TOP_ESCAPE },
};

static const struct key commands[] = {
	{ 'q', TOP_QUIT }, { 'h', TOP_HELP }, { '?', TOP_HELP }, { ' ', TOP_PAUSE },
	{ '[', TOP_BACK_SECOND }, { ']', TOP_ON_SECOND }, { '{', TOP_BACK_MINUTE },
	{ '}', TOP_ON_MINUTE }, { 'x', TOP_KILL_BEFORE }, { 'X', TOP_KILL_BEHIND },
	{ '+', TOP_WINDOW_LONGER }, { '-', TOP_WINDOW_SHORTER }, { '<', TOP_SORT_LEFT },
	{ '>', TOP_SORT_RIGHT }, { 'r', TOP_REVERSE }, { 'e', TOP_ENDED }, { '/', TOP_FILTER },
	{ 'd', TOP_LET_GO }, { 'm', TOP_SORT_BY + TOP_RSS }, { 'g', TOP_SORT_BY + TOP_GROWN },
	{ 'w', TOP_SORT_BY + TOP_SWAP }, { 'c', TOP_SORT_BY + TOP_CPU },
	{ 'f', TOP_SORT_BY + TOP_MAJFLT }, { 'p', TOP_SORT_BY + TOP_PID },
	{ 'n', TOP_SORT_BY + TOP_NAME },
};

static int find(const struct key *keys, size_t n, int key)
{
	for (size_t i = 0; i < n; i++)
		if (keys[i].key == key)
			return keys[i].command;
	return TOP_NOTHING;
}

bool screen_key(bool typing, int *ret, char *ret_character)
{
	int key = getch();

	if (key == ERR)
		return false;
	*ret_character = '\0';
	*ret = find(always, sizeof(always) / sizeof(always[0]), key);
	if (*ret == TOP_NOTHING && !typing)
		*ret = find(commands, sizeof(commands) / sizeof(commands[0]), key);
	else if (*ret == TOP_NOTHING && key >= ' ' && key <= '~')
		*ret_character = (char)key;
	return true;
}
