/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_RELAY_H
#define KMEMLAB_INIT_RELAY_H

#include <stdbool.h>

#include "ports.h"

/* Moves what the command prints from its pipes to the ports. */
void relay_begin(int out, int err);

/* Moves what the command prints from its terminal to a port, and what is typed the other way. */
void relay_begin_terminal(int terminal);

/* Moves some, without waiting. */
void relay_now(void);

/* Waits until something can move or a child has ended; -1 of @timeout_ms is for ever. */
void relay_wait(int children, int timeout_ms);

/* True when everything it prints from has ended and the host has everything. */
bool relay_done(void);

/* How many bytes went to that port. */
unsigned long long relay_total(enum port port);

#endif
