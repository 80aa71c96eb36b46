// SPDX-License-Identifier: GPL-2.0-only
/* What was measured: for people, or as JSON. */
#include <inttypes.h>
#include <string.h>

#include "bench/match.h"
#include "bench/tell.h"
#include "lib/message.h"
#include "lib/output.h"
#include "verb.h"

enum { ROW, ALLOCATOR, SIZE, USABLE, PATTERN, OPERATION, BATCH, CPUS, OBJECTS, COUNT, MIN, P50, P90,
       P99, P999, MAX, MEAN, RATE, DISTURBED, SUM_TICKS, MIN_TICKS, MAX_TICKS, OVERHEAD_TICKS,
       LONGEST_TICKS, ASKED, NOTE, COLUMNS };

static const struct kml_column columns[COLUMNS] = {
	[ROW] = { "row", NULL, KML_COUNT },
	[ALLOCATOR] = { "allocator", "ALLOCATOR", KML_TEXT },
	[SIZE] = { "size", "SIZE", KML_COUNT },
	[USABLE] = { "usable", "USABLE", KML_COUNT },
	[PATTERN] = { "pattern", "PATTERN", KML_TEXT },
	[OPERATION] = { "operation", "CALL", KML_TEXT },
	[BATCH] = { "batch", NULL, KML_COUNT },
	[CPUS] = { "cpus", NULL, KML_COUNT },
	[OBJECTS] = { "objects", NULL, KML_COUNT },
	[COUNT] = { "count", NULL, KML_COUNT },
	[MIN] = { "min", "MIN", KML_FIGURE },
	[P50] = { "p50", "P50", KML_FIGURE },
	[P90] = { "p90", "P90", KML_FIGURE },
	[P99] = { "p99", "P99", KML_FIGURE },
	[P999] = { "p99_9", "P99.9", KML_FIGURE },
	[MAX] = { "max", "MAX", KML_FIGURE },
	[MEAN] = { "mean", NULL, KML_FIGURE },
	[RATE] = { "ops_per_s", "OPS/S", KML_FIGURE },
	[DISTURBED] = { "disturbed", "DISTURBED", KML_COUNT },
	[SUM_TICKS] = { "sum_ticks", NULL, KML_COUNT },
	[MIN_TICKS] = { "min_ticks", NULL, KML_COUNT },
	[MAX_TICKS] = { "max_ticks", NULL, KML_COUNT },
	[OVERHEAD_TICKS] = { "overhead_ticks", NULL, KML_COUNT },
	[LONGEST_TICKS] = { "longest_disturbed_ticks", NULL, KML_COUNT },
	[ASKED] = { "asked", NULL, KML_COUNT },
	[NOTE] = { "note", "NOTE", KML_TEXT },
};

enum { BUCKET_ROW, BUCKET_OPERATION, BUCKET_FROM, BUCKET_TO, BUCKET_COUNT, BUCKET_COLUMNS };

static const struct kml_column bucket_columns[BUCKET_COLUMNS] = {
	[BUCKET_ROW] = { "row", NULL, KML_COUNT },
	[BUCKET_OPERATION] = { "operation", NULL, KML_TEXT },
	[BUCKET_FROM] = { "from_ticks", NULL, KML_COUNT },
	[BUCKET_TO] = { "to_ticks", NULL, KML_COUNT },
	[BUCKET_COUNT] = { "count", NULL, KML_COUNT },
};

static void fact(struct kml_output *output, const char *key, const char *label, const char *text)
{
	kml_output_fact(output, &(struct kml_column){ key, label, KML_TEXT },
			text && *text ? KML_TEXT_VALUE(text) : KML_UNKNOWN);
}

/* --- on what -------------------------------------------------------------------------- */

/* The options that are on, in words. */
static void list_options(const struct bench *bench, char *out, size_t size)
{
	*out = '\0';
	for (size_t i = 0; i < bench->facts; i++) {
		size_t length = strlen(out);

		if (bench->fact[i].value)
			snprintf(out + length, size - length, "%s%s", length ? " " : "",
				 bench->fact[i].name);
	}
}

static void tell_facts(struct kml_output *output, const struct bench *bench)
{
	static const struct kml_column option[] = {
		{ "name", NULL, KML_TEXT }, { "value", NULL, KML_COUNT },
	};
	char options[BENCH_FACTS * BENCH_NAME];

	list_options(bench, options, sizeof(options));
	fact(output, "what", NULL, BENCH_WHAT);
	fact(output, "kernel", "kernel", bench->kernel);
	fact(output, "unit", "unit", bench_unit(bench));
	fact(output, "machine", "machine", bench->machine);
	fact(output, "processor", NULL, bench->processor);
	fact(output, "command_line", NULL, bench->command_line);
	fact(output, "options_on", "options", options);
	kml_output_fact(output, &(struct kml_column){ "ticks_khz", NULL, KML_COUNT },
			KML_COUNT_VALUE(bench->ticks_khz));
	kml_output_table(output, "options", option, 2);
	for (size_t i = 0; i < bench->facts; i++)
		kml_output_row(output, (struct kml_value[]){
			KML_TEXT_VALUE(bench->fact[i].name),
			KML_COUNT_VALUE(bench->fact[i].value) });
}

/* --- figures --------------------------------------------------------------------------- */

static struct kml_value figure(const struct bench *bench, double ticks)
{
	return KML_FIGURE_VALUE(ticks * bench_tick(bench));
}

static struct kml_value percentile(const struct bench *bench, const struct histogram *histogram,
				   unsigned int per_100000)
{
	return figure(bench, (double)histogram_percentile(histogram, per_100000));
}

static void name_row(const struct bench *bench, const struct bench_row *row, int operation,
		     struct kml_value *value)
{
	value[ROW] = KML_COUNT_VALUE((uint64_t)(row - bench->row));
	value[ALLOCATOR] = KML_TEXT_VALUE(row->allocator);
	value[SIZE] = KML_COUNT_VALUE(row->size);
	value[PATTERN] = KML_TEXT_VALUE(row->pattern);
	value[OPERATION] = KML_TEXT_VALUE(bench_operation_name(operation));
}

static void fill_counts(const struct bench_row *row, const struct bench_operation *operation,
			struct kml_value *value)
{
	value[USABLE] = KML_COUNT_VALUE(row->usable);
	value[BATCH] = KML_COUNT_VALUE(row->batch);
	value[CPUS] = KML_COUNT_VALUE(row->workers);
	value[OBJECTS] = KML_COUNT_VALUE(row->objects);
	value[COUNT] = KML_COUNT_VALUE(operation->histogram.count);
	value[DISTURBED] = KML_COUNT_VALUE(operation->disturbed);
	value[SUM_TICKS] = KML_COUNT_VALUE(operation->histogram.sum);
	value[MIN_TICKS] = KML_COUNT_VALUE(operation->histogram.min);
	value[MAX_TICKS] = KML_COUNT_VALUE(operation->histogram.max);
	value[OVERHEAD_TICKS] = KML_COUNT_VALUE(operation->overhead);
	value[LONGEST_TICKS] = KML_COUNT_VALUE(operation->longest);
	value[ASKED] = KML_COUNT_VALUE(row->asked);
}

/* Operations of all CPUs in a second, of nothing but these. */
static void fill_rate(const struct bench *bench, const struct bench_row *row,
		      const struct histogram *histogram, struct kml_value *value)
{
	double mean = (double)histogram->sum / (double)histogram->count;

	value[MEAN] = figure(bench, mean);
	if (bench_is_time(bench) && mean > 0)
		value[RATE] = KML_FIGURE_VALUE(1e9 / (mean * bench_tick(bench)) *
					       (double)row->workers);
}

static void fill_figures(const struct bench *bench, const struct bench_row *row,
			 const struct histogram *histogram, struct kml_value *value)
{
	if (!histogram->count)
		return;
	value[MIN] = figure(bench, (double)histogram->min);
	value[P50] = percentile(bench, histogram, 50000);
	value[P90] = percentile(bench, histogram, 90000);
	value[P99] = percentile(bench, histogram, 99000);
	value[P999] = percentile(bench, histogram, 99900);
	value[MAX] = figure(bench, (double)histogram->max);
	fill_rate(bench, row, histogram, value);
}

static void tell_operation(struct kml_output *output, const struct bench *bench,
			   const struct bench_row *row, int operation)
{
	struct kml_value value[COLUMNS] = {};
	const struct bench_operation *of = &row->operation[operation];
	uint64_t done = of->histogram.count + of->disturbed;
	char note[128] = "";

	name_row(bench, row, operation, value);
	if (*row->why_not) {
		snprintf(note, sizeof(note), "not measured: %s", row->why_not);
	} else {
		fill_counts(row, of, value);
		fill_figures(bench, row, &of->histogram, value);
		if (row->cut)
			snprintf(note, sizeof(note), "%" PRIu64 " calls: the time was over", done);
	}
	value[NOTE] = KML_TEXT_VALUE(note);
	kml_output_row(output, value);
}

static void tell_buckets(struct kml_output *output, uint64_t number, const struct bench_row *row,
			 int operation)
{
	const struct histogram *histogram = &row->operation[operation].histogram;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (histogram->bucket[i])
			kml_output_row(output, (struct kml_value[BUCKET_COLUMNS]){
				[BUCKET_ROW] = KML_COUNT_VALUE(number),
				[BUCKET_OPERATION] = KML_TEXT_VALUE(bench_operation_name(operation)),
				[BUCKET_FROM] = KML_COUNT_VALUE(histogram_from(i)),
				[BUCKET_TO] = KML_COUNT_VALUE(histogram_to(i)),
				[BUCKET_COUNT] = KML_COUNT_VALUE(histogram->bucket[i]),
			});
}

static void tell_rows(struct kml_output *output, const struct bench *bench)
{
	kml_output_table(output, "operations", columns, COLUMNS);
	for (size_t i = 0; i < bench->rows; i++)
		for (int operation = 0; operation < BENCH_OPERATIONS; operation++)
			tell_operation(output, bench, &bench->row[i], operation);
	kml_output_table(output, "buckets", bucket_columns, BUCKET_COLUMNS);
	for (size_t i = 0; i < bench->rows; i++)
		for (int operation = 0; operation < BENCH_OPERATIONS; operation++)
			tell_buckets(output, i, &bench->row[i], operation);
}

/* --- zeroing ------------------------------------------------------------------------------ */

enum { ZERO_ALLOCATOR, ZERO_SIZE, ZERO_PATTERN, ZERO_WITH, ZERO_WITHOUT, ZERO_ITSELF, ZERO_COLUMNS };

static const struct kml_column zero_columns[ZERO_COLUMNS] = {
	[ZERO_ALLOCATOR] = { "allocator", "ALLOCATOR", KML_TEXT },
	[ZERO_SIZE] = { "size", "SIZE", KML_COUNT },
	[ZERO_PATTERN] = { "pattern", "PATTERN", KML_TEXT },
	[ZERO_WITH] = { "p50", "ALLOC P50", KML_FIGURE },
	[ZERO_WITHOUT] = { "p50_init_on_alloc_0", "INIT_ON_ALLOC=0", KML_FIGURE },
	[ZERO_ITSELF] = { "zeroing", "ZEROING", KML_FIGURE },
};

static double median_of(const struct bench *bench, const struct bench_row *row)
{
	return (double)histogram_percentile(&row->operation[BENCH_ALLOC].histogram, 50000) *
	       bench_tick(bench);
}

static void tell_zeroing(struct kml_output *output, const struct bench *bench,
			 const struct bench *bare)
{
	kml_output_table(output, "zeroing", zero_columns, ZERO_COLUMNS);
	for (size_t i = 0; i < bench->rows; i++) {
		const struct bench_row *row = &bench->row[i];
		const struct bench_row *other = bench_match(bare, row);
		double with, without;

		if (!other)
			continue;
		with = median_of(bench, row);
		without = median_of(bare, other);
		kml_output_row(output, (struct kml_value[ZERO_COLUMNS]){
			[ZERO_ALLOCATOR] = KML_TEXT_VALUE(row->allocator),
			[ZERO_SIZE] = KML_COUNT_VALUE(row->size),
			[ZERO_PATTERN] = KML_TEXT_VALUE(row->pattern),
			[ZERO_WITH] = KML_FIGURE_VALUE(with),
			[ZERO_WITHOUT] = KML_FIGURE_VALUE(without),
			[ZERO_ITSELF] = KML_FIGURE_VALUE(with - without),
		});
	}
}

/* --- all ------------------------------------------------------------------------------------ */

/* The first reason, where there is nothing else to tell; JSON has them all. */
static int judge(const struct bench *bench, bool json)
{
	for (size_t i = 0; i < bench->rows; i++)
		if (!*bench->row[i].why_not)
			return KML_EXIT_OK;
	if (!json)
		kml_error("nothing was measured: %s", bench->row[0].why_not);
	return KML_EXIT_FAILED;
}

int bench_tell(FILE *out, const struct bench *bench, const struct bench *bare, bool json)
{
	struct kml_output *output = kml_output_new(out, json, BENCH_SCHEMA);

	if (!output) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	tell_facts(output, bench);
	if (!json)
		fputc('\n', out);
	tell_rows(output, bench);
	if (bare) {
		kml_output_heading(output, "What of it is zeroing: the same in a machine that boots "
				   "with init_on_alloc=0.");
		tell_zeroing(output, bench, bare);
	}
	if (kml_output_close(output)) {
		kml_error("no memory for all of it");
		return KML_EXIT_FAILED;
	}
	return judge(bench, json);
}
