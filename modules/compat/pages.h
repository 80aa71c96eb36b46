/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_PAGES_H
#define KMEMLAB_COMPAT_PAGES_H

#include <linux/gfp.h>
#include <linux/mm.h>
#ifdef KML_HAS_FRAG_HEADER
#include <linux/page_frag_cache.h>
#endif

/**
 * kml_alloc_pages_bulk() - take pages, one by one, in one call
 * @gfp: how
 * @count: how many there are to be in @pages
 * @pages: where to put them; those that are there already are passed over
 *
 * Seen in 7.2, not in 6.12: with the list that was an alternative its name has gone as well.
 *
 * Context: as @gfp says.
 * Return: how many there are.
 */
static inline unsigned long kml_alloc_pages_bulk(gfp_t gfp, unsigned long count,
						 struct page **pages)
{
#ifdef KML_HAS_BULK_LIST
	return alloc_pages_bulk_array(gfp, count, pages);
#else
	return alloc_pages_bulk(gfp, count, pages);
#endif
}

/**
 * kml_page_frag_drain() - give back what a cache of fragments of pages has
 * @frags: the cache; all zero if it was never used
 *
 * Seen in 6.12, not in 6.1: there is a function for it.
 *
 * Context: any.
 */
static inline void kml_page_frag_drain(struct page_frag_cache *frags)
{
#ifdef KML_HAS_FRAG_DRAIN
	page_frag_cache_drain(frags);
#else
	if (!frags->va)
		return;
	__page_frag_cache_drain(virt_to_head_page(frags->va), frags->pagecnt_bias);
	frags->va = NULL;
#endif
}

#endif
