// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "metrics/victims.h"

static struct victim *find(struct victims *victims, const char *comm)
{
	struct victim *oldest = &victims->all[0];

	for (size_t i = 0; i < victims->n; i++) {
		struct victim *victim = &victims->all[i];

		if (!strncmp(victim->comm, comm, NAME_SIZE - 1))
			return victim;
		if (victim->time < oldest->time)
			oldest = victim;
	}
	if (victims->n < VICTIMS_MAX)
		oldest = &victims->all[victims->n++];
	*oldest = (struct victim){};
	memcpy(oldest->comm, comm, strnlen(comm, NAME_SIZE - 1));
	return oldest;
}

void victims_add(struct victims *victims, const char *comm, uint64_t time, uint64_t resident)
{
	struct victim *victim = find(victims, comm);

	victims->kills++;
	victim->kills++;
	victim->time = time;
	victim->resident = resident;
}
