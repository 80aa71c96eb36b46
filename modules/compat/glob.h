/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_GLOB_H
#define KMEMLAB_COMPAT_GLOB_H

#include <linux/glob.h>
#include <linux/string.h>

/**
 * kml_glob_match() - a text has the form of a pattern, as in a shell
 * @pattern: with *, ? and [...]
 * @text: all of it has to match
 *
 * Kernels with tracing have glob_match(); in one without it, a pattern stands for itself.
 *
 * Context: any.
 * Return: true when it has.
 */
static inline bool kml_glob_match(const char *pattern, const char *text)
{
#if IS_REACHABLE(CONFIG_GLOB)
	return glob_match(pattern, text);
#else
	return !strcmp(pattern, text);
#endif
}

#endif
