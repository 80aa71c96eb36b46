// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which call for memory is to fail: the Nth from a site.
 *
 * Data flow: each call of the target that can be made to fail is counted with its site, by what the
 * target is doing. When the site has the key that was asked for, and the count is the number, the
 * call is due: once.
 *
 * A key is the same each time the target is loaded, and in another machine with the same kernel: it
 * is made of the call stack, where an address in the target counts from the beginning of its code,
 * one in the kernel from a function of the kernel's, and one in another module is its symbol.
 *
 * Locking: none. Counts are atomic, and a key is written by whomever finds none: all would write
 * the same. What is to fail is set while the target is not there (device.c).
 *
 * Lifetime: the counts are allocated once, one for each site there can be.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/jhash.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/siphash.h>
#include <linux/vmalloc.h>

#include "fault.h"

/* In front of an address: what it is counted from. */
#define FROM_TEXT	BIT_ULL(60)
#define FROM_INIT_TEXT	BIT_ULL(61)
#define FROM_SYMBOL	BIT_ULL(62)

/**
 * struct counts - of a site
 * @key: 0 until it is known
 * @all: calls
 * @in: of these, how many in each phase
 */
struct counts {
	u64 key;
	atomic_long_t all;
	atomic_long_t in[PHASE_COUNT];
};

static struct counts *counts;
static u32 limit;

static u64 due_key;
static unsigned long due_call;
static atomic_t has_failed;
static struct fault failed;

/* --- keys ----------------------------------------------------------------------- */

static noinline u64 symbol_of(unsigned long address)
{
	char name[KSYM_SYMBOL_LEN];
	int length = sprint_symbol(name, address - 1);

	return FROM_SYMBOL | jhash(name, max(length, 0), 0);
}

static u64 place_of(unsigned long address)
{
	if (address - target_text.start < target_text.size)
		return FROM_TEXT | (address - target_text.start);
	if (address - target_init_text.start < target_init_text.size)
		return FROM_INIT_TEXT | (address - target_init_text.start);
	if (address >= MODULES_VADDR && address < MODULES_END)
		return symbol_of(address);
	/* All the kernel's own code is moved as one piece. */
	return (u32)(address - (unsigned long)_printk);
}

static u64 make_key(const struct walk *walk, unsigned int function)
{
	static const siphash_key_t fixed = { { 0x6b6d656d6c616221, 0x6661756c74732121 } };
	u64 key = function;
	int i;

	for (i = 0; i < walk->frames; i++)
		key = siphash_2u64(key, place_of(walk->frame[i]), &fixed);
	return key ?: 1;
}

/* --- counting --------------------------------------------------------------------- */

/* Once. */
static bool fails(u64 key, unsigned long call, enum target_phase phase)
{
	if (atomic_cmpxchg(&has_failed, 0, 1))
		return false;
	failed = (struct fault){ .key = key, .call = call, .phase = phase };
	return true;
}

/**
 * fault_is_due() - a call for memory that the target makes
 * @walk: its stack
 * @function: number of what is called
 *
 * Context: hooks.
 * Return: true if it is to fail.
 */
bool fault_is_due(const struct walk *walk, unsigned int function)
{
	enum target_phase phase = target_phase();
	u32 site = site_find(walk->frame, walk->frames, ALLOCATOR_CALL + function);
	unsigned long call;
	struct counts *at;

	if (site == SITE_NONE)
		return false;
	at = &counts[site];
	if (!READ_ONCE(at->key))
		WRITE_ONCE(at->key, make_key(walk, function));
	atomic_long_inc(&at->in[phase]);
	call = atomic_long_inc_return(&at->all);
	return at->key == due_key && call == due_call && fails(at->key, call, phase);
}

/**
 * fault_calls() - what a site has asked for
 * @site: its number
 *
 * Context: any.
 * Return: that; nothing for one of allocations that have been made.
 */
struct fault_calls fault_calls(u32 site)
{
	struct fault_calls calls = {};
	int i;

	if (site >= limit)
		return calls;
	calls.key = READ_ONCE(counts[site].key);
	for (i = 0; i < PHASE_COUNT; i++)
		calls.calls[i] = atomic_long_read(&counts[site].in[i]);
	return calls;
}

/* --- what is to fail -------------------------------------------------------------- */

/**
 * fault_arm() - make a call fail
 * @key: of a site
 * @call: which of its calls, from 1
 *
 * Context: any, while the target is not there.
 */
void fault_arm(u64 key, unsigned long call)
{
	due_key = key;
	due_call = call;
	atomic_set(&has_failed, 0);
}

/**
 * fault_has_been() - whether the call has been made and has failed
 * @ret_fault: which it was
 *
 * Context: any.
 * Return: true if it has.
 */
bool fault_has_been(struct fault *ret_fault)
{
	*ret_fault = failed;
	return atomic_read(&has_failed);
}

/**
 * fault_reset() - forget the counts, and let nothing fail
 *
 * No hook runs meanwhile. Context: any.
 */
void fault_reset(void)
{
	if (counts)
		memset(counts, 0, array_size(limit, sizeof(*counts)));
	fault_arm(0, 0);
}

/**
 * fault_init() - room for counts
 * @sites: how many sites there can be
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int fault_init(u32 sites)
{
	counts = vzalloc(array_size(sites, sizeof(*counts)));
	if (!counts)
		return -ENOMEM;
	limit = sites;
	return 0;
}

/**
 * fault_exit() - no hook runs any more
 *
 * Context: may sleep.
 */
void fault_exit(void)
{
	vfree(counts);
	counts = NULL;
	limit = 0;
}
