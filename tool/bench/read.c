// SPDX-License-Identifier: GPL-2.0-only
/* A file of a measurement. Nothing in it is believed: it may come from anywhere. */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "bench/read.h"
#include "bench/tell.h"
#include "lib/text.h"

/* More than one measurement can have; each takes 140 KiB. */
#define MAX_ROWS 8192

/* Where text is not text, or a number none, it is as if it were not there. */
static void get_text(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	*out = '\0';
	if (text)
		kml_escape(out, size, text, strlen(text));
}

static bool get_count(const json_t *object, const char *key, uint64_t *ret)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret = (uint64_t)json_integer_value(value);
	return true;
}

static bool get_u64(const json_t *object, const char *key, __u64 *ret)
{
	uint64_t value;

	if (!get_count(object, key, &value))
		return false;
	*ret = value;
	return true;
}

static int operation_of(const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "operation"));

	for (int i = 0; name && i < BENCH_OPERATIONS; i++)
		if (!strcmp(name, bench_operation_name(i)))
			return i;
	return -1;
}

static void read_head(const json_t *root, struct bench *bench)
{
	const json_t *options = json_object_get(root, "options"), *option;
	size_t i;

	get_text(root, "kernel", bench->kernel, sizeof(bench->kernel));
	get_text(root, "machine", bench->machine, sizeof(bench->machine));
	get_text(root, "processor", bench->processor, sizeof(bench->processor));
	get_text(root, "command_line", bench->command_line, sizeof(bench->command_line));
	get_count(root, "ticks_khz", &bench->ticks_khz);
	json_array_foreach(options, i, option) {
		struct bench_fact *fact = &bench->fact[bench->facts];

		if (bench->facts == BENCH_FACTS)
			break;
		get_text(option, "name", fact->name, sizeof(fact->name));
		if (get_count(option, "value", &fact->value))
			bench->facts++;
	}
}

/* Rows come in their order, each with its operations. */
static struct bench_row *row_of(const json_t *object, struct bench *bench, bool may_be_new)
{
	uint64_t number;

	if (!get_count(object, "row", &number) || number >= MAX_ROWS)
		return NULL;
	if (number == bench->rows && may_be_new)
		return bench_add(bench);
	return number < bench->rows ? &bench->row[number] : NULL;
}

static bool read_figures(const json_t *object, struct bench_row *row,
			 struct bench_operation *operation)
{
	struct histogram *histogram = &operation->histogram;

	return get_count(object, "usable", &row->usable) &&
	       get_count(object, "batch", &row->batch) &&
	       get_count(object, "cpus", &row->workers) &&
	       get_count(object, "objects", &row->objects) &&
	       get_count(object, "asked", &row->asked) &&
	       get_u64(object, "count", &histogram->count) &&
	       get_u64(object, "sum_ticks", &histogram->sum) &&
	       get_u64(object, "min_ticks", &histogram->min) &&
	       get_u64(object, "max_ticks", &histogram->max) &&
	       get_count(object, "disturbed", &operation->disturbed) &&
	       get_count(object, "overhead_ticks", &operation->overhead) &&
	       get_count(object, "longest_disturbed_ticks", &operation->longest);
}

/* A row without figures has a reason, whatever the file says. */
static void take_reason(struct bench_row *row, const char *note)
{
	static const char before[] = "not measured: ";

	if (!strncmp(note, before, strlen(before)))
		note += strlen(before);
	snprintf(row->why_not, sizeof(row->why_not), "%.*s", (int)sizeof(row->why_not) - 1,
		 *note ? note : "no reason is told");
}

static bool read_operation(const json_t *object, struct bench *bench)
{
	struct bench_row *row = row_of(object, bench, true);
	int operation = operation_of(object);
	char note[128] = "";

	if (!row || operation < 0)
		return false;
	get_text(object, "allocator", row->allocator, sizeof(row->allocator));
	get_text(object, "pattern", row->pattern, sizeof(row->pattern));
	get_text(object, "note", note, sizeof(note));
	if (!get_count(object, "size", &row->size))
		return false;
	if (json_is_null(json_object_get(object, "count"))) {
		take_reason(row, note);
		return true;
	}
	row->cut = *note;
	return read_figures(object, row, &row->operation[operation]);
}

static bool read_bucket(const json_t *object, struct bench *bench)
{
	struct bench_row *row = row_of(object, bench, false);
	int operation = operation_of(object);
	uint64_t from, count;
	__u64 *bucket;

	if (!row || operation < 0 || !get_count(object, "from_ticks", &from) ||
	    !get_count(object, "count", &count))
		return false;
	bucket = &row->operation[operation].histogram.bucket[histogram_index(from)];
	return !__builtin_add_overflow(*bucket, count, bucket);
}

/* What a histogram says of itself is what its buckets say. */
static bool is_whole(const struct histogram *histogram)
{
	__u64 sum = 0;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (__builtin_add_overflow(sum, histogram->bucket[i], &sum))
			return false;
	return sum == histogram->count;
}

static bool read_rows(const json_t *root, struct bench *bench)
{
	const json_t *operations = json_object_get(root, "operations"), *object;
	const json_t *buckets = json_object_get(root, "buckets");
	size_t i;

	if (!json_is_array(operations) || !json_is_array(buckets))
		return false;
	json_array_foreach(operations, i, object)
		if (!read_operation(object, bench))
			return false;
	json_array_foreach(buckets, i, object)
		if (!read_bucket(object, bench))
			return false;
	for (i = 0; i < bench->rows * BENCH_OPERATIONS; i++)
		if (!is_whole(&bench->row[i / BENCH_OPERATIONS]
			      .operation[i % BENCH_OPERATIONS].histogram))
			return false;
	return true;
}

static int read_root(const json_t *root, struct bench *bench, char *ret_why, size_t size)
{
	const char *what = json_string_value(json_object_get(root, "what"));
	uint64_t schema;

	if (!what || strcmp(what, BENCH_WHAT) || !get_count(root, "schema", &schema)) {
		snprintf(ret_why, size, "no measurement of kmemlab bench");
		return -EINVAL;
	}
	if (schema != BENCH_SCHEMA) {
		snprintf(ret_why, size, "of another schema than this command");
		return -EPROTO;
	}
	read_head(root, bench);
	if (read_rows(root, bench))
		return 0;
	snprintf(ret_why, size, "figures that are not whole");
	return -EINVAL;
}

int bench_read(FILE *in, struct bench *ret_bench, char *ret_why, size_t size)
{
	json_error_t error;
	json_t *root = json_loadf(in, JSON_REJECT_DUPLICATES, &error);
	int status;

	*ret_bench = (struct bench){};
	if (!root) {
		kml_escape(ret_why, size, error.text, strlen(error.text));
		return -EINVAL;
	}
	status = read_root(root, ret_bench, ret_why, size);
	json_decref(root);
	return status;
}
