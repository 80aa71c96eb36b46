/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_ARRIVALS_H
#define TASKMONITOR_ARRIVALS_H

#include <linux/list.h>
#include <linux/types.h>

struct pid;

/**
 * struct arrival - a process on its way into the registry
 * @node: place in the index
 * @pid: the process, with a reference
 * @follows: the selections that it was born into, as struct monitor has them
 * @told: it has ended, and the stream has its end
 */
struct arrival {
	struct hlist_node node;
	struct pid *pid;
	unsigned long follows;
	bool told;
};

bool arrivals_put(struct pid *pid, unsigned long follows);
bool arrivals_look(struct pid *pid, unsigned long *ret_follows);
void arrivals_end(struct pid *pid);
bool arrivals_first(struct arrival *ret_arrival);
void arrivals_drop(void);

#endif
