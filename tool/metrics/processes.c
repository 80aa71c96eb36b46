// SPDX-License-Identifier: GPL-2.0-only
#include "metrics/processes.h"

void processes_init(struct processes *processes)
{
	processes->unused = NULL;
	processes->n = 0;
	for (size_t i = PROCESSES_MAX; i--;) {
		processes->chains[i] = NULL;
		processes->all[i] = (struct process_state){ .next = processes->unused };
		processes->unused = &processes->all[i];
	}
}

static struct process_state **chain_of(struct processes *processes, int32_t pid)
{
	return &processes->chains[(uint32_t)pid % PROCESSES_MAX];
}

struct process_state *processes_find(struct processes *processes, int32_t pid, uint64_t start)
{
	struct process_state *process = *chain_of(processes, pid);

	while (process && (process->pid != pid || process->start != start))
		process = process->next;
	return process;
}

struct process_state *processes_add(struct processes *processes, int32_t pid, uint64_t start)
{
	struct process_state **chain = chain_of(processes, pid), *process = processes->unused;

	if (!process)
		return NULL;
	processes->unused = process->next;
	*process = (struct process_state){ .pid = pid, .start = start, .next = *chain, .told = true };
	*chain = process;
	processes->n++;
	return process;
}

void processes_remove(struct processes *processes, struct process_state *process)
{
	struct process_state **at = chain_of(processes, process->pid);

	while (*at != process)
		at = &(*at)->next;
	*at = process->next;
	*process = (struct process_state){ .next = processes->unused };
	processes->unused = process;
	processes->n--;
}

/* Who is not there has no number: nobody's is 0. */
struct process_state *processes_next(const struct processes *processes,
				     const struct process_state *process)
{
	size_t i = process ? (size_t)(process - processes->all) + 1 : 0;

	while (i < PROCESSES_MAX && !processes->all[i].pid)
		i++;
	return i < PROCESSES_MAX ? (struct process_state *)&processes->all[i] : NULL;
}
