// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "record/tracked.h"

int tracked_init(struct tracked_table *table, uint32_t max)
{
	struct identity *places = calloc(max, sizeof(*places));
	uint32_t *chains = calloc(max, sizeof(*chains));

	*table = (struct tracked_table){ .all = calloc(max, sizeof(*table->all)) };
	table->identities = (struct identities){ .all = places, .chains = chains };
	if (!table->all || !places || !chains)
		return -ENOMEM;
	identities_init(&table->identities, places, chains, max);
	return 0;
}

void tracked_free(struct tracked_table *table)
{
	free(table->identities.all);
	free(table->identities.chains);
	free(table->all);
}

static struct tracked *at(const struct tracked_table *table, uint32_t place)
{
	return place == IDENTITIES_NONE ? NULL : &table->all[place];
}

size_t tracked_place(const struct tracked_table *table, const struct tracked *process)
{
	return (size_t)(process - table->all);
}

struct tracked *tracked_find(const struct tracked_table *table, int32_t pid, uint64_t start)
{
	return at(table, identities_find(&table->identities, pid, start));
}

struct tracked *tracked_add(struct tracked_table *table, int32_t pid, uint64_t start)
{
	struct tracked *process = at(table, identities_add(&table->identities, pid, start));

	if (process)
		*process = (struct tracked){ .pid = pid, .start = start, .told = true };
	return process;
}

void tracked_end(struct tracked_table *table, struct tracked *process)
{
	table->n_ended += !process->ended;
	process->ended = true;
}

void tracked_remove(struct tracked_table *table, struct tracked *process)
{
	table->n_ended -= process->ended;
	identities_remove(&table->identities, (uint32_t)tracked_place(table, process));
}

struct tracked *tracked_next(const struct tracked_table *table, const struct tracked *process)
{
	uint32_t place = process ? (uint32_t)tracked_place(table, process) : IDENTITIES_NONE;

	return at(table, identities_next(&table->identities, place));
}
