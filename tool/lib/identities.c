// SPDX-License-Identifier: GPL-2.0-only
#include "lib/identities.h"

void identities_init(struct identities *identities, struct identity *all, uint32_t *chains,
		     uint32_t max)
{
	*identities = (struct identities){
		.all = all, .chains = chains, .max = max, .unused = IDENTITIES_NONE,
	};
	for (uint32_t i = max; i--;) {
		chains[i] = IDENTITIES_NONE;
		all[i] = (struct identity){ .next = identities->unused };
		identities->unused = i;
	}
}

static uint32_t *chain_of(const struct identities *identities, int32_t pid)
{
	return &identities->chains[(uint32_t)pid % identities->max];
}

uint32_t identities_find(const struct identities *identities, int32_t pid, uint64_t start)
{
	uint32_t place = *chain_of(identities, pid);

	while (place != IDENTITIES_NONE && (identities->all[place].pid != pid ||
					    identities->all[place].start != start))
		place = identities->all[place].next;
	return place;
}

uint32_t identities_add(struct identities *identities, int32_t pid, uint64_t start)
{
	uint32_t *chain = chain_of(identities, pid), place = identities->unused;

	if (place == IDENTITIES_NONE)
		return place;
	identities->unused = identities->all[place].next;
	identities->all[place] = (struct identity){ .pid = pid, .start = start, .next = *chain };
	*chain = place;
	identities->n++;
	return place;
}

void identities_remove(struct identities *identities, uint32_t place)
{
	uint32_t *at = chain_of(identities, identities->all[place].pid);

	while (*at != place)
		at = &identities->all[*at].next;
	*at = identities->all[place].next;
	identities->all[place] = (struct identity){ .next = identities->unused };
	identities->unused = place;
	identities->n--;
}

uint32_t identities_next(const struct identities *identities, uint32_t place)
{
	uint32_t i = place == IDENTITIES_NONE ? 0 : place + 1;

	while (i < identities->max && !identities->all[i].pid)
		i++;
	return i < identities->max ? i : IDENTITIES_NONE;
}
