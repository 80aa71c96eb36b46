/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_QEMU_H
#define KMEMLAB_MACHINE_QEMU_H

#include <stdbool.h>
#include <sys/types.h>

#include "machine/config.h"
#include "machine/kernel.h"
#include "machine/rundir.h"

enum machine_port {
	PORT_VERDICT,
	PORT_STDOUT,
	PORT_STDERR,
	PORT_STDIN,
	PORT_RECORDING,			/* the last: not every machine has it */
	PORT_COUNT,
};

#define NO_PORTS { -1, -1, -1, -1, -1 }

/* A QEMU that runs. It dies with the thread that started it. */
struct qemu {
	pid_t pid;
	int pidfd;
	int ports[PORT_COUNT];		/* our ends, not blocking */
};

/* Finds QEMU in PATH. Returns 0 or -ENOENT. */
int qemu_find(char *ret_path, size_t size);

/* Boots @kernel with the initramfs in @dir. Returns 0 or -errno. */
int qemu_start(const struct kernel *kernel, const struct machine_config *config,
	       const struct rundir *dir, struct qemu *ret_qemu);

/* Boots the same kernel on KVM, with no device but its console. Needs no ports. */
int qemu_start_probe(const struct kernel *kernel, const struct rundir *dir,
		     struct qemu *ret_qemu);

/* Ends it, if it has not ended, and reaps it. Accepts one that was never started. */
void qemu_end(struct qemu *qemu);

#endif
