// SPDX-License-Identifier: GPL-2.0-only
/* The lines of /dev/allocbench. */
#include <errno.h>
#include <inttypes.h>
#include <kmemlab/allocbench.h>
#include <stdlib.h>
#include <string.h>

#include "bench/device.h"

/* Where the lines go. */
struct reading {
	struct device_tables *tables;
	struct bench *bench;
	struct bench_row *row;
	struct bench_operation *operation;	/* that buckets belong to */
	uint64_t counted;			/* in its buckets so far */
};

static int take_fact(struct reading *r, const char *line)
{
	struct bench_fact *fact;

	if (!r->bench || r->bench->facts == BENCH_FACTS)
		return 0;
	fact = &r->bench->fact[r->bench->facts++];
	return sscanf(line, "kernel %31s %" SCNu64, fact->name, &fact->value) == 2 ? 0 : -EINVAL;
}

static int take_allocator(struct reading *r, const char *line)
{
	struct device_allocator *a;
	char kind[8];
	int drains;

	if (!r->tables || r->tables->allocators == DEVICE_ALLOCATORS)
		return 0;
	a = &r->tables->allocator[r->tables->allocators++];
	if (sscanf(line, "allocator %31s %" SCNu64 " %" SCNu64 " %7s %*u %d", a->name, &a->min,
		   &a->max, kind, &drains) != 5)
		return -EINVAL;
	a->whole_pages = !strcmp(kind, "pages");
	a->fake = !strcmp(kind, "fake");
	a->drains = drains;
	return 0;
}

static int take_pattern(struct reading *r, const char *line)
{
	struct device_pattern *p;
	int drains;

	if (!r->tables || r->tables->patterns == DEVICE_PATTERNS)
		return 0;
	p = &r->tables->pattern[r->tables->patterns++];
	if (sscanf(line, "pattern %31s %u %d", p->name, &p->cpus, &drains) != 3)
		return -EINVAL;
	p->drains = drains;
	return 0;
}

static int take_run(struct reading *r, const char *line)
{
	struct bench_row *row = r->row;
	char end[8];

	if (!row)
		return 0;
	if (sscanf(line, "run %31s %31s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %7s", row->allocator, row->pattern, &row->size, &row->batch,
		   &row->asked, &row->workers, &row->objects, &row->usable, end) != 9)
		return -EINVAL;
	row->cut = !strcmp(end, "time");
	return 0;
}

/* Its buckets are as many as it says. */
static int end_operation(struct reading *r)
{
	return !r->operation || r->counted == r->operation->histogram.count ? 0 : -EINVAL;
}

static int take_operation(struct reading *r, const char *line)
{
	uint64_t count, sum, min, max;
	struct bench_operation *o;
	char name[8];

	if (!r->row)
		return 0;
	if (end_operation(r) || sscanf(line, "operation %7s", name) != 1)
		return -EINVAL;
	o = &r->row->operation[strcmp(name, "alloc") ? BENCH_FREE : BENCH_ALLOC];
	r->operation = o;
	r->counted = 0;
	if (sscanf(line, "operation %*s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %" SCNu64, &count, &sum, &min, &max, &o->overhead, &o->disturbed,
		   &o->longest) != 7)
		return -EINVAL;
	o->histogram.count = count;
	o->histogram.sum = sum;
	o->histogram.min = min;
	o->histogram.max = max;
	return 0;
}

static int take_bucket(struct reading *r, const char *line)
{
	uint64_t from, count;

	if (!r->row)
		return 0;
	if (!r->operation ||
	    sscanf(line, "bucket %" SCNu64 " %*u %" SCNu64, &from, &count) != 2)
		return -EINVAL;
	r->operation->histogram.bucket[histogram_index(from)] += count;
	r->counted += count;
	return 0;
}

static int take_refused(struct reading *r, const char *line)
{
	const char *why = line + strlen("refused ");

	if (r->row)
		snprintf(r->row->why_not, sizeof(r->row->why_not), "%.*s",
			 (int)strcspn(why, "\n"), why);
	return 0;
}

static int take_ticks(struct reading *r, const char *line)
{
	uint64_t khz;

	if (sscanf(line, "ticks %" SCNu64, &khz) != 1)
		return -EINVAL;
	if (r->bench)
		r->bench->ticks_khz = khz;
	return 0;
}

static int take_line(struct reading *r, const char *line)
{
	static const struct {
		const char *word;
		int (*take)(struct reading *r, const char *line);
	} known[] = {
		{ "ticks ", take_ticks }, { "kernel ", take_fact },
		{ "allocator ", take_allocator }, { "pattern ", take_pattern },
		{ "refused ", take_refused }, { "run ", take_run },
		{ "operation ", take_operation }, { "bucket ", take_bucket },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strncmp(line, known[i].word, strlen(known[i].word)))
			return known[i].take(r, line);
	return 0;
}

static int read_lines(FILE *in, struct reading *r, char **line, size_t *size)
{
	unsigned int version;
	int error = 0;

	if (getline(line, size, in) < 0 || sscanf(*line, "allocbench %u", &version) != 1)
		return -EINVAL;
	if (version != KML_ALLOCBENCH_VERSION)
		return -EPROTO;
	while (!error && getline(line, size, in) >= 0) {
		if (!strcmp(*line, "end\n"))
			return end_operation(r);
		error = take_line(r, *line);
	}
	return error ?: -EINVAL;
}

int device_read(FILE *in, struct device_tables *ret_tables, struct bench *bench,
		struct bench_row *row)
{
	struct reading reading = { .tables = ret_tables, .bench = bench, .row = row };
	char *line = NULL;
	size_t size = 0;
	int error;

	if (ret_tables)
		*ret_tables = (struct device_tables){};
	if (bench)
		bench->facts = 0;
	error = read_lines(in, &reading, &line, &size);
	free(line);
	return error;
}
