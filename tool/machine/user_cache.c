// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/user_cache.h"

int user_cache_find(char *ret_path, size_t size)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length;

	if (cache && *cache == '/')
		length = snprintf(ret_path, size, "%s/kmemlab", cache);
	else if (home && *home == '/')
		length = snprintf(ret_path, size, "%s/.cache/kmemlab", home);
	else
		return -ENOENT;
	return length >= 0 && (size_t)length < size ? 0 : -ENAMETOOLONG;
}

int user_cache_make(char *ret_path, size_t size)
{
	int error = user_cache_find(ret_path, size);
	char *last;

	if (error)
		return error;
	last = strrchr(ret_path, '/');
	*last = '\0';
	mkdir(ret_path, 0700);
	*last = '/';
	return mkdir(ret_path, 0700) && errno != EEXIST ? -errno : 0;
}
