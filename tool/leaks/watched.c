// SPDX-License-Identifier: GPL-2.0-only
/* The lines of /dev/allocwatch. */
#include <errno.h>
#include <inttypes.h>
#include <kmemlab/allocwatch.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "leaks/watched.h"

__attribute__((format(printf, 2, 3)))
static void add_problem(struct watched *watched, const char *format, ...)
{
	va_list args;

	if (watched->n_problems == WATCHED_PROBLEMS)
		return;
	va_start(args, format);
	vsnprintf(watched->problem[watched->n_problems++], sizeof(watched->problem[0]), format,
		  args);
	va_end(args);
}

static int take_count(struct watched *watched, const char *line)
{
	char name[32];
	uint64_t number;

	if (sscanf(line, "count %31s %" SCNu64, name, &number) != 2)
		return -EINVAL;
	if (!strcmp(name, "allocated"))
		watched->allocated = number;
	else if (!strcmp(name, "freed"))
		watched->freed = number;
	return 0;
}

static int take_loss(struct watched *watched, const char *line)
{
	char name[32];
	uint64_t number;

	if (sscanf(line, "loss %31s %" SCNu64, name, &number) != 2)
		return -EINVAL;
	if (number)
		add_problem(watched, "%s: %" PRIu64, name, number);
	return 0;
}

static int take_hook(struct watched *watched, const char *line)
{
	char name[64], placed[16];
	uint64_t missed;

	if (sscanf(line, "hook %63s %15s %" SCNu64, name, placed, &missed) != 3)
		return -EINVAL;
	if (strcmp(placed, "placed"))
		add_problem(watched, "no hook on %s", name);
	else if (missed)
		add_problem(watched, "%s: %" PRIu64 " calls missed", name, missed);
	return 0;
}

static int take_site(struct watched *watched, const char *line)
{
	struct watched_site *sites, *site;

	sites = realloc(watched->sites, (watched->n_sites + 1) * sizeof(*sites));
	if (!sites)
		return -ENOMEM;
	watched->sites = sites;
	site = &sites[watched->n_sites++];
	*site = (struct watched_site){};
	return sscanf(line, "site %31s %" SCNu64 " %" SCNu64 " %" SCNu64 " %23s %" SCNu64,
		      site->allocator, &site->objects, &site->bytes, &site->allocated,
		      site->address, &site->age) == 6 ? 0 : -EINVAL;
}

static int take_frame(struct watched *watched, const char *line)
{
	struct watched_site *site = &watched->sites[watched->n_sites - 1];
	struct watched_frame *frame = &site->frame[site->frames];
	int n;

	if (!watched->n_sites || site->frames == WATCHED_FRAMES)
		return -EINVAL;
	n = sscanf(line, "frame %127[^+ ]+%" SCNx64 "/%" SCNx64 " [%63[^]]]", frame->function,
		   &frame->offset, &frame->size, frame->module);
	site->frames++;
	return n >= 1 ? 0 : -EINVAL;
}

static int take_line(struct watched *watched, const char *line)
{
	if (!strncmp(line, "count ", 6))
		return take_count(watched, line);
	if (!strncmp(line, "loss ", 5))
		return take_loss(watched, line);
	if (!strncmp(line, "hook ", 5))
		return take_hook(watched, line);
	if (!strncmp(line, "site ", 5))
		return take_site(watched, line);
	if (!strncmp(line, "frame ", 6))
		return take_frame(watched, line);
	if (!strncmp(line, "target ", 7))
		return sscanf(line, "target %*s %15s", watched->state) == 1 ? 0 : -EINVAL;
	return 0;
}

static int read_lines(FILE *in, struct watched *watched, char **line, size_t *size)
{
	unsigned int version;
	int error = 0;

	if (getline(line, size, in) < 0 || sscanf(*line, "allocwatch %u", &version) != 1)
		return -EINVAL;
	if (version != KML_ALLOCWATCH_VERSION)
		return -EPROTO;
	while (!error && getline(line, size, in) >= 0) {
		if (!strcmp(*line, "end\n"))
			return 0;
		error = take_line(watched, *line);
	}
	return error ?: -EINVAL;
}

int watched_read(FILE *in, struct watched *ret_watched)
{
	char *line = NULL;
	size_t size = 0;
	int error;

	*ret_watched = (struct watched){};
	error = read_lines(in, ret_watched, &line, &size);
	free(line);
	return error;
}

void watched_free(struct watched *watched)
{
	free(watched->sites);
	watched->sites = NULL;
}

static int compare(const void *a, const void *b)
{
	const struct watched_site *one = a, *other = b;

	return (one->bytes < other->bytes) - (one->bytes > other->bytes);
}

void watched_sort(struct watched *watched)
{
	if (watched->n_sites)
		qsort(watched->sites, watched->n_sites, sizeof(*watched->sites), compare);
}
