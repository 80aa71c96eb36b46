// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that allocates in many ways, and forgets what it is told to forget: tests of the leak
 * check compare what it says of itself with what is said of it.
 *
 *	what=CASE	one of the table, or all
 *	leak=1		give nothing back
 *	fail=1		init returns an error after all that
 *
 * Of each allocation that is not given back it says
 * `forgetful: forgot CASE OBJECTS BYTES ALLOCATOR`.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/irq_work.h>
#include <linux/kobject.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

static char *what = "all";
static bool leak;
static bool fail;

module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "which allocation (default all)");
module_param(leak, bool, 0444);
MODULE_PARM_DESC(leak, "give nothing back (default no)");
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "init returns an error (default no)");

#define MANY 16

/* A call that is the last thing a function does is made a jump: it is not on the stack. */
#define STAY() barrier()

/* --- kmalloc and what is on top of it ------------------------------------------ */

struct thing {
	char payload[84];
	struct rcu_head rcu;
};

/* Not known to the compiler. */
static unsigned long some_bytes = 100;
module_param(some_bytes, ulong, 0644);
MODULE_PARM_DESC(some_bytes, "bytes of an allocation (default 100)");
static void *one;
static void *many[MANY];

static noinline void take_kmalloc(void)
{
	one = kmalloc(100, GFP_KERNEL);
}

static void give_one(void)
{
	kfree(one);
}

/* Kernels that have them. */
#ifdef kmalloc_nolock
static noinline void take_nolock(void)
{
	one = kmalloc_nolock(100, 0, NUMA_NO_NODE);
}

static void give_nolock(void)
{
	kfree_nolock(one);
}
#endif

static noinline void take_variable(void)
{
	one = kmalloc(some_bytes, GFP_KERNEL);
}

static noinline void take_node(void)
{
	one = kmalloc_node(some_bytes, GFP_KERNEL, 0);
}

static noinline void take_large(void)
{
	one = kmalloc(65536, GFP_KERNEL);
}

static noinline void take_array(void)
{
	one = kcalloc(some_bytes, 8, GFP_KERNEL);
}

static noinline void take_realloc(void)
{
	void *small = kmalloc(50, GFP_KERNEL);

	one = krealloc(small, 3000, GFP_KERNEL);
}

static noinline void take_strdup(void)
{
	one = kstrdup("nine char", GFP_KERNEL);
}

static noinline void take_memdup(void)
{
	one = kmemdup("seven c", 8, GFP_KERNEL);
}

static noinline void take_asprintf(void)
{
	one = kasprintf(GFP_KERNEL, "%lu bytes", some_bytes);
}

static noinline void take_kvmalloc(void)
{
	one = kvmalloc(some_bytes, GFP_KERNEL);
}

static noinline void take_kvmalloc_large(void)
{
	one = kvmalloc(8 << 20, GFP_KERNEL);
}

static void give_kv(void)
{
	kvfree(one);
}

static noinline void take_sensitive(void)
{
	one = kzalloc(200, GFP_KERNEL);
}

static void give_sensitive(void)
{
	kfree_sensitive(one);
}

static noinline void take_bulk_freed(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		many[i] = kmalloc(64, GFP_KERNEL);
}

static void give_bulk_freed(void)
{
	kfree_bulk(MANY, many);
}

static noinline void take_rcu(void)
{
	struct thing *thing = kmalloc(sizeof(*thing), GFP_KERNEL);

	one = thing;
}

static void give_rcu(void)
{
	struct thing *thing = one;

	kfree_rcu(thing, rcu);
}

static void free_thing(struct rcu_head *head)
{
	kfree(container_of(head, struct thing, rcu));
}

static void give_call_rcu(void)
{
	struct thing *thing = one;

	call_rcu(&thing->rcu, free_thing);
	rcu_barrier();
}

static void give_kv_rcu(void)
{
	struct thing *thing = one;

	kvfree_rcu(thing, rcu);
}

/* One place, reached by two ways: its stack is known when the other way comes. */
static noinline void allocate_below(void)
{
	one = kmalloc(40, GFP_KERNEL);
}

static noinline void take_one_way(void)
{
	allocate_below();
	STAY();
}

static noinline void take_other_way(void)
{
	allocate_below();
	STAY();
}

/* --- caches and pools ---------------------------------------------------------- */

static struct kmem_cache *cache;
static mempool_t *needed_pool;
static mempool_t *pool;

/* Left behind when objects of it are. */
static noinline void take_needed(void)
{
	cache = kmem_cache_create("forgetful", 72, 8, SLAB_POISON, NULL);
}

static noinline void take_object(void)
{
	one = kmem_cache_alloc(cache, GFP_KERNEL);
}

static void give_object(void)
{
	kmem_cache_free(cache, one);
}

static noinline void take_objects(void)
{
	if (!kmem_cache_alloc_bulk(cache, GFP_KERNEL, MANY, many))
		memset(many, 0, sizeof(many));
}

static void give_objects(void)
{
	kmem_cache_free_bulk(cache, MANY, many);
}

static noinline void take_objects_singly(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		many[i] = kmem_cache_alloc(cache, GFP_KERNEL);
}

static struct kmem_cache *own_cache;

static noinline void take_cache(void)
{
	own_cache = kmem_cache_create("forgetful_own", 120, 8, 0, NULL);
}

static void give_cache(void)
{
	kmem_cache_destroy(own_cache);
}

static noinline void take_pool(void)
{
	pool = mempool_create_slab_pool(4, cache);
}

static void give_pool(void)
{
	mempool_destroy(pool);
}

static noinline void take_pooled(void)
{
	one = mempool_alloc(needed_pool, GFP_KERNEL);
}

static void give_pooled(void)
{
	mempool_free(one, needed_pool);
}

/* --- pages --------------------------------------------------------------------- */

static struct page *page;

static noinline void take_page(void)
{
	page = alloc_page(GFP_KERNEL);
}

static void give_page(void)
{
	__free_page(page);
}

#ifdef alloc_pages_nolock
static noinline void take_page_nolock(void)
{
	page = alloc_pages_nolock(0, NUMA_NO_NODE, 0);
}
#endif

static void put_it(void)
{
	put_page(page);
}

static noinline void take_pages(void)
{
	page = alloc_pages(GFP_KERNEL, 3);
}

static void give_pages(void)
{
	__free_pages(page, 3);
}

static noinline void take_free_page(void)
{
	one = (void *)__get_free_page(GFP_KERNEL);
}

static noinline void take_zeroed_page(void)
{
	one = (void *)get_zeroed_page(GFP_KERNEL);
}

static void give_free_page(void)
{
	free_page((unsigned long)one);
}

static noinline void take_exact(void)
{
	one = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
}

static void give_exact(void)
{
	free_pages_exact(one, 3 * PAGE_SIZE);
}

static noinline void take_split(void)
{
	page = alloc_pages(GFP_KERNEL, 2);
	split_page(page, 2);
}

static void give_split(void)
{
	int i;

	for (i = 3; i >= 0; i--)
		__free_page(page + i);
}

static void give_split_but_one(void)
{
	int i;

	for (i = 3; i >= 1; i--)
		__free_page(page + i);
}

static noinline void take_pages_bulk(void)
{
	memset(many, 0, sizeof(many));
	/* The third argument is the array in all kernels that have it. */
#ifdef alloc_pages_bulk
	alloc_pages_bulk(GFP_KERNEL, MANY, (struct page **)many);
#else
	alloc_pages_bulk_array(GFP_KERNEL, MANY, (struct page **)many);
#endif
	STAY();
}

static void give_pages_bulk(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		if (many[i])
			__free_page(many[i]);
}

/* --- areas --------------------------------------------------------------------- */

static noinline void take_vmalloc(void)
{
	one = vmalloc(PAGE_SIZE);
}

static noinline void take_vzalloc(void)
{
	one = vzalloc(64 * PAGE_SIZE);
}

static void give_vmalloc(void)
{
	vfree(one);
}

static noinline void take_vmap(void)
{
	page = alloc_page(GFP_KERNEL);
	one = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
}

static void give_vmap(void)
{
	vunmap(one);
	__free_page(page);
}

static void give_vmap_but_the_area(void)
{
	__free_page(page);
}

/* --- per CPU, and things that allocate ----------------------------------------- */

static void __percpu *counters;

static noinline void take_percpu(void)
{
	counters = __alloc_percpu(24, 8);
}

static void give_percpu(void)
{
	free_percpu(counters);
}

static struct workqueue_struct *queue;

static noinline void take_queue(void)
{
	queue = alloc_workqueue("forgetful", WQ_UNBOUND, 0);
}

static void give_queue(void)
{
	destroy_workqueue(queue);
}

static struct kobject *kobject;

static noinline void take_kobject(void)
{
	kobject = kobject_create_and_add("forgetful_kobject", kernel_kobj);
}

static void give_kobject(void)
{
	kobject_put(kobject);
}

static struct proc_dir_entry *entry;

static noinline void take_proc(void)
{
	entry = proc_mkdir("forgetful", NULL);
}

static void give_proc(void)
{
	proc_remove(entry);
}

static struct device *device;

static noinline void take_devm(void)
{
	one = devm_kmalloc(device, 300, GFP_KERNEL);
}

static void give_with_device(void)
{
}

static DEFINE_IDA(ids);

static noinline void take_ida(void)
{
	/* The first 62 are in the pointer itself. */
	ida_alloc_min(&ids, 100, GFP_KERNEL);
	STAY();
}

static void give_ida(void)
{
	ida_destroy(&ids);
}

/* --- in other contexts --------------------------------------------------------- */

static DECLARE_COMPLETION(done);

static noinline void take_in_work(struct work_struct *unused)
{
	one = kmalloc(some_bytes, GFP_KERNEL);
}

static void take_by_work(void)
{
	static DECLARE_WORK(work, take_in_work);

	schedule_work(&work);
	flush_work(&work);
}

static noinline void take_in_timer(struct timer_list *unused)
{
	one = kmalloc(some_bytes, GFP_ATOMIC);
	complete(&done);
}

static DEFINE_TIMER(timer, take_in_timer);

static void take_by_timer(void)
{
	mod_timer(&timer, jiffies + 1);
	wait_for_completion(&done);
}

static noinline void take_in_irq(struct irq_work *unused)
{
	one = kmalloc(some_bytes, GFP_ATOMIC);
}

static void take_by_irq(void)
{
	static struct irq_work work;

	init_irq_work(&work, take_in_irq);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static void give_in_irq(struct irq_work *unused)
{
	kfree(one);
}

static void give_by_irq(void)
{
	static struct irq_work work;

	init_irq_work(&work, give_in_irq);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

/* --- the table ----------------------------------------------------------------- */

/**
 * struct way - of allocating and of freeing
 * @name: for the parameter what
 * @take: allocates; the function has the way's name where a test looks for it
 * @give: frees all of it
 * @give_some: what is freed also when it is to be forgotten; or NULL
 * @objects: that are then left; 0: as many as the kernel likes; -1: none in any case
 * @bytes: of them all
 * @allocator: that gave them, as the leak check calls it
 */
struct way {
	const char *name;
	void (*take)(void);
	void (*give)(void);
	void (*give_some)(void);
	int objects;
	int bytes;
	const char *allocator;
};

/* Areas are counted with their guard page, as /proc/vmallocinfo counts them. */
#define PAGE 4096

static const struct way ways[] = {
	{ "kmalloc", take_kmalloc, give_one, NULL, 1, 100, "kmalloc" },
#ifdef kmalloc_nolock
	{ "nolock", take_nolock, give_nolock, NULL, 1, 100, "kmalloc" },
#endif
	{ "variable", take_variable, give_one, NULL, 1, 100, "kmalloc" },
	{ "node", take_node, give_one, NULL, 1, 100, "kmalloc" },
	{ "large", take_large, give_one, NULL, 1, 65536, "kmalloc" },
	{ "array", take_array, give_one, NULL, 1, 800, "kmalloc" },
	{ "realloc", take_realloc, give_one, NULL, 1, 3000, "kmalloc" },
	{ "strdup", take_strdup, give_one, NULL, 1, 10, "kmalloc" },
	{ "memdup", take_memdup, give_one, NULL, 1, 8, "kmalloc" },
	{ "asprintf", take_asprintf, give_one, NULL, 1, 10, "kmalloc" },
	{ "kvmalloc", take_kvmalloc, give_kv, NULL, 1, 100, "kmalloc" },
	{ "kvmalloc_large", take_kvmalloc_large, give_kv, NULL, 1, (8 << 20) + PAGE, "vmalloc" },
	{ "sensitive", take_sensitive, give_sensitive, NULL, 1, 200, "kmalloc" },
	{ "bulk_freed", take_bulk_freed, give_bulk_freed, NULL, MANY, MANY * 64, "kmalloc" },
	{ "rcu", take_rcu, give_rcu, NULL, 1, sizeof(struct thing), "kmalloc" },
	{ "rcu", take_rcu, give_call_rcu, NULL, 1, sizeof(struct thing), "kmalloc" },
	{ "vmalloc", take_vmalloc, give_kv_rcu, NULL, 1, 2 * PAGE, "vmalloc" },
	{ "one_way", take_one_way, give_one, NULL, 1, 40, "kmalloc" },
	{ "other_way", take_other_way, give_one, NULL, 1, 40, "kmalloc" },
	{ "one_way", take_one_way, give_one, NULL, 1, 40, "kmalloc" },
	{ "object", take_object, give_object, NULL, 1, 72, "kmem_cache_alloc" },
	{ "objects", take_objects, give_objects, NULL, MANY, MANY * 72, "kmem_cache_alloc" },
	{ "objects_singly", take_objects_singly, give_objects, NULL, MANY, MANY * 72,
	  "kmem_cache_alloc" },
	{ "cache", take_cache, give_cache, NULL, 1, 120, "kmem_cache_create" },
	{ "page", take_page, give_page, NULL, 1, PAGE, "alloc_pages" },
#ifdef alloc_pages_nolock
	{ "page_nolock", take_page_nolock, give_page, NULL, 1, PAGE, "alloc_pages" },
#endif
	{ "page", take_page, put_it, NULL, 1, PAGE, "alloc_pages" },
	{ "pages", take_pages, give_pages, NULL, 1, 8 * PAGE, "alloc_pages" },
	{ "free_page", take_free_page, give_free_page, NULL, 1, PAGE, "alloc_pages" },
	{ "zeroed_page", take_zeroed_page, give_free_page, NULL, 1, PAGE, "alloc_pages" },
	{ "exact", take_exact, give_exact, NULL, 1, 3 * PAGE, "alloc_pages" },
	{ "split", take_split, give_split, NULL, 1, 4 * PAGE, "alloc_pages" },
	{ "split", take_split, give_split, give_split_but_one, 1, PAGE, "alloc_pages" },
	{ "pages_bulk", take_pages_bulk, give_pages_bulk, NULL, MANY, MANY * PAGE, "alloc_pages" },
	{ "vmalloc", take_vmalloc, give_vmalloc, NULL, 1, 2 * PAGE, "vmalloc" },
	{ "vzalloc", take_vzalloc, give_vmalloc, NULL, 1, 65 * PAGE, "vmalloc" },
	{ "vmap", take_vmap, give_vmap, give_vmap_but_the_area, 1, 2 * PAGE, "vmalloc" },
	{ "percpu", take_percpu, give_percpu, NULL, 1, 24, "alloc_percpu" },
	{ "devm", take_devm, give_with_device, NULL, -1, 0, NULL },
	{ "in_work", take_by_work, give_one, NULL, 1, 100, "kmalloc" },
	{ "in_timer", take_by_timer, give_one, NULL, 1, 100, "kmalloc" },
	{ "in_irq", take_by_irq, give_by_irq, NULL, 1, 100, "kmalloc" },
	/* How much these take is the kernel's business. */
	{ "queue", take_queue, give_queue, NULL, 0, 0, "kmalloc" },
	{ "kobject", take_kobject, give_kobject, NULL, 0, 0, "kmalloc" },
	{ "proc", take_proc, give_proc, NULL, 0, 0, "kmem_cache_alloc" },
	{ "ida", take_ida, give_ida, NULL, 0, 0, "kmalloc" },
	{ "pool", take_pool, give_pool, NULL, 0, 0, "kmem_cache_alloc" },
	{ "pooled", take_pooled, give_pooled, NULL, 1, 72, "kmem_cache_alloc" },
};

static bool is_asked_for(const struct way *way)
{
	return !strcmp(what, "all") || !strcmp(what, way->name);
}

static void go(const struct way *way)
{
	way->take();
	if (!leak || way->objects < 0) {
		way->give();
		return;
	}
	if (way->give_some)
		way->give_some();
	pr_info("forgot %s %d %d %s\n", way->name, way->objects, way->bytes, way->allocator);
}

static void go_all_ways(void)
{
	const struct way *way;

	for (way = ways; way < ways + ARRAY_SIZE(ways); way++)
		if (is_asked_for(way))
			go(way);
}

/* What the ways need. */
static void give_needs(void)
{
	if (!IS_ERR_OR_NULL(device))
		root_device_unregister(device);
	mempool_destroy(needed_pool);
	if (leak)
		pr_info("forgot needed 1 72 kmem_cache_create\n");
	else
		kmem_cache_destroy(cache);
}

static int __init forgetful_init(void)
{
	take_needed();
	if (cache)
		needed_pool = mempool_create_slab_pool(2, cache);
	device = root_device_register("forgetful");
	if (!needed_pool || IS_ERR(device)) {
		give_needs();
		return -ENOMEM;
	}
	if (!fail)
		return 0;
	go_all_ways();
	give_needs();
	return -EINVAL;
}

static void __exit forgetful_exit(void)
{
	go_all_ways();
	give_needs();
}

module_init(forgetful_init);
module_exit(forgetful_exit);

MODULE_DESCRIPTION("Allocates in many ways, and forgets what it is told to forget");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
