// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module counts of its own work. Each counter is atomic by itself; together they are as
 * close as they were read.
 */
#include <linux/atomic.h>

#include "tally.h"

static atomic64_t value[TALLY_COUNT];

static const struct {
	const char *name;
	bool loss;
} about[TALLY_COUNT] = {
	[TALLY_ALLOCATED] = { "allocated" },
	[TALLY_FREED] = { "freed" },
	[TALLY_WALKS] = { "walks" },
	[TALLY_NO_OBJECT] = { "no_object", true },
	[TALLY_NO_SITE] = { "no_site", true },
	[TALLY_UNSEEN] = { "unseen_free", true },
	[TALLY_NMI] = { "nmi", true },
	[TALLY_LISTS] = { "page_list", true },
	[TALLY_CROWDED] = { "crowded" },
};

/**
 * tally_add() - count
 * @tally: what
 * @n: how many
 *
 * Context: any, hooks included.
 */
void tally_add(enum tally tally, long n)
{
	atomic64_add(n, &value[tally]);
}

/**
 * tally_read() - how many there were
 * @tally: of what
 *
 * Context: any.
 * Return: the count.
 */
u64 tally_read(enum tally tally)
{
	return atomic64_read(&value[tally]);
}

/**
 * tally_name() - what a counter is called in the report
 * @tally: which
 *
 * Context: any.
 * Return: a word.
 */
const char *tally_name(enum tally tally)
{
	return about[tally].name;
}

/**
 * tally_is_loss() - whether something that was counted here is missing from the report
 * @tally: which
 *
 * Context: any.
 * Return: true if it is.
 */
bool tally_is_loss(enum tally tally)
{
	return about[tally].loss;
}

/**
 * tally_reset() - begin at 0
 *
 * Context: any.
 */
void tally_reset(void)
{
	int i;

	for (i = 0; i < TALLY_COUNT; i++)
		atomic64_set(&value[i], 0);
}
