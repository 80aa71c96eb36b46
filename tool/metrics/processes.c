// SPDX-License-Identifier: GPL-2.0-only
#include "metrics/processes.h"

void processes_init(struct processes *processes)
{
	identities_init(&processes->identities, processes->places, processes->chains,
			PROCESSES_MAX);
}

static struct process_state *at(const struct processes *processes, uint32_t place)
{
	return place == IDENTITIES_NONE ? NULL : (struct process_state *)&processes->all[place];
}

struct process_state *processes_find(struct processes *processes, int32_t pid, uint64_t start)
{
	return at(processes, identities_find(&processes->identities, pid, start));
}

struct process_state *processes_add(struct processes *processes, int32_t pid, uint64_t start)
{
	struct process_state *process =
		at(processes, identities_add(&processes->identities, pid, start));

	if (process)
		*process = (struct process_state){ .start = start, .told = true };
	return process;
}

static uint32_t place_of(const struct processes *processes, const struct process_state *process)
{
	return process ? (uint32_t)(process - processes->all) : IDENTITIES_NONE;
}

void processes_remove(struct processes *processes, struct process_state *process)
{
	identities_remove(&processes->identities, place_of(processes, process));
}

struct process_state *processes_next(const struct processes *processes,
				     const struct process_state *process)
{
	return at(processes, identities_next(&processes->identities, place_of(processes, process)));
}
