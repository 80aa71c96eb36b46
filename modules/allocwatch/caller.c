// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of a place in the kernel's code that calls an allocator: whether it is a helper
 * that allocates for its own caller, or somebody whom the memory is for.
 *
 * Data flow: the first time a place is seen its symbol is looked up, and its name in the list of
 * helpers; the answer is kept, so that all later times cost a look at one line of a table.
 *
 * Locking: none. A place in the table is taken by a compare-and-exchange of its address, and never
 * given back; of two CPUs that meet in it both find the same answer.
 *
 * Lifetime: the table is allocated once. A table that is full is no loss: answers are then found
 * anew each time, which is counted.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/vmalloc.h>

#include "caller.h"
#include "helpers.h"
#include "tally.h"

/* Of 16 bytes each. A running system has some thousand places that allocate. */
#define PLACES_BITS 14
/* How many places are looked at for one address. */
#define PROBES 8

#define KNOWN BIT(7)

/**
 * struct place - of the table
 * @address: of the code, 0 for a free place
 * @answer: KNOWN and the spaces that the caller passes through; 0 while it is not there yet
 */
struct place {
	unsigned long address;
	u8 answer;
};

static struct place *places;

/* The address is one to return to: it may be behind the function if that never returns. */
static noinline u8 find_answer(unsigned long address)
{
	char name[KSYM_SYMBOL_LEN];

	if (sprint_symbol_no_offset(name, address - 1) <= 0)
		return KNOWN;
	return KNOWN | helpers_find(name);
}

static noinline u8 learn(unsigned long address)
{
	u32 first = hash_long(address, PLACES_BITS);
	u8 answer = find_answer(address);
	int i;

	for (i = 0; i < PROBES; i++) {
		struct place *place = &places[(first + i) & (BIT(PLACES_BITS) - 1)];
		unsigned long old = cmpxchg(&place->address, 0, address);

		if (!old || old == address) {
			WRITE_ONCE(place->answer, answer);
			return answer;
		}
	}
	tally_inc(TALLY_CROWDED);
	return answer;
}

static u8 ask(unsigned long address)
{
	u32 first = hash_long(address, PLACES_BITS);
	int i;

	for (i = 0; i < PROBES; i++) {
		struct place *place = &places[(first + i) & (BIT(PLACES_BITS) - 1)];
		unsigned long seen = READ_ONCE(place->address);
		u8 answer = READ_ONCE(place->answer);

		if (seen == address && answer)
			return answer;
		if (!seen)
			break;
	}
	return learn(address);
}

/**
 * caller_passes() - whether a caller of an allocator is a helper
 * @address: where the call returns to
 * @space: of what is allocated
 *
 * Context: any, hooks included. The first time for an address takes as long as kallsyms needs.
 * Return: true if what it allocates is its caller's.
 */
bool caller_passes(unsigned long address, enum space space)
{
	return ask(address) & BIT(space);
}

/**
 * caller_is_funnel() - whether a helper is one that is called for its own needs as well
 * @address: where the call returns to
 *
 * Context: any, hooks included.
 * Return: true if it is.
 */
bool caller_is_funnel(unsigned long address)
{
	return ask(address) & HELPER_FUNNEL;
}

/**
 * caller_is_outer() - whether a helper can be made to fail itself
 * @address: where the call returns to
 *
 * Context: any, hooks included.
 * Return: true if it can.
 */
bool caller_is_outer(unsigned long address)
{
	return ask(address) & HELPER_OUTER;
}

/**
 * caller_init() - an empty table
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int caller_init(void)
{
	places = vzalloc(array_size(BIT(PLACES_BITS), sizeof(*places)));
	return places ? 0 : -ENOMEM;
}

/**
 * caller_exit() - nobody asks any more
 *
 * Context: may sleep.
 */
void caller_exit(void)
{
	vfree(places);
}
