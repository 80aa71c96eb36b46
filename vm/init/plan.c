// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan.h"
#include "verdict.h"

static char *plan;
static size_t plan_size;

void plan_read(void)
{
	struct stat st;
	ssize_t got;
	int fd = open("/plan", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) || !st.st_size)
		die("no plan: %s", strerror(errno));
	plan = malloc(st.st_size);
	if (!plan)
		die("no memory for the plan");
	got = read(fd, plan, st.st_size);
	if (got != st.st_size || plan[got - 1])
		die("the plan cannot be read");
	plan_size = got;
	close(fd);
}

char *plan_next(const char *key, char **at)
{
	size_t key_length = strlen(key);
	char *record = *at ? *at + strlen(*at) + 1 : plan;

	for (; record < plan + plan_size; record += strlen(record) + 1) {
		if (!strncmp(record, key, key_length) && record[key_length] == '=') {
			*at = record;
			return record + key_length + 1;
		}
	}
	return NULL;
}

char *plan_get(const char *key)
{
	char *at = NULL;

	return plan_next(key, &at);
}

char **plan_list(const char *key)
{
	char *at = NULL, *value, **list;
	size_t n = 0;

	while (plan_next(key, &at))
		n++;
	list = calloc(n + 1, sizeof(*list));
	if (!list)
		die("no memory for the plan");
	for (at = NULL, n = 0; (value = plan_next(key, &at)); n++)
		list[n] = value;
	return list;
}
