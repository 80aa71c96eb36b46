// SPDX-License-Identifier: GPL-2.0-only
#include "shared.h"
#include "targets.h"

pid_t target(unsigned int index)
{
	return __atomic_load_n(&shared->target[index], __ATOMIC_RELAXED);
}

void set_target(unsigned int index, pid_t pid)
{
	__atomic_store_n(&shared->target[index], pid, __ATOMIC_RELAXED);
}

bool is_worker(unsigned int index)
{
	return index >= TARGETS;
}
