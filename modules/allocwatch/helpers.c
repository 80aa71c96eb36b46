// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of the kernel that allocate for their caller: what they take is their caller's, as if
 * it had called the allocator itself. Nothing but data.
 *
 * For which spaces a function passes through decides between what its caller asked for and what is
 * the allocator's own business. kvmalloc() passes objects and areas through, so that either is its
 * caller's; __vmalloc_node_range() passes the area through, and keeps the pages and the array of
 * them. That array may be an area as well, which the function then takes by itself: it is a funnel.
 * Of those that can be made to fail, the ones that ask others of them are marked: what those give
 * is their own business then.
 * new_slab() is not here: pages for objects are nobody's but the slab allocator's.
 *
 * Names are without the endings that the compiler (.isra.0, .constprop.0, .part.0, .cold) and the
 * kernel (_noprof) add.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/allocators.h"
#include "helpers.h"
#include "space.h"

#define SLAB	BIT(SPACE_SLAB)
#define PAGES	BIT(SPACE_PAGES)
#define AREA	BIT(SPACE_AREA)
#define PERCPU	BIT(SPACE_PERCPU)
#define CACHE	BIT(SPACE_CACHE)

static const struct {
	const char *name;
	u8 spaces;
} helpers[] = {
	/* What a tracepoint is called through. */
	{ "__traceiter_mm_page_alloc", PAGES },
	{ "__traceiter_alloc_vmap_area", AREA },

	/* mm/slab_common.c, mm/util.c */
	{ "__do_krealloc", SLAB },
	{ "krealloc", SLAB | HELPER_OUTER },
	{ "krealloc_node_align", SLAB | HELPER_OUTER },
	{ "kmalloc_order", SLAB },
	{ "kvmalloc_node", SLAB | AREA | HELPER_OUTER },
	{ "__kvmalloc_node", (KML_KVMALLOC_TELLS_CALLER ? 0 : SLAB) | AREA | HELPER_OUTER },
	{ "kvrealloc", SLAB | AREA },
	{ "kvrealloc_node_align", SLAB | AREA },
	{ "kvmemdup", SLAB | AREA },
	{ "kmemdup", SLAB },
	{ "kmemdup_nul", SLAB },
	{ "kmemdup_array", SLAB },
	{ "kstrdup", SLAB },
	{ "kstrndup", SLAB },
	{ "kstrdup_const", SLAB },
	{ "memdup_user", SLAB },
	{ "memdup_user_nul", SLAB },
	{ "vmemdup_user", SLAB | AREA },
	{ "strndup_user", SLAB },
	{ "kmem_cache_create", CACHE },
	{ "kmem_cache_create_usercopy", CACHE },
	{ "__kmem_cache_create_args", CACHE },

	/* mm/mempool.c */
	{ "mempool_create", SLAB | PAGES },
	{ "mempool_create_node", SLAB | PAGES },
	{ "mempool_init", SLAB | PAGES },
	{ "mempool_init_node", SLAB | PAGES },
	{ "mempool_resize", SLAB | PAGES },
	{ "mempool_alloc", SLAB | PAGES | HELPER_OUTER },
	{ "mempool_alloc_slab", SLAB },
	{ "mempool_kmalloc", SLAB },
	{ "mempool_kvmalloc", SLAB | AREA },
	{ "mempool_alloc_pages", PAGES },

	/* mm/page_alloc.c, mm/mempolicy.c */
	{ "alloc_pages", PAGES },
	{ "__alloc_pages", PAGES },
	{ "__alloc_frozen_pages", PAGES },
	{ "alloc_frozen_pages", PAGES },
	{ "alloc_frozen_pages_nolock", PAGES },
	{ "alloc_pages_nolock", PAGES },
	{ "alloc_pages_mpol", PAGES },
	{ "alloc_pages_node", PAGES },
	{ "alloc_page_interleave", PAGES },
	{ "__folio_alloc", PAGES },
	{ "folio_alloc", PAGES },
	{ "__get_free_pages", PAGES },
	{ "get_free_pages", PAGES },
	{ "get_zeroed_page", PAGES },
	{ "alloc_pages_exact", PAGES },
	{ "alloc_pages_exact_nid", PAGES },
	{ "__alloc_pages_bulk", PAGES | HELPER_OUTER },
	{ "alloc_pages_bulk", PAGES | HELPER_OUTER },

	/* mm/vmalloc.c, mm/ioremap.c, arch/x86/mm/ioremap.c */
	{ "alloc_vmap_area", AREA },
	{ "__get_vm_area_node", AREA },
	{ "get_vm_area", AREA },
	{ "get_vm_area_caller", AREA },
	{ "__get_vm_area_caller", AREA },
	{ "__vmalloc_node_range", AREA | HELPER_FUNNEL | HELPER_OUTER },
	{ "__vmalloc_node", AREA },
	{ "__vmalloc", AREA },
	{ "__vmalloc_array", AREA },
	{ "__vcalloc", AREA },
	{ "vmalloc_array", AREA },
	{ "vcalloc", AREA },
	{ "vmalloc", AREA },
	{ "vzalloc", AREA },
	{ "vmalloc_node", AREA },
	{ "vzalloc_node", AREA },
	{ "vmalloc_huge", AREA },
	{ "vmalloc_huge_node", AREA },
	{ "vmalloc_user", AREA },
	{ "vmalloc_32", AREA },
	{ "vmalloc_32_user", AREA },
	{ "vrealloc", AREA },
	{ "vrealloc_node_align", AREA },
	{ "vmap", AREA },
	{ "vmap_pfn", AREA },
	{ "vm_map_ram", AREA },
	{ "ioremap", AREA },
	{ "ioremap_cache", AREA },
	{ "ioremap_prot", AREA },
	{ "ioremap_uc", AREA },
	{ "ioremap_wc", AREA },
	{ "__ioremap_caller", AREA },
	{ "generic_ioremap_prot", AREA },

	/* mm/percpu.c and those on top of it */
	{ "pcpu_alloc", PERCPU },
	{ "__alloc_percpu", PERCPU },
	{ "__alloc_percpu_gfp", PERCPU },
	{ "__percpu_counter_init", PERCPU },
	{ "__percpu_counter_init_many", PERCPU },
	{ "__percpu_init_rwsem", PERCPU },
	{ "percpu_ref_init", SLAB | PERCPU },
	{ "__devm_alloc_percpu", SLAB | PERCPU },

	/* lib */
	{ "kasprintf", SLAB },
	{ "kvasprintf", SLAB },
	{ "kvasprintf_const", SLAB },
	{ "match_strdup", SLAB },
	{ "bitmap_alloc", SLAB },
	{ "bitmap_zalloc", SLAB },
	{ "bitmap_alloc_node", SLAB },
	{ "bitmap_zalloc_node", SLAB },
	{ "__kfifo_alloc", SLAB },
	{ "__kfifo_alloc_node", SLAB },
	{ "sg_kmalloc", SLAB },
	{ "sg_alloc_table", SLAB },
	{ "__sg_alloc_table", SLAB },
	{ "sg_alloc_append_table_from_pages", SLAB },
	{ "sg_alloc_table_from_pages_segment", SLAB },
	{ "sgl_alloc", SLAB | PAGES },
	{ "sgl_alloc_order", SLAB | PAGES },
	{ "ida_alloc_range", SLAB },
	{ "kobject_create", SLAB },
	{ "kobject_create_and_add", SLAB },
	{ "kobject_init_and_add", SLAB },
	{ "kobject_add", SLAB },
	{ "kobject_add_varg", SLAB },
	{ "kobject_add_internal", SLAB },
	{ "kobject_set_name", SLAB },
	{ "kobject_set_name_vargs", SLAB },
	{ "kobject_get_path", SLAB },
	{ "kset_create", SLAB },
	{ "kset_create_and_add", SLAB },
	{ "kset_register", SLAB },

	/* kernel */
	{ "alloc_workqueue", SLAB },
	{ "__alloc_workqueue", SLAB },
	{ "alloc_workqueue_attrs", SLAB },
	{ "request_threaded_irq", SLAB },
	{ "__request_percpu_irq", SLAB },
	{ "devm_request_threaded_irq", SLAB },

	/* drivers/base */
	{ "devm_kmalloc", SLAB },
	{ "devm_krealloc", SLAB },
	{ "devm_kmemdup", SLAB },
	{ "devm_kstrdup", SLAB },
	{ "devm_kstrdup_const", SLAB },
	{ "devm_kasprintf", SLAB },
	{ "devm_kvasprintf", SLAB },
	{ "devm_get_free_pages", SLAB | PAGES },
	{ "__devm_add_action", SLAB },
	{ "__devres_alloc_node", SLAB },
	{ "devm_ioremap", SLAB | AREA },
	{ "__devm_ioremap", SLAB | AREA },
	{ "class_create", SLAB },
	{ "__class_create", SLAB },
	{ "class_register", SLAB },
	{ "__class_register", SLAB },
	{ "dev_set_name", SLAB },
	{ "device_add", SLAB },
	{ "device_private_init", SLAB },
	{ "device_register", SLAB },
	{ "device_create", SLAB },
	{ "device_create_with_groups", SLAB },
	{ "device_create_groups_vargs", SLAB },
	{ "__root_device_register", SLAB },
	{ "platform_device_alloc", SLAB },
	{ "platform_device_add", SLAB },
	{ "platform_device_add_data", SLAB },
	{ "platform_device_register_full", SLAB },
	{ "misc_register", SLAB },

	/* fs */
	{ "cdev_alloc", SLAB },
	{ "cdev_add", SLAB },
	{ "kobj_map", SLAB },
	{ "__register_chrdev", SLAB },
	{ "__register_chrdev_region", SLAB },
	{ "register_chrdev_region", SLAB },
	{ "alloc_chrdev_region", SLAB },
	{ "seq_open", SLAB },
	{ "seq_open_private", SLAB },
	{ "__seq_open_private", SLAB },
	{ "single_open", SLAB },
	{ "single_open_size", SLAB | AREA },
	{ "__proc_create", SLAB },
	{ "_proc_mkdir", SLAB },
	{ "proc_mkdir", SLAB },
	{ "proc_mkdir_data", SLAB },
	{ "proc_mkdir_mode", SLAB },
	{ "proc_create", SLAB },
	{ "proc_create_data", SLAB },
	{ "proc_create_reg", SLAB },
	{ "proc_create_seq_private", SLAB },
	{ "proc_create_single_data", SLAB },
	{ "proc_symlink", SLAB },
	{ "__register_sysctl_table", SLAB },
	{ "register_sysctl", SLAB },
	{ "register_sysctl_sz", SLAB },
	{ "debugfs_create_dir", SLAB },
	{ "debugfs_create_file", SLAB },
	{ "debugfs_create_file_full", SLAB },
	{ "__debugfs_create_file", SLAB },
	{ "debugfs_get_inode", SLAB },
	{ "new_inode", SLAB },
	{ "new_inode_pseudo", SLAB },
	{ "alloc_inode", SLAB },
	{ "create_dir", SLAB },
	{ "sysfs_create_dir_ns", SLAB },
	{ "sysfs_create_file_ns", SLAB },
	{ "sysfs_create_files", SLAB },
	{ "sysfs_create_group", SLAB },
	{ "sysfs_create_groups", SLAB },
	{ "internal_create_group", SLAB },
	{ "internal_create_groups", SLAB },
	{ "sysfs_create_bin_file", SLAB },
	{ "sysfs_create_link", SLAB },
	{ "sysfs_do_create_link", SLAB },
	{ "sysfs_do_create_link_sd", SLAB },
	{ "sysfs_add_file_mode_ns", SLAB },
	{ "sysfs_add_bin_file_mode_ns", SLAB },
	{ "kernfs_create_dir_ns", SLAB },
	{ "__kernfs_create_file", SLAB },
	{ "kernfs_create_link", SLAB },
	{ "kernfs_new_node", SLAB },
	{ "__kernfs_new_node", SLAB },

	/* net/core */
	{ "alloc_netdev_mqs", SLAB | AREA | PERCPU },
	{ "alloc_etherdev_mqs", SLAB | AREA | PERCPU },
};

/* Compares @function up to its endings with @name. */
static bool is_named(const char *function, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(function, name, length))
		return false;
	function += length;
	if (!strncmp(function, "_noprof", 7))
		function += 7;
	return !*function || *function == '.' || *function == ' ' || *function == '+';
}

/**
 * helpers_find() - for which spaces a function passes through
 * @function: its name; what begins with a dot, a plus or a space behind it does not count
 *
 * Context: any; takes some thousand instructions.
 * Return: a bit for each enum space and HELPER_FUNNEL, 0 for a function that allocates for itself.
 */
u8 helpers_find(const char *function)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(helpers); i++)
		if (is_named(function, helpers[i].name))
			return helpers[i].spaces;
	return 0;
}
