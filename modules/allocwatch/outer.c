// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that can be made to fail, and how they are: a probe at the entry of the function lets
 * it return at once what it returns without memory. Nothing of it runs.
 *
 * Data flow: a probe asks whose the call is (walk.c), and whether it is due (fault.c). A call that
 * another of these functions makes to serve its own is not counted: it would only show how well
 * that one falls back. What cannot fail is not made to.
 *
 * Locking: a probe runs with preemption off, and takes the locks of the sites. One that is hit
 * inside another probe's handler is not run; the kernel counts those.
 *
 * Lifetime: of two probes at a function, the one that was placed last runs first, and only one that
 * is there before any is switched on decides how calls are led to it. So these are placed between
 * those of probes.c and their switching on. A probe that is optimized into a jump could not change
 * where to go on; one with a post_handler never is.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/mm.h>
#include <linux/objtool.h>
#include <linux/slab.h>

#include "compat/outer.h"
#include "caller.h"
#include "fault.h"
#include "outer.h"
#include "record.h"

/* Without a prototype in a header, as the compiler is not to know what it does. */
asmlinkage void allocwatch_only_return(void);

asm(".text\n"
	".type allocwatch_only_return, @function\n"
	".globl allocwatch_only_return\n"
	"allocwatch_only_return:\n"
	ANNOTATE_NOENDBR "\n"
	ASM_RET
	".size allocwatch_only_return, .-allocwatch_only_return\n");

/* --- what can fail ------------------------------------------------------------ */

static unsigned long argument(struct pt_regs *regs, unsigned int n)
{
	return regs_get_kernel_argument(regs, n);
}

/* Of size 0 it frees, and within the object it finds room where it is. */
static bool may_krealloc(struct pt_regs *regs, gfp_t gfp)
{
	const void *object = (void *)argument(regs, KML_KREALLOC_OBJECT);
	size_t size = argument(regs, KML_KREALLOC_SIZE);

	return size && (ZERO_OR_NULL_PTR(object) || is_vmalloc_addr(object) ||
			size > ksize(object));
}

/* Who may wait gets an element some day. */
static bool may_pooled(struct pt_regs *regs, gfp_t gfp)
{
	return !(gfp & __GFP_DIRECT_RECLAIM);
}

static bool may_cache(struct pt_regs *regs, gfp_t gfp)
{
	return !(argument(regs, KML_CACHE_FLAGS) & (__force unsigned long)SLAB_PANIC);
}

/* It returns how many of the array are there, be it from before. */
static bool may_pages_bulk(struct pt_regs *regs, gfp_t gfp)
{
	struct page **array = kml_bulk_array(regs);

	return !array || !*array;
}

/**
 * struct outer - a function through which memory is asked for
 * @what: as it is called in the report
 * @function: the function, by this kernel's name
 * @space: of what it gives
 * @may: whether this call can fail; NULL: each can
 * @failed: what it returns then
 * @name: which of the function's names is there; NULL: none
 * @probe: at its entry
 */
struct outer {
	const char *what;
	struct kml_function function;
	enum space space;
	bool (*may)(struct pt_regs *regs, gfp_t gfp);
	long failed;
	const char *name;
	struct kprobe probe;
};

static struct outer outers[] = {
	{ "kmalloc", KML_OUTER_KMALLOC, SPACE_SLAB },
	{ "kmalloc", KML_OUTER_KMALLOC_CONSTANT, SPACE_SLAB },
	{ "kmalloc", KML_OUTER_KMALLOC_LARGE, SPACE_SLAB },
	{ "kmalloc", KML_OUTER_KMALLOC_NODE, SPACE_SLAB },
	{ "kmalloc", KML_OUTER_KMALLOC_CONSTANT_NODE, SPACE_SLAB },
	{ "kmalloc", KML_OUTER_KMALLOC_LARGE_NODE, SPACE_SLAB },
	{ "kmalloc", KML_OUTER_KMALLOC_TRACK, SPACE_SLAB },
	{ "kmalloc_nolock", KML_OUTER_KMALLOC_NOLOCK, SPACE_SLAB },
	{ "krealloc", KML_OUTER_KREALLOC, SPACE_SLAB, may_krealloc },
	{ "kvmalloc", KML_OUTER_KVMALLOC, SPACE_SLAB },
	{ "kmem_cache_alloc", KML_OUTER_OBJECT, SPACE_SLAB },
	{ "kmem_cache_alloc", KML_OUTER_OBJECT_NODE, SPACE_SLAB },
	{ "kmem_cache_alloc", KML_OUTER_OBJECT_LRU, SPACE_SLAB },
	{ "kmem_cache_alloc_bulk", KML_OUTER_OBJECTS, SPACE_SLAB },
	{ "kmem_cache_create", KML_OUTER_CACHE, SPACE_CACHE, may_cache },
	{ "mempool_alloc", KML_OUTER_POOLED, SPACE_SLAB, may_pooled },
	{ "alloc_pages", KML_OUTER_PAGES, SPACE_PAGES },
	{ "alloc_pages_bulk", KML_OUTER_PAGES_BULK, SPACE_PAGES, may_pages_bulk },
	{ "vmalloc", KML_OUTER_VMALLOC, SPACE_AREA },
	{ "vmap", KML_OUTER_VMAP, SPACE_AREA },
	{ "alloc_percpu", KML_OUTER_PERCPU, SPACE_PERCPU },
	{ "alloc_skb", KML_OUTER_SKB, SPACE_SLAB },
	{ "kthread_create", KML_OUTER_THREAD, SPACE_SLAB, NULL, -ENOMEM },
};

/* There is nothing to tell of before. */
static bool tried;

/* --- the probes ------------------------------------------------------------------ */

static bool may_fail(const struct outer *outer, struct pt_regs *regs)
{
	gfp_t gfp = 0;

	if (outer->function.gfp != KML_NO_FLAGS)
		gfp = (__force gfp_t)argument(regs, outer->function.gfp);
	return !(gfp & __GFP_NOFAIL) && (!outer->may || outer->may(regs, gfp));
}

/* Whether another of these functions is between the target and this one. */
static bool is_inner(const struct walk *walk)
{
	int i;

	for (i = 0; i < walk->frames && !target_has(walk->frame[i]); i++)
		if (caller_is_outer(walk->frame[i]))
			return true;
	return false;
}

static int on_call(struct kprobe *probe, struct pt_regs *regs)
{
	const struct outer *outer = container_of(probe, struct outer, probe);
	struct walk walk;

	if (!target_is_there() || !record_wanted() ||
	    !walk_from_entry(&walk, outer->space, regs) || is_inner(&walk) ||
	    !may_fail(outer, regs) || !fault_is_due(&walk, outer - outers))
		return 0;
	kml_leave_at_once(regs, outer->failed, allocwatch_only_return);
	return 1;
}

static void after_call(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static void place(struct outer *outer)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(outer->function.name) && !outer->name; i++) {
		if (!outer->function.name[i])
			break;
		outer->probe = (struct kprobe){
			.symbol_name = outer->function.name[i],
			.pre_handler = on_call,
			.post_handler = after_call,
		};
		if (!register_kprobe(&outer->probe))
			outer->name = outer->function.name[i];
	}
}

/**
 * outer_init() - be able to let calls fail
 *
 * What cannot be had is told by outer_tell(). Context: sleeps.
 */
void outer_init(void)
{
	int i;

	tried = true;
	for (i = 0; i < ARRAY_SIZE(outers); i++)
		place(&outers[i]);
}

/**
 * outer_exit() - no probe runs any more when this returns
 *
 * Context: sleeps.
 */
void outer_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(outers); i++)
		if (outers[i].name)
			unregister_kprobe(&outers[i].probe);
}

/**
 * outer_tell() - what has become of a probe
 * @index: from 0
 * @ret_state: that; its name is the first one of the function's if there is none
 *
 * Context: any.
 * Return: false behind the last one, and before outer_init().
 */
bool outer_tell(unsigned int index, struct hook_state *ret_state)
{
	if (!tried || index >= ARRAY_SIZE(outers))
		return false;
	*ret_state = (struct hook_state){
		.name = outers[index].name ?: outers[index].function.name[0],
		.placed = outers[index].name,
		.missed = outers[index].probe.nmissed,
	};
	return true;
}

/**
 * outer_name() - what a function is called in the report
 * @function: its number
 *
 * Context: any.
 * Return: a word.
 */
const char *outer_name(unsigned int function)
{
	return outers[function].what;
}
