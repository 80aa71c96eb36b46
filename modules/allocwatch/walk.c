// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose an allocation is: the first caller on the stack that is no helper has it.
 *
 * Data flow: three beginnings, for an event that tells its caller, for one that does not, and for a
 * probe at a function's entry. Most allocations are not the target's, and that is found without
 * walking: by the caller, if it is no helper; else by the words on the stack, none of which is an
 * address in the target. What is left is walked with the kernel's own unwinder up to the first
 * caller that is no helper, and, if that is the target, further, for the site.
 *
 * Locking: none; the stack is the running task's own, or that of the interrupt in it.
 */
#include <linux/sched/task_stack.h>

#include "compat/unwind.h"
#include "caller.h"
#include "tally.h"
#include "target.h"
#include "walk.h"

/* Between the hook and the allocator's caller: the hook, the tracepoint, the allocator. */
#define OWN_FRAMES 10

/*
 * Whether some word from @from to the end of the task's stack can be an address in the target. On
 * another stack, that of an interrupt, the answer is yes: it has to be walked.
 */
static bool stack_has_target(unsigned long from)
{
	unsigned long begin = (unsigned long)task_stack_page(current);
	unsigned long at = ALIGN(from, sizeof(long));

	if (from - begin >= THREAD_SIZE)
		return true;
	for (; at < begin + THREAD_SIZE; at += sizeof(long))
		if (target_has(READ_ONCE_NOCHECK(*(unsigned long *)at)))
			return true;
	return false;
}

/* How far up the stack a frame's return address is. */
static u16 place(struct walk *walk, const unsigned long *first, const unsigned long *slot)
{
	unsigned long words = slot - first;

	if (!first || !slot || words >= THREAD_SIZE / sizeof(*slot))
		walk->placed = false;
	return words;
}

/* The unwinder is at the first of the frames that count. */
static bool collect(struct walk *walk, enum space space, struct unwind_state *state)
{
	const unsigned long *first = kml_unwind_slot(state);
	int funnels = 0;
	bool found = false;

	walk->placed = true;
	for (walk->frames = 0; walk->frames < SITE_FRAMES && !unwind_done(state);
	     unwind_next_frame(state)) {
		unsigned long address = unwind_get_return_address(state);

		if (!address)
			break;
		if (!found) {
			found = target_has(address);
			if (!found && !caller_passes(address, space))
				return false;
			/* Asked by itself, it is about its own business. */
			if (!found && caller_is_funnel(address) && ++funnels > 1)
				return false;
		}
		walk->slot[walk->frames] = place(walk, first, kml_unwind_slot(state));
		walk->frame[walk->frames++] = address;
		/* Behind it is what an interrupt has interrupted. */
		if (unwind_get_entry_regs(state, NULL))
			break;
	}
	return found;
}

/**
 * walk_from_caller() - of an event that tells who has called the allocator
 * @walk: where the stack is put
 * @space: of what is allocated
 * @caller: where the call returns to, not a foreign one
 *
 * Context: any but NMI, hooks included.
 * Return: true if the allocation is the target's.
 */
bool walk_from_caller(struct walk *walk, enum space space, unsigned long caller)
{
	bool own = target_has(caller);
	struct unwind_state state;
	int i;

	if (!own && !stack_has_target((unsigned long)&state))
		return false;
	tally_inc(TALLY_WALKS);
	unwind_start(&state, current, NULL, NULL);
	for (i = 0; i < OWN_FRAMES && !unwind_done(&state); i++) {
		if (unwind_get_return_address(&state) == caller)
			return collect(walk, space, &state);
		unwind_next_frame(&state);
	}
	/* The stack cannot be walked so far. */
	walk->frame[0] = caller;
	walk->frames = 1;
	walk->placed = false;
	return own;
}

/**
 * walk_from_here() - of an event that does not tell
 * @walk: where the stack is put
 * @space: of what is allocated
 *
 * Context: any but NMI, hooks included.
 * Return: true if the allocation is the target's.
 */
bool walk_from_here(struct walk *walk, enum space space)
{
	struct unwind_state state;

	if (!stack_has_target((unsigned long)&state))
		return false;
	tally_inc(TALLY_WALKS);
	unwind_start(&state, current, NULL, NULL);
	while (!unwind_done(&state) &&
	       within_module_core(unwind_get_return_address(&state), THIS_MODULE))
		unwind_next_frame(&state);
	return collect(walk, space, &state);
}

/**
 * walk_from_entry() - of a probe at the entry of the allocator
 * @walk: where the stack is put
 * @space: of what is allocated
 * @regs: as they are there
 *
 * Context: any but NMI, hooks included.
 * Return: true if the allocation is the target's.
 */
bool walk_from_entry(struct walk *walk, enum space space, struct pt_regs *regs)
{
	unsigned long caller = *(unsigned long *)kernel_stack_pointer(regs);
	struct unwind_state state;

	/* Most are not the target's, and that is found by the caller alone. */
	if (!target_has(caller) &&
	    (!caller_passes(caller, space) || !stack_has_target(kernel_stack_pointer(regs))))
		return false;
	tally_inc(TALLY_WALKS);
	/* Begins behind the function that the registers are of. */
	unwind_start(&state, current, regs, NULL);
	return collect(walk, space, &state);
}
