/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_SHRINKER_H
#define KMEMLAB_COMPAT_SHRINKER_H

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/shrinker.h>

/**
 * struct kml_shrinker - a shrinker
 * @kernel: the kernel's own, since 6.7 ("mm: shrinker: add infrastructure for dynamically
 *          allocating shrinker")
 * @embedded: the caller's, before
 */
struct kml_shrinker {
#ifdef KML_HAS_SHRINKER_ALLOC
	struct shrinker *kernel;
#else
	struct shrinker embedded;
#endif
};

/**
 * kml_shrinker_register() - have the kernel call @count and @scan under memory pressure
 * @shrinker: the caller's, zeroed
 * @name: as shown in debugfs
 * @count: how many objects could go; must not sleep for long
 * @scan: let up to sc->nr_to_scan of them go
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
static inline int
kml_shrinker_register(struct kml_shrinker *shrinker, const char *name,
		      unsigned long (*count)(struct shrinker *s, struct shrink_control *sc),
		      unsigned long (*scan)(struct shrinker *s, struct shrink_control *sc))
{
#ifdef KML_HAS_SHRINKER_ALLOC
	shrinker->kernel = shrinker_alloc(0, "%s", name);
	if (!shrinker->kernel)
		return -ENOMEM;
	shrinker->kernel->count_objects = count;
	shrinker->kernel->scan_objects = scan;
	shrinker_register(shrinker->kernel);
	return 0;
#else
	shrinker->embedded.count_objects = count;
	shrinker->embedded.scan_objects = scan;
	shrinker->embedded.seeks = DEFAULT_SEEKS;
	return register_shrinker(&shrinker->embedded, "%s", name);
#endif
}

/**
 * kml_shrinker_unregister() - neither callback runs any more when this returns
 * @shrinker: one that was registered
 *
 * Context: may sleep.
 */
static inline void kml_shrinker_unregister(struct kml_shrinker *shrinker)
{
#ifdef KML_HAS_SHRINKER_ALLOC
	shrinker_free(shrinker->kernel);
#else
	unregister_shrinker(&shrinker->embedded);
#endif
}

#endif
