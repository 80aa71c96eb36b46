// SPDX-License-Identifier: GPL-2.0-only
/* Two measurements, row by row. */
#include <string.h>

#include "bench/match.h"
#include "bench/tell.h"
#include "lib/median.h"
#include "lib/message.h"
#include "lib/output.h"
#include "verb.h"

enum { ALLOCATOR, SIZE, PATTERN, OPERATION, A, B, RATIO, LOW, HIGH, VERDICT, COLUMNS };

/* What two runs are, and what of them has no pair. */
struct pair {
	const struct bench *a;
	const struct bench *b;
	double scale;		/* of a ratio of ticks, to that of the unit */
};

static void fill_ratio(const struct pair *pair, const struct histogram *a,
		       const struct histogram *b, struct kml_value *value)
{
	struct kml_interval ratio;

	value[VERDICT] = KML_TEXT_VALUE("no median to compare");
	if (!kml_ratio_of_medians(a, b, &ratio))
		return;
	ratio.value *= pair->scale;
	ratio.low *= pair->scale;
	ratio.high *= pair->scale;
	value[RATIO] = KML_FIGURE_VALUE(ratio.value);
	value[LOW] = KML_FIGURE_VALUE(ratio.low);
	value[HIGH] = KML_FIGURE_VALUE(ratio.high);
	value[VERDICT] = KML_TEXT_VALUE(kml_within_noise(&ratio) ? "within noise" :
					ratio.value > 1 ? "more" : "less");
}

static void tell_ratio(struct kml_output *output, const struct pair *pair,
		       const struct bench_row *a, const struct bench_row *b, int operation)
{
	const struct histogram *of_a = &a->operation[operation].histogram;
	const struct histogram *of_b = &b->operation[operation].histogram;
	struct kml_value value[COLUMNS] = {
		[ALLOCATOR] = KML_TEXT_VALUE(a->allocator),
		[SIZE] = KML_COUNT_VALUE(a->size),
		[PATTERN] = KML_TEXT_VALUE(a->pattern),
		[OPERATION] = KML_TEXT_VALUE(bench_operation_name(operation)),
		[A] = KML_FIGURE_VALUE((double)histogram_percentile(of_a, 50000) *
				       bench_tick(pair->a)),
		[B] = KML_FIGURE_VALUE((double)histogram_percentile(of_b, 50000) *
				       bench_tick(pair->b)),
	};

	fill_ratio(pair, of_a, of_b, value);
	kml_output_row(output, value);
}

static uint64_t tell_rows(struct kml_output *output, const struct pair *pair)
{
	uint64_t found = 0;

	for (size_t i = 0; i < pair->a->rows; i++) {
		const struct bench_row *other = bench_match(pair->b, &pair->a->row[i]);

		for (int operation = 0; other && operation < BENCH_OPERATIONS; operation++)
			tell_ratio(output, pair, &pair->a->row[i], other, operation);
		found += !!other;
	}
	return found;
}

static const struct bench_fact *find_fact(const struct bench *bench, const char *name)
{
	for (size_t i = 0; i < bench->facts; i++)
		if (!strcmp(bench->fact[i].name, name))
			return &bench->fact[i];
	return NULL;
}

/* What else is different than what is to be compared, maybe. */
static void warn(const struct pair *pair)
{
	for (size_t i = 0; i < pair->a->facts; i++) {
		const struct bench_fact *fact = &pair->a->fact[i];
		const struct bench_fact *other = find_fact(pair->b, fact->name);

		if (other && other->value != fact->value)
			kml_note("the first has %s=%d, the second %s=%d", fact->name,
				 (int)fact->value, fact->name, (int)other->value);
	}
	if (strcmp(pair->a->processor, pair->b->processor))
		kml_note("the first is of '%s', the second of '%s'", pair->a->processor,
			 pair->b->processor);
}

static void tell_text(struct kml_output *output, const char *key, const char *label,
		      const char *text)
{
	kml_output_fact(output, &(struct kml_column){ key, label, KML_TEXT },
			KML_TEXT_VALUE(text));
}

static void tell_count(struct kml_output *output, const char *key, uint64_t count)
{
	kml_output_fact(output, &(struct kml_column){ key, NULL, KML_COUNT },
			KML_COUNT_VALUE(count));
}

static int check_units(const struct bench *a, const struct bench *b)
{
	if (!strcmp(bench_unit(a), bench_unit(b)))
		return 0;
	kml_error("the first is in '%s', the second in '%s': they cannot be compared",
		  bench_unit(a), bench_unit(b));
	return KML_EXIT_USAGE;
}

int bench_tell_ratios(FILE *out, const struct bench *a, const struct bench *b,
		      const char *const names[2], bool json)
{
	const struct kml_column columns[COLUMNS] = {
		[ALLOCATOR] = { "allocator", "ALLOCATOR", KML_TEXT },
		[SIZE] = { "size", "SIZE", KML_COUNT },
		[PATTERN] = { "pattern", "PATTERN", KML_TEXT },
		[OPERATION] = { "operation", "CALL", KML_TEXT },
		[A] = { "a_p50", "FIRST P50", KML_FIGURE },
		[B] = { "b_p50", "SECOND P50", KML_FIGURE },
		[RATIO] = { "ratio", "RATIO", KML_RATIO },
		[LOW] = { "low", "FROM", KML_RATIO },
		[HIGH] = { "high", "TO", KML_RATIO },
		[VERDICT] = { "verdict", "VERDICT", KML_TEXT },
	};
	struct pair pair = { a, b, bench_tick(b) / bench_tick(a) };
	struct kml_output *output;
	uint64_t found;
	int status = check_units(a, b);

	if (status)
		return status;
	output = kml_output_new(out, json, BENCH_SCHEMA);
	if (!output) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	warn(&pair);
	tell_text(output, "what", NULL, BENCH_WHAT " --compare");
	tell_text(output, "a", "first", names[0]);
	tell_text(output, "b", "second", names[1]);
	tell_text(output, "unit", "unit", bench_unit(a));
	if (!json)
		fputc('\n', out);
	kml_output_table(output, "ratios", columns, COLUMNS);
	found = tell_rows(output, &pair);
	tell_count(output, "only_in_a", a->rows - found);
	tell_count(output, "only_in_b", b->rows - found);
	if (!json && (a->rows > found || b->rows > found))
		fprintf(out, "\nOf %zu and %zu measurements, %zu are in both.\n", a->rows, b->rows,
			(size_t)found);
	if (kml_output_close(output)) {
		kml_error("no memory for all of it");
		return KML_EXIT_FAILED;
	}
	if (!found)
		kml_error("there is nothing that both have measured");
	return found ? KML_EXIT_OK : KML_EXIT_FAILED;
}
