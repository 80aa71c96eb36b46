// SPDX-License-Identifier: GPL-2.0-only
/* What was found: for people, or as JSON. */
#include <inttypes.h>
#include <string.h>

#include "leaks/tell.h"
#include "lib/message.h"
#include "lib/output.h"
#include "verb.h"

#define SCHEMA 1

/* --- what is told ---------------------------------------------------------------- */

struct total {
	uint64_t sites;
	uint64_t bytes;
	uint64_t again;		/* frees of what was free */
	uint64_t other;		/* frees of what was not seen to be allocated */
	uint64_t known;		/* stacks that a suppression is for */
};

enum { LEAK_NUMBER, LEAK_ALLOCATOR, LEAK_OBJECTS, LEAK_BYTES, LEAK_ALLOCATED, LEAK_ADDRESS,
       LEAK_AGE, LEAK_KNOWN, LEAK_COLUMNS };

static const struct kml_column leak_columns[LEAK_COLUMNS] = {
	[LEAK_NUMBER] = { "leak", NULL, KML_COUNT },
	[LEAK_ALLOCATOR] = { "allocator", NULL, KML_TEXT },
	[LEAK_OBJECTS] = { "objects", NULL, KML_COUNT },
	[LEAK_BYTES] = { "bytes", NULL, KML_COUNT },
	[LEAK_ALLOCATED] = { "allocated", NULL, KML_COUNT },
	[LEAK_ADDRESS] = { "address", NULL, KML_TEXT },
	[LEAK_AGE] = { "age_ns", NULL, KML_SECONDS },
	[LEAK_KNOWN] = { "suppressed", NULL, KML_TEXT },
};

enum { FREE_NUMBER, FREE_WHAT, FREE_TIMES, FREE_KNOWN, FREE_COLUMNS };

static const struct kml_column free_columns[FREE_COLUMNS] = {
	[FREE_NUMBER] = { "free", NULL, KML_COUNT },
	[FREE_WHAT] = { "what", NULL, KML_TEXT },
	[FREE_TIMES] = { "times", NULL, KML_COUNT },
	[FREE_KNOWN] = { "suppressed", NULL, KML_TEXT },
};

static void fact(struct kml_output *output, const char *key, enum kml_kind kind,
		 struct kml_value value)
{
	kml_output_fact(output, &(struct kml_column){ key, NULL, kind }, value);
}

/* --- one leak --------------------------------------------------------------------- */

static void tell_leak(struct kml_output *output, uint64_t number, const struct watched_site *site,
		      const char *known)
{
	kml_output_row(output, (struct kml_value[LEAK_COLUMNS]){
		[LEAK_NUMBER] = KML_COUNT_VALUE(number),
		[LEAK_ALLOCATOR] = KML_TEXT_VALUE(site->allocator),
		[LEAK_OBJECTS] = KML_COUNT_VALUE(site->objects),
		[LEAK_BYTES] = KML_COUNT_VALUE(site->bytes),
		[LEAK_ALLOCATED] = KML_COUNT_VALUE(site->allocated),
		[LEAK_ADDRESS] = KML_TEXT_VALUE(site->address),
		[LEAK_AGE] = KML_NS_VALUE((int64_t)site->age),
		[LEAK_KNOWN] = kml_text_or_unknown(known),
	});
}

static void tell_frames(struct kml_output *output, uint64_t number,
			const struct watched_site *site, const struct source *source)
{
	char heading[256];

	snprintf(heading, sizeof(heading),
		 "%" PRIu64 " of %" PRIu64 " not freed, %" PRIu64 " bytes, of %s; the oldest is %.1f s old, at %s",
		 site->objects, site->allocated, site->bytes, site->allocator,
		 (double)site->age / 1e9, site->address);
	kml_output_heading(output, heading);
	source_tell_stack(source, &site->stack, number, output);
}

/* --- wrong frees ------------------------------------------------------------------ */

static void count_free(struct total *total, const struct watched_free *one, const char *known)
{
	total->known += !!known;
	if (!known && one->again)
		total->again += one->count;
	else if (!known)
		total->other += one->count;
}

/* For people: those only that are a mistake for certain. */
static void tell_free_stack(struct kml_output *output, uint64_t number,
			    const struct watched_free *one, const struct source *source)
{
	char heading[64];

	snprintf(heading, sizeof(heading), "freed again, %" PRIu64 " time%s", one->count,
		 one->count == 1 ? "" : "s");
	kml_output_heading(output, heading);
	source_tell_stack(source, &one->stack, number, output);
}

static void tell_frees(struct kml_output *output, const struct watched *watched,
		       const struct source *source, bool json, struct total *total)
{
	struct kml_column frame_columns[SOURCE_COLUMNS];

	kml_output_table(output, "frees", free_columns, FREE_COLUMNS);
	for (size_t i = 0; i < watched->n_frees; i++) {
		const struct watched_free *one = &watched->frees[i];
		const char *known = source_why_known(source, &one->stack);

		count_free(total, one, known);
		kml_output_row(output, (struct kml_value[FREE_COLUMNS]){
			[FREE_NUMBER] = KML_COUNT_VALUE(i + 1),
			[FREE_WHAT] = KML_TEXT_VALUE(one->again ? "again" : "other"),
			[FREE_TIMES] = KML_COUNT_VALUE(one->count),
			[FREE_KNOWN] = kml_text_or_unknown(known),
		});
	}
	source_columns("free", frame_columns);
	kml_output_table(output, "free_frames", frame_columns, SOURCE_COLUMNS);
	for (size_t i = 0; i < watched->n_frees; i++)
		if ((json || watched->frees[i].again) &&
		    !source_why_known(source, &watched->frees[i].stack))
			tell_free_stack(output, i + 1, &watched->frees[i], source);
	kml_output_end_table(output);
}

/* --- all -------------------------------------------------------------------------- */

static void tell_problems(struct kml_output *output, const struct watched *watched)
{
	static const struct kml_column column = { "problem", "WHAT MAY BE MISSING", KML_TEXT };

	kml_output_table(output, "problems", &column, 1);
	for (size_t i = 0; i < watched->n_problems; i++)
		kml_output_row(output, (struct kml_value[]){
			KML_TEXT_VALUE(watched->problem[i]) });
}

static struct total tell_tables(struct kml_output *output, const struct watched *watched,
				const struct source *source)
{
	struct kml_column frame_columns[SOURCE_COLUMNS];
	struct total total = {};

	kml_output_table(output, "leaks", leak_columns, LEAK_COLUMNS);
	for (size_t i = 0; i < watched->n_sites; i++) {
		const struct watched_site *site = &watched->sites[i];
		const char *known = source_why_known(source, &site->stack);

		tell_leak(output, i + 1, site, known);
		total.known += !!known;
		total.sites += !known;
		total.bytes += known ? 0 : site->bytes;
	}
	source_columns("leak", frame_columns);
	kml_output_table(output, "frames", frame_columns, SOURCE_COLUMNS);
	for (size_t i = 0; i < watched->n_sites; i++)
		if (!source_why_known(source, &watched->sites[i].stack))
			tell_frames(output, i + 1, &watched->sites[i], source);
	kml_output_end_table(output);
	return total;
}

/* The last line, for people. */
static void tell_end(const struct watched *watched, const struct total *total, const char *note)
{
	if (*note)
		printf("Note: %s.\n", note);
	if (total->known)
		printf("%" PRIu64 " more that the suppressions are for.\n", total->known);
	if (total->other)
		printf("%" PRIu64 " freed of what it was not seen to allocate: handed over, or a mistake (--json has where).\n",
		       total->other);
	if (total->again)
		printf("%" PRIu64 " freed again. ", total->again);
	if (total->sites)
		printf("%" PRIu64 " leak%s, %" PRIu64 " bytes.", total->sites,
		       total->sites == 1 ? "" : "s", total->bytes);
	else if (watched->n_problems)
		printf("Nothing was found.");
	else
		printf("No leaks.");
	printf(" %" PRIu64 " allocations and %" PRIu64 " frees were seen; ", watched->allocated,
	       watched->freed);
	if (watched->n_problems)
		printf("this is not complete: %zu problem%s.\n", watched->n_problems,
		       watched->n_problems == 1 ? "" : "s");
	else
		puts("nothing was lost.");
}

int tell_leaks(bool json, const struct source *source, struct watched *watched, const char *note)
{
	struct kml_output *output = kml_output_new(stdout, json, SCHEMA);
	struct total total;

	if (!output) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	watched_sort(watched);
	fact(output, "module", KML_TEXT, KML_TEXT_VALUE(source->target->name));
	fact(output, "state", KML_TEXT, KML_TEXT_VALUE(watched->state));
	fact(output, "note", KML_TEXT, kml_text_or_unknown(note));
	fact(output, "allocated", KML_COUNT, KML_COUNT_VALUE(watched->allocated));
	fact(output, "freed", KML_COUNT, KML_COUNT_VALUE(watched->freed));
	total = tell_tables(output, watched, source);
	tell_frees(output, watched, source, json, &total);
	tell_problems(output, watched);
	if (kml_output_close(output)) {
		kml_error("no memory for all of it");
		return KML_EXIT_FAILED;
	}
	if (!json)
		tell_end(watched, &total, note);
	if (total.sites || total.again)
		return KML_EXIT_FOUND;
	/* What was not seen may be a leak. */
	return watched->n_problems ? KML_EXIT_FAILED : KML_EXIT_OK;
}
