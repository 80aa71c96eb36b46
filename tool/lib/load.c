// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>

#include "lib/load.h"

int kml_load(struct kmod_ctx *ctx, const char *name, const char *options,
	     struct kmod_module **ret_module)
{
	struct kmod_list *found = NULL;

	*ret_module = NULL;
	if (kmod_module_new_from_lookup(ctx, name, &found) || !found)
		return -ENOENT;
	*ret_module = kmod_module_get_module(found);
	kmod_module_unref_list(found);
	return kmod_module_probe_insert_module(*ret_module, 0, options, NULL, NULL, NULL);
}
