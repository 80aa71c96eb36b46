/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_VERDICT_H
#define KMEMLAB_INIT_VERDICT_H

/* The three things that the host is told, each a line, and the end. */

/* The machine is about to run the command. */
void verdict_ready(void);

/* What goes wrong before that. The host shows the reason. */
void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...);

/* How the command ended, by its wait status. The host ends the machine then. */
void __attribute__((noreturn)) verdict_give(int status);

void __attribute__((noreturn)) power_off(void);

#endif
