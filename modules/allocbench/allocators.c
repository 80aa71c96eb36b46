// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of allocators. One more is one more entry at the end of this file, and the functions
 * that it names.
 *
 * What is between the clock's two readings is one of these alloc and free functions, so they do
 * what a caller of the allocator would do, and nothing else.
 *
 * Locking: none; what a subject has is set up before it is used, and the allocators lock for
 * themselves. Fragments are those of the CPU that the thread stays on.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "allocators.h"
#include "compat/cache.h"
#include "compat/pages.h"

/* What cannot be had is told by the run, not by the kernel. */
#define GFP (GFP_KERNEL | __GFP_NOWARN)

#define LARGEST_PAGES (MAX_ORDER_NR_PAGES * PAGE_SIZE)

/* --- none: what the instrument itself takes, and what it shows of a known length ------------ */

static bool alloc_nothing(struct subject *subject, void **held)
{
	*held = subject;
	return *held;
}

static void free_nothing(struct subject *subject, void **held)
{
	*held = NULL;
}

/* Two instructions a round, whatever the compiler thinks of it. */
static bool alloc_delay(struct subject *subject, void **held)
{
	unsigned long rounds = subject->size;

	asm volatile("1: dec %0\n\tjnz 1b" : "+r" (rounds) : : "cc");
	return alloc_nothing(subject, held);
}

/* --- pages ---------------------------------------------------------------------------------- */

static bool alloc_order(struct subject *subject, void **held)
{
	*held = alloc_pages(GFP, subject->order);
	return *held;
}

static void free_order(struct subject *subject, void **held)
{
	__free_pages(*held, subject->order);
}

/* It hands out fewer when that is easier, and is then asked again for the others. */
static bool alloc_bulk_of_pages(struct subject *subject, void **held)
{
	struct page **pages = (struct page **)held;
	unsigned long count = 0, before;

	memset(held, 0, BULK * sizeof(*held));
	do {
		before = count;
		count = kml_alloc_pages_bulk(GFP, BULK, pages);
	} while (count < BULK && count > before);
	if (count == BULK)
		return true;
	while (count)
		__free_page(pages[--count]);
	return false;
}

static void free_bulk_of_pages(struct subject *subject, void **held)
{
	unsigned int i;

	for (i = 0; i < BULK; i++)
		__free_page(held[i]);
}

static bool alloc_zeroed(struct subject *subject, void **held)
{
	*held = (void *)get_zeroed_page(GFP);
	return *held;
}

static void free_zeroed(struct subject *subject, void **held)
{
	free_page((unsigned long)*held);
}

static size_t usable_pages(struct subject *subject, void **held)
{
	return PAGE_SIZE << subject->order;
}

/* --- kmalloc -------------------------------------------------------------------------------- */

static bool alloc_kmalloc(struct subject *subject, void **held)
{
	*held = kmalloc(subject->size, GFP);
	return *held;
}

static bool alloc_kzalloc(struct subject *subject, void **held)
{
	*held = kzalloc(subject->size, GFP);
	return *held;
}

static void free_kmalloc(struct subject *subject, void **held)
{
	kfree(*held);
}

/* Index of kmalloc's cache for a size: two are no powers of two. */
static unsigned int index_of(size_t size)
{
	if (size > 64 && size <= 96)
		return 1;
	if (size > 128 && size <= 192)
		return 2;
	return max(order_base_2(size), KMALLOC_SHIFT_LOW);
}

/* Hardened kernels have some caches of each size, and choose by who calls. */
static void drain_kmalloc(struct subject *subject)
{
	unsigned int type;

	for (type = 0; type < NR_KMALLOC_TYPES; type++)
		if (kmalloc_caches[type][index_of(subject->size)])
			kmem_cache_shrink(kmalloc_caches[type][index_of(subject->size)]);
}

static size_t usable_object(struct subject *subject, void **held)
{
	return ksize(*held);
}

/* --- an own cache --------------------------------------------------------------------------- */

#define CACHE_NAME "allocbench"

static int setup_cache(struct subject *subject)
{
	subject->cache = kml_cache_create(CACHE_NAME, subject->size, 0, 0);
	return subject->cache ? 0 : -ENOMEM;
}

static int setup_aligned(struct subject *subject)
{
	subject->cache = kml_cache_create(CACHE_NAME, subject->size, 0, SLAB_HWCACHE_ALIGN);
	return subject->cache ? 0 : -ENOMEM;
}

/* What it does is no matter: it runs once for an object, and not when that is used again. */
static void construct(void *object)
{
	*(unsigned long *)object = (unsigned long)object;
}

/* One with a constructor is never merged with another one. */
static int setup_constructed(struct subject *subject)
{
	subject->cache = kmem_cache_create(CACHE_NAME, subject->size, 0, 0, construct);
	return subject->cache ? 0 : -ENOMEM;
}

static bool alloc_object(struct subject *subject, void **held)
{
	*held = kmem_cache_alloc(subject->cache, GFP);
	return *held;
}

static void free_object(struct subject *subject, void **held)
{
	kmem_cache_free(subject->cache, *held);
}

static bool alloc_bulk_of_objects(struct subject *subject, void **held)
{
	return kmem_cache_alloc_bulk(subject->cache, GFP, BULK, held);
}

static void free_bulk_of_objects(struct subject *subject, void **held)
{
	kmem_cache_free_bulk(subject->cache, BULK, held);
}

static void drain_cache(struct subject *subject)
{
	kmem_cache_shrink(subject->cache);
}

static void teardown_cache(struct subject *subject)
{
	kmem_cache_destroy(subject->cache);
}

/* --- a pool above one ----------------------------------------------------------------------- */

static void *take_element(gfp_t gfp, void *data)
{
	struct subject *subject = data;

	return subject->starving ? NULL : kmem_cache_alloc(subject->cache, gfp);
}

static void give_element(void *element, void *data)
{
	struct subject *subject = data;

	kmem_cache_free(subject->cache, element);
}

static int setup_pool(struct subject *subject)
{
	int err = setup_cache(subject);

	if (err)
		return err;
	subject->pool = mempool_create_slab_pool(1, subject->cache);
	return subject->pool ? 0 : -ENOMEM;
}

/* The reserve has as many as are ever held, and nothing comes after them. */
static int setup_reserve(struct subject *subject)
{
	int err = setup_cache(subject);

	if (err)
		return err;
	subject->pool = mempool_create(subject->held, take_element, give_element, subject);
	if (!subject->pool)
		return -ENOMEM;
	subject->starving = true;
	return 0;
}

static bool alloc_element(struct subject *subject, void **held)
{
	*held = mempool_alloc(subject->pool, GFP);
	return *held;
}

/* Where there is nothing left it is not waited for. */
static bool alloc_reserved(struct subject *subject, void **held)
{
	*held = mempool_alloc(subject->pool, GFP_NOWAIT | __GFP_NOWARN);
	return *held;
}

static void free_element(struct subject *subject, void **held)
{
	mempool_free(*held, subject->pool);
}

static void teardown_pool(struct subject *subject)
{
	mempool_destroy(subject->pool);
	kmem_cache_destroy(subject->cache);
}

/* --- areas ---------------------------------------------------------------------------------- */

static bool alloc_area(struct subject *subject, void **held)
{
	*held = __vmalloc(subject->size, GFP);
	return *held;
}

static void free_area(struct subject *subject, void **held)
{
	vfree(*held);
}

static size_t usable_area(struct subject *subject, void **held)
{
	return PAGE_ALIGN(subject->size);
}

static bool alloc_either(struct subject *subject, void **held)
{
	*held = kvmalloc(subject->size, GFP);
	return *held;
}

static void free_either(struct subject *subject, void **held)
{
	kvfree(*held);
}

static size_t usable_either(struct subject *subject, void **held)
{
	return is_vmalloc_addr(*held) ? usable_area(subject, held) : usable_object(subject, held);
}

/* --- of each CPU ---------------------------------------------------------------------------- */

static bool alloc_of_cpus(struct subject *subject, void **held)
{
	*held = (void *)(__force unsigned long)__alloc_percpu_gfp(subject->size, sizeof(u64), GFP);
	return *held;
}

static void free_of_cpus(struct subject *subject, void **held)
{
	free_percpu((__force void __percpu *)(unsigned long)*held);
}

static int setup_fragments(struct subject *subject)
{
	subject->frags = alloc_percpu(struct page_frag_cache);
	return subject->frags ? 0 : -ENOMEM;
}

static bool alloc_fragment(struct subject *subject, void **held)
{
	*held = page_frag_alloc(raw_cpu_ptr(subject->frags), subject->size, GFP);
	return *held;
}

static void free_fragment(struct subject *subject, void **held)
{
	page_frag_free(*held);
}

static void teardown_fragments(struct subject *subject)
{
	int cpu;

	if (!subject->frags)
		return;
	for_each_possible_cpu(cpu)
		kml_page_frag_drain(per_cpu_ptr(subject->frags, cpu));
	free_percpu(subject->frags);
}

/* --- the table ------------------------------------------------------------------------------ */

static const struct allocator allocators[] = {
	{
		.name = "alloc_pages", .min = PAGE_SIZE, .max = LARGEST_PAGES,
		.whole_pages = true, .granule = PAGE_SIZE, .objects = 1,
		.alloc = alloc_order, .free = free_order, .usable = usable_pages,
	}, {
		.name = "alloc_pages_bulk", .min = PAGE_SIZE, .max = PAGE_SIZE,
		.granule = PAGE_SIZE, .objects = BULK,
		.alloc = alloc_bulk_of_pages, .free = free_bulk_of_pages, .usable = usable_pages,
	}, {
		.name = "get_zeroed_page", .min = PAGE_SIZE, .max = PAGE_SIZE,
		.granule = PAGE_SIZE, .objects = 1,
		.alloc = alloc_zeroed, .free = free_zeroed, .usable = usable_pages,
	}, {
		.name = "kmalloc", .min = 8, .max = KMALLOC_MAX_SIZE,
		.objects = 1,
		.alloc = alloc_kmalloc, .free = free_kmalloc, .drain = drain_kmalloc,
		.drain_max = KMALLOC_MAX_CACHE_SIZE, .usable = usable_object,
	}, {
		.name = "kzalloc", .min = 8, .max = KMALLOC_MAX_SIZE,
		.objects = 1,
		.alloc = alloc_kzalloc, .free = free_kmalloc, .drain = drain_kmalloc,
		.drain_max = KMALLOC_MAX_CACHE_SIZE, .usable = usable_object,
	}, {
		.name = "kmem_cache", .min = 8, .max = 2 * PAGE_SIZE,
		.objects = 1, .setup = setup_cache,
		.alloc = alloc_object, .free = free_object, .drain = drain_cache,
		.usable = usable_object, .teardown = teardown_cache,
	}, {
		.name = "kmem_cache_ctor", .min = 8, .max = 2 * PAGE_SIZE,
		.objects = 1, .setup = setup_constructed,
		.alloc = alloc_object, .free = free_object, .drain = drain_cache,
		.usable = usable_object, .teardown = teardown_cache,
	}, {
		.name = "kmem_cache_aligned", .min = 8, .max = 2 * PAGE_SIZE,
		.objects = 1, .setup = setup_aligned,
		.alloc = alloc_object, .free = free_object, .drain = drain_cache,
		.usable = usable_object, .teardown = teardown_cache,
	}, {
		.name = "kmem_cache_bulk", .min = 8, .max = 2 * PAGE_SIZE,
		.objects = BULK, .setup = setup_cache,
		.alloc = alloc_bulk_of_objects, .free = free_bulk_of_objects,
		.drain = drain_cache, .usable = usable_object, .teardown = teardown_cache,
	}, {
		.name = "mempool", .min = 8, .max = 2 * PAGE_SIZE,
		.objects = 1, .setup = setup_pool,
		.alloc = alloc_element, .free = free_element, .drain = drain_cache,
		.usable = usable_object, .teardown = teardown_pool,
	}, {
		.name = "mempool_reserve", .min = 8, .max = 2 * PAGE_SIZE,
		.objects = 1, .setup = setup_reserve,
		.alloc = alloc_reserved, .free = free_element,
		.usable = usable_object, .teardown = teardown_pool,
	}, {
		.name = "vmalloc", .min = 8, .max = 1ul << 30,
		.granule = PAGE_SIZE, .objects = 1,
		.alloc = alloc_area, .free = free_area, .usable = usable_area,
	}, {
		.name = "kvmalloc", .min = 8, .max = 1ul << 30,
		.objects = 1,
		.alloc = alloc_either, .free = free_either, .usable = usable_either,
	}, {
		.name = "alloc_percpu", .min = 8, .max = PCPU_MIN_UNIT_SIZE,
		.per_cpu = true, .objects = 1,
		.alloc = alloc_of_cpus, .free = free_of_cpus,
	}, {
		.name = "page_frag", .min = 8, .max = PAGE_SIZE,
		.objects = 1, .setup = setup_fragments,
		.alloc = alloc_fragment, .free = free_fragment, .teardown = teardown_fragments,
	}, {
		.name = "nothing", .min = 1, .max = SIZE_MAX, .fake = true, .objects = 1,
		.alloc = alloc_nothing, .free = free_nothing,
	}, {
		.name = "delay", .min = 1, .max = 1000000, .fake = true, .objects = 1,
		.alloc = alloc_delay, .free = free_nothing,
	},
};

/**
 * allocator_at() - the allocators, one by one
 * @index: from 0
 *
 * Context: any.
 * Return: the allocator, NULL behind the last one.
 */
const struct allocator *allocator_at(unsigned int index)
{
	return index < ARRAY_SIZE(allocators) ? &allocators[index] : NULL;
}

/**
 * allocator_find() - an allocator by its name
 * @name: the name
 *
 * Context: any.
 * Return: the allocator or NULL.
 */
const struct allocator *allocator_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(allocators); i++)
		if (!strcmp(allocators[i].name, name))
			return &allocators[i];
	return NULL;
}

/**
 * allocator_has() - whether an allocator has objects of a size
 * @allocator: the allocator
 * @size: bytes
 *
 * Context: any.
 * Return: true if it has.
 */
bool allocator_has(const struct allocator *allocator, u64 size)
{
	if (size < allocator->min || size > allocator->max)
		return false;
	return !allocator->whole_pages || is_power_of_2(size);
}

/**
 * allocator_drains() - whether there is anything to drain
 * @allocator: the allocator
 * @size: of an object, bytes; one that it has
 *
 * Context: any.
 * Return: true if allocator->drain is for this size.
 */
bool allocator_drains(const struct allocator *allocator, size_t size)
{
	return allocator->drain && (!allocator->drain_max || size <= allocator->drain_max);
}

/**
 * allocator_footprint() - what one call takes, at most
 * @allocator: the allocator
 * @size: of an object, bytes; one that it has
 *
 * Sizes are rounded up to a power of two: what lies between an object and the next one, and what
 * the allocator takes for itself, is in that.
 *
 * Context: any.
 * Return: bytes.
 */
u64 allocator_footprint(const struct allocator *allocator, size_t size)
{
	u64 each = max(roundup_pow_of_two(size), allocator->granule);

	if (allocator->fake)
		return 0;
	return each * allocator->objects * (allocator->per_cpu ? num_possible_cpus() : 1);
}

/**
 * subject_init() - set an allocator up
 * @subject: where
 * @allocator: the allocator
 * @size: of an object, bytes; one that it has
 * @held: objects that may be held at a time
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM; then there is nothing to undo.
 */
int subject_init(struct subject *subject, const struct allocator *allocator, size_t size,
		 unsigned int held)
{
	int err;

	*subject = (struct subject){
		.allocator = allocator, .size = size, .held = held, .order = get_order(size),
	};
	err = allocator->setup ? allocator->setup(subject) : 0;
	if (err)
		subject_exit(subject);
	return err;
}

/**
 * subject_exit() - undo subject_init()
 * @subject: nothing of it is held any more
 *
 * Context: sleeps.
 */
void subject_exit(struct subject *subject)
{
	if (subject->allocator->teardown)
		subject->allocator->teardown(subject);
}
