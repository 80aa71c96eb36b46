/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_PORTS_H
#define KMEMLAB_INIT_PORTS_H

/* The virtio-serial ports to the host. They do not block. */
enum port {
	PORT_VERDICT,
	PORT_STDOUT,
	PORT_STDERR,
	PORT_STDIN,
	PORT_COUNT,
};

/* -1: not open. */
extern int ports[PORT_COUNT];

/* Waits until they are all there; that of a recording, if the plan has one, is left to a recorder. */
void ports_open(void);

#endif
