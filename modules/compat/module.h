/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_MODULE_H
#define KMEMLAB_COMPAT_MODULE_H

#include <linux/module.h>

/**
 * struct kml_range - a range of addresses
 * @start: the first
 * @size: bytes; 0: an empty one
 */
struct kml_range {
	unsigned long start;
	unsigned long size;
};

/**
 * kml_module_text() - where the code of a module is
 * @mod: one that is there
 *
 * Seen in 6.12, not in 6.1: each kind of memory of a module has a mapping of its own; before, one
 * layout begins with the code.
 *
 * Context: any.
 * Return: the range.
 */
static inline struct kml_range kml_module_text(const struct module *mod)
{
#ifdef KML_HAS_MODULE_MEMORY
	return (struct kml_range){ (unsigned long)mod->mem[MOD_TEXT].base,
				   mod->mem[MOD_TEXT].size };
#else
	return (struct kml_range){ (unsigned long)mod->core_layout.base,
				   mod->core_layout.text_size };
#endif
}

/**
 * kml_module_init_text() - where the code of a module is that goes once init has returned
 * @mod: one whose init has not returned
 *
 * Context: any.
 * Return: the range.
 */
static inline struct kml_range kml_module_init_text(const struct module *mod)
{
#ifdef KML_HAS_MODULE_MEMORY
	return (struct kml_range){ (unsigned long)mod->mem[MOD_INIT_TEXT].base,
				   mod->mem[MOD_INIT_TEXT].size };
#else
	return (struct kml_range){ (unsigned long)mod->init_layout.base,
				   mod->init_layout.text_size };
#endif
}

#endif
