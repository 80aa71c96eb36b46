// SPDX-License-Identifier: GPL-2.0-only
/* What was found: for people, or as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "faults/tell.h"
#include "lib/message.h"
#include "lib/output.h"
#include "verb.h"

#define SCHEMA 1

/* --- what is told ----------------------------------------------------------------------- */

/* All of a telling. */
struct telling {
	struct kml_output *output;
	bool json;
	const struct source *source;
	const struct sweep *sweep;
	size_t count[VERDICTS];
	size_t known;		/* that a suppression is for */
};

enum { SITE_NUMBER, SITE_KEY, SITE_CALLED, SITE_INIT, SITE_USE, SITE_EXIT, SITE_COLUMNS };

static const struct kml_column site_columns[SITE_COLUMNS] = {
	[SITE_NUMBER] = { "site", NULL, KML_COUNT },
	[SITE_KEY] = { "key", NULL, KML_TEXT },
	[SITE_CALLED] = { "function", NULL, KML_TEXT },
	[SITE_INIT] = { "init", NULL, KML_COUNT },
	[SITE_USE] = { "use", NULL, KML_COUNT },
	[SITE_EXIT] = { "exit", NULL, KML_COUNT },
};

enum { TRY_NUMBER, TRY_SITE, TRY_CALL, TRY_OF, TRY_CALLED, TRY_PHASE, TRY_WHERE, TRY_VERDICT,
       TRY_NOTE, TRY_KNOWN, TRY_COLUMNS };

static const struct kml_column try_columns[TRY_COLUMNS] = {
	[TRY_NUMBER] = { "attempt", NULL, KML_COUNT },
	[TRY_SITE] = { "site", "SITE", KML_COUNT },
	[TRY_CALL] = { "call", "CALL", KML_COUNT },
	[TRY_OF] = { "of", "OF", KML_COUNT },
	[TRY_CALLED] = { "function", "FUNCTION", KML_TEXT },
	[TRY_PHASE] = { "phase", "IN", KML_TEXT },
	[TRY_WHERE] = { "where", "LINE", KML_TEXT },
	[TRY_VERDICT] = { "verdict", "VERDICT", KML_TEXT },
	[TRY_NOTE] = { "note", "NOTE", KML_TEXT },
	[TRY_KNOWN] = { "suppressed", NULL, KML_TEXT },
};

enum { LEAK_ATTEMPT, LEAK_ALLOCATOR, LEAK_OBJECTS, LEAK_BYTES, LEAK_COLUMNS };

static const struct kml_column leak_columns[LEAK_COLUMNS] = {
	[LEAK_ATTEMPT] = { "attempt", NULL, KML_COUNT },
	[LEAK_ALLOCATOR] = { "allocator", NULL, KML_TEXT },
	[LEAK_OBJECTS] = { "objects", NULL, KML_COUNT },
	[LEAK_BYTES] = { "bytes", NULL, KML_COUNT },
};

enum { SPLAT_ATTEMPT, SPLAT_LINE, SPLAT_COLUMNS };

static const struct kml_column splat_columns[SPLAT_COLUMNS] = {
	[SPLAT_ATTEMPT] = { "attempt", NULL, KML_COUNT },
	[SPLAT_LINE] = { "line", "THE KERNEL SAYS", KML_TEXT },
};

static void fact(const struct telling *telling, const char *key, enum kml_kind kind,
		 struct kml_value value)
{
	kml_output_fact(telling->output, &(struct kml_column){ key, NULL, kind }, value);
}

static size_t site_of(const struct sweep *sweep, uint64_t key)
{
	size_t i = 0;

	while (i < sweep->watched.n_calls && sweep->watched.calls[i].key != key)
		i++;
	return i;
}

static const char *why_known(const struct telling *telling, const struct outcome *outcome)
{
	const struct watched *watched = &telling->sweep->watched;
	size_t site = site_of(telling->sweep, outcome->attempt.key);
	const char *reason = NULL;

	if (site < watched->n_calls)
		reason = source_why_known(telling->source, &watched->calls[site].stack);
	for (size_t i = 0; i < outcome->left.n_sites && !reason; i++)
		reason = source_why_known(telling->source, &outcome->left.sites[i].stack);
	return reason;
}

static bool is_found(const struct telling *telling, const struct outcome *outcome)
{
	return verdict_is_bad(outcome->verdict) && !why_known(telling, outcome);
}

/* --- tables ------------------------------------------------------------------------------ */

static void tell_sites(const struct telling *telling)
{
	const struct watched *watched = &telling->sweep->watched;
	char key[24];

	kml_output_table(telling->output, "sites", site_columns, SITE_COLUMNS);
	for (size_t i = 0; i < watched->n_calls; i++) {
		const struct watched_calls *calls = &watched->calls[i];

		snprintf(key, sizeof(key), "%016" PRIx64, calls->key);
		kml_output_row(telling->output, (struct kml_value[SITE_COLUMNS]){
			[SITE_NUMBER] = KML_COUNT_VALUE(i + 1),
			[SITE_KEY] = KML_TEXT_VALUE(key),
			[SITE_CALLED] = KML_TEXT_VALUE(calls->function),
			[SITE_INIT] = KML_COUNT_VALUE(calls->calls[WATCHED_INIT]),
			[SITE_USE] = KML_COUNT_VALUE(calls->calls[WATCHED_USE]),
			[SITE_EXIT] = KML_COUNT_VALUE(calls->calls[WATCHED_EXIT]),
		});
	}
}

/* Without lines in the file, the function and the offset in it. */
static void find_where(const struct telling *telling, const struct watched_stack *stack, char *out,
		       size_t size)
{
	const struct watched_frame *frame = source_own_frame(telling->source, stack);

	*out = '\0';
	if (!frame)
		return;
	source_find_line(telling->source, frame, out, size);
	if (!*out)
		snprintf(out, size, "%s+0x%" PRIx64, frame->function, frame->offset);
}

static void tell_attempt(struct telling *telling, size_t i)
{
	const struct outcome *outcome = &telling->sweep->outcomes[i];
	size_t site = site_of(telling->sweep, outcome->attempt.key);
	const struct watched_calls *calls = &telling->sweep->watched.calls[site];
	const char *known = why_known(telling, outcome);
	char where[512];

	find_where(telling, &calls->stack, where, sizeof(where));
	kml_output_row(telling->output, (struct kml_value[TRY_COLUMNS]){
		[TRY_NUMBER] = KML_COUNT_VALUE(i + 1),
		[TRY_SITE] = KML_COUNT_VALUE(site + 1),
		[TRY_CALL] = KML_COUNT_VALUE(outcome->attempt.call),
		[TRY_OF] = KML_COUNT_VALUE(watched_all_calls(calls)),
		[TRY_CALLED] = KML_TEXT_VALUE(calls->function),
		[TRY_PHASE] = KML_TEXT_VALUE(watched_phase_name(outcome->attempt.phase)),
		[TRY_WHERE] = kml_text_or_unknown(where),
		[TRY_VERDICT] = KML_TEXT_VALUE(verdict_name(outcome->verdict)),
		[TRY_NOTE] = kml_text_or_unknown(outcome->note),
		[TRY_KNOWN] = kml_text_or_unknown(known),
	});
	if (known && verdict_is_bad(outcome->verdict))
		telling->known++;
	else
		telling->count[outcome->verdict]++;
}

static void tell_attempts(struct telling *telling)
{
	kml_output_table(telling->output, "attempts", try_columns, TRY_COLUMNS);
	for (size_t i = 0; i < telling->sweep->n_outcomes; i++)
		tell_attempt(telling, i);
}

static bool has_finding(const struct telling *telling, uint64_t key)
{
	const struct sweep *sweep = telling->sweep;

	for (size_t i = 0; i < sweep->n_outcomes; i++)
		if (sweep->outcomes[i].attempt.key == key &&
		    is_found(telling, &sweep->outcomes[i]))
			return true;
	return false;
}

/* For people, only where something was found. */
static void tell_stacks(const struct telling *telling)
{
	const struct watched *watched = &telling->sweep->watched;
	struct kml_column columns[SOURCE_COLUMNS];
	char heading[128];

	source_columns("site", columns);
	kml_output_table(telling->output, "stacks", columns, SOURCE_COLUMNS);
	for (size_t i = 0; i < watched->n_calls; i++) {
		const struct watched_calls *calls = &watched->calls[i];

		if (!telling->json && !has_finding(telling, calls->key))
			continue;
		snprintf(heading, sizeof(heading), "Site %zu: %s", i + 1, calls->function);
		kml_output_heading(telling->output, heading);
		source_tell_stack(telling->source, &calls->stack, i + 1, telling->output);
	}
	kml_output_end_table(telling->output);
}

static void name_attempt(const struct telling *telling, const struct outcome *outcome,
			 const char *what, char *out, size_t size)
{
	if (outcome->attempt.key)
		snprintf(out, size, "Site %zu, call %" PRIu64 ": %s",
			 site_of(telling->sweep, outcome->attempt.key) + 1, outcome->attempt.call,
			 what);
	else
		snprintf(out, size, "Nothing fails: %s", what);
}

static void tell_splat(const struct telling *telling, const struct outcome *outcome, size_t number)
{
	char *text = outcome->splat ? strdup(outcome->splat) : NULL, *at = text;
	char heading[128];

	if (!text)
		return;
	name_attempt(telling, outcome, "the kernel is broken", heading, sizeof(heading));
	kml_output_heading(telling->output, heading);
	for (char *line = strsep(&at, "\n"); at; line = strsep(&at, "\n"))
		kml_output_row(telling->output, (struct kml_value[SPLAT_COLUMNS]){
			[SPLAT_ATTEMPT] = KML_COUNT_VALUE(number),
			[SPLAT_LINE] = KML_TEXT_VALUE(line),
		});
	free(text);
}

static void tell_splats(const struct telling *telling)
{
	const struct sweep *sweep = telling->sweep;

	kml_output_table(telling->output, "splats", splat_columns, SPLAT_COLUMNS);
	tell_splat(telling, &sweep->first, 0);
	for (size_t i = 0; i < sweep->n_outcomes; i++)
		if (is_found(telling, &sweep->outcomes[i]))
			tell_splat(telling, &sweep->outcomes[i], i + 1);
}

static void tell_leaks(const struct telling *telling)
{
	const struct sweep *sweep = telling->sweep;

	kml_output_table(telling->output, "leaks", leak_columns, LEAK_COLUMNS);
	for (size_t i = 0; i < sweep->n_outcomes; i++)
		for (size_t n = 0; n < sweep->outcomes[i].left.n_sites; n++) {
			const struct watched_site *site = &sweep->outcomes[i].left.sites[n];

			kml_output_row(telling->output, (struct kml_value[LEAK_COLUMNS]){
				[LEAK_ATTEMPT] = KML_COUNT_VALUE(i + 1),
				[LEAK_ALLOCATOR] = KML_TEXT_VALUE(site->allocator),
				[LEAK_OBJECTS] = KML_COUNT_VALUE(site->objects),
				[LEAK_BYTES] = KML_COUNT_VALUE(site->bytes),
			});
		}
}

static void tell_left(const struct telling *telling, size_t i)
{
	const struct outcome *outcome = &telling->sweep->outcomes[i];
	char heading[160], what[96];

	if (!is_found(telling, outcome))
		return;
	for (size_t n = 0; n < outcome->left.n_sites; n++) {
		const struct watched_site *site = &outcome->left.sites[n];

		snprintf(what, sizeof(what), "%" PRIu64 " not freed, %" PRIu64 " bytes, of %s",
			 site->objects, site->bytes, site->allocator);
		name_attempt(telling, outcome, what, heading, sizeof(heading));
		kml_output_heading(telling->output, heading);
		source_tell_stack(telling->source, &site->stack, i + 1, telling->output);
	}
}

static void tell_all_left(const struct telling *telling)
{
	struct kml_column columns[SOURCE_COLUMNS];

	source_columns("attempt", columns);
	kml_output_table(telling->output, "left", columns, SOURCE_COLUMNS);
	for (size_t i = 0; i < telling->sweep->n_outcomes; i++)
		tell_left(telling, i);
	kml_output_end_table(telling->output);
}

static void tell_problems(const struct telling *telling)
{
	static const struct kml_column column = { "problem", "WHAT MAY BE MISSING", KML_TEXT };
	const struct watched *watched = &telling->sweep->watched;

	kml_output_table(telling->output, "problems", &column, 1);
	for (size_t i = 0; i < watched->n_problems; i++)
		kml_output_row(telling->output, (struct kml_value[]){
			KML_TEXT_VALUE(watched->problem[i]) });
}

/* --- the end ------------------------------------------------------------------------------- */

static size_t found(const struct telling *telling)
{
	size_t n = verdict_is_bad(telling->sweep->first.verdict);

	for (int i = 0; i < VERDICTS; i++)
		n += verdict_is_bad((enum verdict)i) ? telling->count[i] : 0;
	return n;
}

/* What is not known, though it was to be found out. */
static size_t missing(const struct telling *telling)
{
	const struct sweep *sweep = telling->sweep;

	return sweep->plan.n_attempts - sweep->n_outcomes + telling->count[VERDICT_NOT_REACHED] +
	       sweep->watched.n_problems;
}

static void tell_end(const struct telling *telling)
{
	const struct sweep *sweep = telling->sweep;
	const char *between = "";

	if (verdict_is_bad(sweep->first.verdict))
		printf("Even when nothing fails: %s (%s). Nothing was tried.\n",
		       verdict_name(sweep->first.verdict), sweep->first.note);
	else if (*sweep->first.note)
		printf("Note: even when nothing fails, %s.\n", sweep->first.note);
	if (sweep->plan.known.n_sites)
		printf("Note: even when nothing fails, memory is left behind: see kmemlab leaks.\n");
	if (telling->known)
		printf("%zu more that the suppressions are for.\n", telling->known);
	printf("%zu call%s of %zu site%s failed, in %u machine%s: ", sweep->n_outcomes,
	       sweep->n_outcomes == 1 ? "" : "s", sweep->watched.n_calls,
	       sweep->watched.n_calls == 1 ? "" : "s", sweep->machines,
	       sweep->machines == 1 ? "" : "s");
	for (int i = 0; i < VERDICTS; i++)
		if (telling->count[i]) {
			printf("%s%zu %s", between, telling->count[i], verdict_name((enum verdict)i));
			between = ", ";
		}
	printf("%s.", *between ? "" : "nothing to tell");
	if (sweep->n_outcomes < sweep->plan.n_attempts)
		printf(" %zu more were not tried.", sweep->plan.n_attempts - sweep->n_outcomes);
	if (missing(telling))
		printf(" This is not complete.");
	putchar('\n');
}

int tell_faults(bool json, const struct source *source, const struct sweep *sweep)
{
	struct telling telling = { .json = json, .source = source, .sweep = sweep };

	telling.output = kml_output_new(stdout, json, SCHEMA);
	if (!telling.output) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	fact(&telling, "module", KML_TEXT, KML_TEXT_VALUE(source->target->name));
	fact(&telling, "unfaulted", KML_TEXT, KML_TEXT_VALUE(verdict_name(sweep->first.verdict)));
	fact(&telling, "note", KML_TEXT, kml_text_or_unknown(sweep->first.note));
	fact(&telling, "left_anyway", KML_COUNT, KML_COUNT_VALUE(sweep->plan.known.n_sites));
	fact(&telling, "planned", KML_COUNT, KML_COUNT_VALUE(sweep->plan.n_attempts));
	fact(&telling, "machines", KML_COUNT, KML_COUNT_VALUE(sweep->machines));
	tell_sites(&telling);
	tell_attempts(&telling);
	tell_stacks(&telling);
	tell_splats(&telling);
	tell_leaks(&telling);
	tell_all_left(&telling);
	tell_problems(&telling);
	if (kml_output_close(telling.output)) {
		kml_error("no memory for all of it");
		return KML_EXIT_FAILED;
	}
	if (!json)
		tell_end(&telling);
	if (found(&telling))
		return KML_EXIT_FOUND;
	return missing(&telling) ? KML_EXIT_FAILED : KML_EXIT_OK;
}
