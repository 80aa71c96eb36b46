// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes that hooks have found to be selected, until there is time to add them.
 *
 * Data flow: a hook puts them in, where nothing can be allocated or waited for; one worker takes
 * them out, in that order. A process stays here until the worker is through with it: so whoever
 * looks here first, and then into the registry, misses none that is on its way.
 *
 * Locking: a raw spinlock with interrupts off, for a few instructions; nothing nests inside it.
 * That there is nobody, the usual case, is seen without it.
 *
 * Lifetime: an arrival has a reference to its struct pid. The table is there from the start.
 */
#include <linux/bits.h>
#include <linux/hash.h>
#include <linux/pid.h>
#include <linux/spinlock.h>

#include "arrivals.h"

#define LENGTH_BITS 10
#define LENGTH BIT(LENGTH_BITS)

static DEFINE_RAW_SPINLOCK(lock);
static struct arrival table[LENGTH];
static struct hlist_head by_pid[LENGTH];
static u32 first, count;

static struct hlist_head *bucket_of(struct pid *pid)
{
	return &by_pid[hash_ptr(pid, LENGTH_BITS)];
}

static struct arrival *find(struct pid *pid)
{
	struct arrival *arrival;

	lockdep_assert_held(&lock);
	hlist_for_each_entry(arrival, bucket_of(pid), node)
		if (arrival->pid == pid)
			return arrival;
	return NULL;
}

static bool is_empty(void)
{
	/* Pairs with the release in arrivals_drop(): whoever has left is seen in the registry. */
	return !smp_load_acquire(&count);
}

/**
 * arrivals_put() - one more process
 * @pid: that of the process; a reference is taken
 * @follows: added to what is known of it
 *
 * Context: any but NMI; does not sleep, allocate or print.
 * Return: true when it is here, perhaps from before; false: there is no room.
 */
bool arrivals_put(struct pid *pid, unsigned long follows)
{
	struct arrival *arrival;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	arrival = find(pid);
	if (arrival) {
		arrival->follows |= follows;
	} else if (count < LENGTH) {
		arrival = &table[(first + count) % LENGTH];
		arrival->pid = get_pid(pid);
		arrival->follows = follows;
		arrival->told = false;
		hlist_add_head(&arrival->node, bucket_of(pid));
		WRITE_ONCE(count, count + 1);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return arrival;
}

/**
 * arrivals_look() - is a process on its way?
 * @pid: that of the process
 * @ret_follows: what is known of it, 0 when it is not here
 *
 * Context: any but NMI; does not sleep.
 * Return: true when it is.
 */
bool arrivals_look(struct pid *pid, unsigned long *ret_follows)
{
	struct arrival *arrival;
	unsigned long flags;

	*ret_follows = 0;
	if (is_empty())
		return false;
	raw_spin_lock_irqsave(&lock, flags);
	arrival = find(pid);
	if (arrival)
		*ret_follows = arrival->follows;
	raw_spin_unlock_irqrestore(&lock, flags);
	return arrival;
}

/**
 * arrivals_end() - the stream has the end of a process
 * @pid: that of the process
 *
 * Context: any but NMI; does not sleep.
 */
void arrivals_end(struct pid *pid)
{
	struct arrival *arrival;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	arrival = find(pid);
	if (arrival)
		arrival->told = true;
	raw_spin_unlock_irqrestore(&lock, flags);
}

/**
 * arrivals_first() - who has been waiting longest
 * @ret_arrival: set when there is somebody; its @pid stays until arrivals_drop()
 *
 * For the worker alone. Context: any but NMI; does not sleep.
 * Return: true when there is somebody.
 */
bool arrivals_first(struct arrival *ret_arrival)
{
	unsigned long flags;
	bool found;

	raw_spin_lock_irqsave(&lock, flags);
	found = count;
	if (found)
		*ret_arrival = table[first];
	raw_spin_unlock_irqrestore(&lock, flags);
	return found;
}

/**
 * arrivals_drop() - the first one is in the registry, or will not be
 *
 * For the worker alone. Context: any but NMI; does not sleep.
 */
void arrivals_drop(void)
{
	struct arrival *arrival;
	unsigned long flags;
	struct pid *pid;

	raw_spin_lock_irqsave(&lock, flags);
	arrival = &table[first];
	pid = arrival->pid;
	hlist_del(&arrival->node);
	first = (first + 1) % LENGTH;
	/* Pairs with the acquire in is_empty(). */
	smp_store_release(&count, count - 1);
	raw_spin_unlock_irqrestore(&lock, flags);
	put_pid(pid);
}
