// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "metrics/names.h"

/* A name that comes has to have that many times the share of the one that goes. */
#define WORTH_IT 2

void names_init(struct names *names, size_t shown_max)
{
	memset(names, 0, sizeof(*names));
	names->n = 1;
	names->next = 1;
	names->shown_max = shown_max;
}

/* One that nobody would miss. */
static struct name *unused(struct names *names)
{
	if (names->n < NAMES_MAX)
		return &names->all[names->n++];
	for (size_t i = 1; i < NAMES_MAX; i++) {
		struct name *name = &names->all[names->next];

		names->next = names->next + 1 < NAMES_MAX ? names->next + 1 : 1;
		if (!name->processes && !name->shown)
			return name;
	}
	return NULL;
}

size_t names_find(struct names *names, const char *comm)
{
	struct name *name;

	for (size_t i = 1; i < names->n; i++)
		if (!strncmp(names->all[i].comm, comm, NAME_SIZE - 1))
			return i;
	name = unused(names);
	if (!name)
		return NAMES_REST;
	*name = (struct name){};
	memcpy(name->comm, comm, strnlen(comm, NAME_SIZE - 1));
	return (size_t)(name - names->all);
}

/* The time before @window is forgotten, but for the one just before. */
static void move_on(struct name *name, uint64_t window)
{
	if (window <= name->window)
		return;
	name->cpu[1] = window == name->window + 1 ? name->cpu[0] : 0;
	name->cpu[0] = 0;
	name->window = window;
}

void names_use(struct names *names, size_t index, const struct usage *usage, uint64_t window)
{
	struct name *name = &names->all[index];
	struct usage *counts = name->shown ? &name->usage : &names->all[NAMES_REST].usage;

	counts->usr += usage->usr;
	counts->sys += usage->sys;
	counts->minflt += usage->minflt;
	counts->majflt += usage->majflt;
	move_on(name, window);
	name->cpu[0] += usage->usr + usage->sys;
}

static double share(struct name *name, uint64_t step, uint64_t memory_kib, uint64_t window_ns)
{
	double memory = (double)peak_most(&name->resident, step) / (double)memory_kib;
	uint64_t most;

	move_on(name, step / PEAK_STEPS);
	most = name->cpu[0] > name->cpu[1] ? name->cpu[0] : name->cpu[1];
	return memory > (double)most / (double)window_ns ? memory :
							   (double)most / (double)window_ns;
}

void names_rank(struct names *names, uint64_t step, uint64_t memory_kib, uint64_t window_ns)
{
	double shares[NAMES_MAX];

	for (size_t i = 1; i < names->n; i++)
		shares[i] = share(&names->all[i], step, memory_kib, window_ns);
	for (;;) {
		size_t best = 0, worst = 0;

		for (size_t i = 1; i < names->n; i++) {
			size_t *of = names->all[i].shown ? &worst : &best;

			if (!*of || (of == &best) == (shares[i] > shares[*of]))
				*of = i;
		}
		if (!best || shares[best] <= 0)
			return;
		if (names->shown < names->shown_max)
			names->shown++;
		else if (worst && shares[best] > WORTH_IT * shares[worst])
			names->all[worst].shown = false;
		else
			return;
		names->all[best].shown = true;
	}
}
