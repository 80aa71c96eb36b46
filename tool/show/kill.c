// SPDX-License-Identifier: GPL-2.0-only
/* What led to a kill, in 24 lines of 80 columns: who grew, and what the machine had left. */
#include <stdlib.h>
#include <string.h>

#include "lib/history.h"
#include "lib/message.h"
#include "lib/ordered.h"
#include "show/show.h"
#include "verb.h"

enum { MAX_GROWN = 6 };		/* beside the victim, on a screen */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define NS_PER_S 1000000000ULL

/* How far the screen looks back, s. */
static const uint64_t spans[] = { 1, 10, 60 };

/* --- which kill ----------------------------------------------------------------- */

struct wanted {
	const struct show_options *options;
	uint64_t from_ns;
	uint64_t to_ns;
};

/* Of two, the OOM killer's, then the earlier one. */
static void consider(const struct wanted *wanted, const struct kml_kill *kill,
		     struct kml_kill *best, size_t *n)
{
	uint64_t at = kill->sample->time_ns;

	if (!show_wants(wanted->options, kill->pid, kill->name) || at < wanted->from_ns ||
	    at > wanted->to_ns)
		return;
	if (!(*n)++ || (kill->oom && !best->oom) ||
	    (kill->oom == best->oom && at < best->sample->time_ns))
		*best = *kill;
}

/* Return: how many there are. */
static size_t find_kill(const struct kml_recording *recording, const struct show_options *options,
			struct kml_kill *ret)
{
	struct wanted wanted = {
		.options = options,
		.from_ns = show_resolve_time(&options->since, recording, 0),
		.to_ns = show_resolve_time(&options->until, recording, UINT64_MAX),
	};
	struct kml_kill kill;
	size_t n = 0;

	for (size_t i = 0; i < recording->n_processes; i++)
		if (kml_find_kill(recording, &recording->processes[i], &kill))
			consider(&wanted, &kill, ret, &n);
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill))
			consider(&wanted, &kill, ret, &n);
	return n;
}

/* --- who grew ------------------------------------------------------------------- */

struct grown {
	const struct kml_process *process;
	uint64_t rss;
	int64_t by[LENGTH(spans)];	/* KiB */
};

/*
 * Of a process that has samples. Return: the newest one at @time_ns or before; the first one if that
 * comes behind.
 */
static const struct sample_line *sample_near(const struct kml_process *process, uint64_t time_ns)
{
	size_t n = KML_COUNT_UNTIL(process->samples, process->n, time_ns, time_ns);

	return &process->samples[n ? n - 1 : 0];
}

/* Return: the newest sample at @time_ns or before; NULL if there is none. */
static const struct sample_line *sample_at(const struct kml_process *process, uint64_t time_ns)
{
	size_t n = KML_COUNT_UNTIL(process->samples, process->n, time_ns, time_ns);

	return n ? &process->samples[n - 1] : NULL;
}

/* What had ended by then is not there. */
static bool is_there(const struct kml_process *process, const struct sample_line *sample)
{
	return sample && !(sample->ended && sample == &process->samples[process->n - 1]);
}

/* From its first sample, where it came later than the span begins. */
static void measure(const struct kml_kill *kill, struct grown *grown)
{
	uint64_t at = kill->sample->time_ns;

	for (size_t i = 0; i < LENGTH(spans); i++) {
		uint64_t span = spans[i] * NS_PER_S;
		const struct sample_line *old;

		old = sample_near(grown->process, at > span ? at - span : 0);
		grown->by[i] = (int64_t)(grown->rss - old->rss);
	}
}

/* The victim first, then who grew most in 10 s, then who has most. */
static int compare_grown(const void *a, const void *b, void *victim)
{
	const struct grown *one = a, *other = b;

	if (one->process == victim || other->process == victim)
		return (other->process == victim) - (one->process == victim);
	if (one->by[1] != other->by[1])
		return one->by[1] > other->by[1] ? -1 : 1;
	return (other->rss > one->rss) - (other->rss < one->rss);
}

static size_t list_grown(const struct kml_recording *recording, const struct kml_kill *kill,
			 struct grown *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_processes; i++) {
		const struct kml_process *process = &recording->processes[i];
		const struct sample_line *sample = sample_at(process, kill->sample->time_ns);

		if (process == kill->process)
			ret[n] = (struct grown){ .process = process, .rss = kill->rss };
		else if (is_there(process, sample))
			ret[n] = (struct grown){ .process = process, .rss = sample->rss };
		else
			continue;
		measure(kill, &ret[n++]);
	}
	qsort_r(ret, n, sizeof(*ret), compare_grown, (void *)kill->process);
	return n;
}

static void show_one(struct kml_output *output, struct kml_value pid, const char *name,
		     const struct grown *grown)
{
	kml_output_row(output, (struct kml_value[]){
		pid, KML_TEXT_VALUE(name), KML_COUNT_VALUE(grown->rss),
		KML_CHANGE_VALUE(grown->by[0]), KML_CHANGE_VALUE(grown->by[1]),
		KML_CHANGE_VALUE(grown->by[2]) });
}

/* Those that have no room on the screen, in one row. */
static void show_rest(struct kml_output *output, const struct grown *grown, size_t n)
{
	struct grown all = {};
	char name[48];

	for (size_t i = 0; i < n; i++) {
		all.rss += grown[i].rss;
		for (size_t j = 0; j < LENGTH(spans); j++)
			all.by[j] += grown[i].by[j];
	}
	snprintf(name, sizeof(name), "the rest (%zu)", n);
	if (n)
		show_one(output, KML_UNKNOWN, name, &all);
}

static bool show_grown(struct kml_output *output, const struct kml_recording *recording,
		       const struct kml_kill *kill, bool json)
{
	static const struct kml_column columns[] = {
		{ "pid", "PID", KML_COUNT },
		{ "name", "NAME", KML_TEXT },
		{ "rss_kib", "RSS", KML_KIB },
		{ "growth_1s_kib", "LAST 1 s", KML_KIB_CHANGE },
		{ "growth_10s_kib", "LAST 10 s", KML_KIB_CHANGE },
		{ "growth_60s_kib", "LAST 60 s", KML_KIB_CHANGE },
	};
	struct grown *grown = calloc(recording->n_processes + 1, sizeof(*grown));
	size_t n, most = MAX_GROWN + 1;

	if (!grown)
		return false;
	n = list_grown(recording, kill, grown);
	kml_output_table(output, "grown", columns, LENGTH(columns));
	kml_output_heading(output, "Who had how much, and how it had grown:");
	if (json || n < most)
		most = n;
	for (size_t i = 0; i < most; i++)
		show_one(output, KML_COUNT_VALUE(grown[i].process->pid), grown[i].process->name,
			 &grown[i]);
	if (n > most)
		show_rest(output, grown + most, n - most);
	kml_output_end_table(output);
	free(grown);
	return true;
}

/* --- the machine, and the pressure on it ------------------------------------------- */

static const struct kml_system *system_at(const struct kml_recording *recording, uint64_t time_ns)
{
	const struct kml_system *newest = NULL;

	/* Behind a gap some may come later than younger ones. */
	for (size_t i = 0; i < recording->n_systems; i++) {
		const struct kml_system *system = &recording->systems[i];

		if (system->time <= time_ns && (!newest || system->time >= newest->time))
			newest = system;
	}
	return newest;
}

static const struct kml_pressure *pressure_at(const struct kml_recording *recording,
					      uint64_t time_ns)
{
	const struct kml_pressure *newest = NULL;

	for (size_t i = 0; i < recording->n_pressures; i++)
		if (recording->pressures[i].time_ns <= time_ns)
			newest = &recording->pressures[i];
	return newest;
}

/* Of the time, percent. */
static struct kml_value share(uint64_t from_ns, uint64_t to_ns, uint64_t span_ns)
{
	return KML_FIGURE_VALUE(kml_share(from_ns, to_ns, span_ns));
}

static struct kml_value figure(uint64_t kib)
{
	return kib == KML_UNKNOWN_FIGURE ? KML_UNKNOWN : KML_COUNT_VALUE(kib);
}

/* Of all that was recorded, per second. */
static struct kml_value major_faults(const struct kml_recording *recording, uint64_t from,
				     uint64_t to)
{
	uint64_t faults = 0;

	for (size_t i = 0; i < recording->n_processes; i++) {
		const struct kml_process *process = &recording->processes[i];
		const struct sample_line *new = sample_at(process, to);

		if (new)
			faults += kml_rise(sample_near(process, from)->majflt, new->majflt);
	}
	return to > from ? KML_FIGURE_VALUE((double)faults * NS_PER_S / (double)(to - from)) :
			   KML_UNKNOWN;
}

/* Ticks that never came, of the readings that lie in the time. */
static struct kml_value missed(const struct kml_recording *recording, uint64_t from, uint64_t to)
{
	uint64_t ticks = 0;

	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct kml_gap *gap = &recording->gaps[i];

		if (gap->of_all && gap->reasons & KML_GAP_MISSED && gap->to_ns > from &&
		    gap->to_ns <= to)
			ticks += gap->count;
	}
	return KML_COUNT_VALUE(ticks);
}

/* The machine at @to; of what is counted, what came since @from. */
static void show_moment(struct kml_output *output, const struct kml_recording *recording,
			const struct kml_kill *kill, uint64_t from, uint64_t to)
{
	const struct kml_pressure *old = pressure_at(recording, from), *new = pressure_at(recording, to);
	const struct kml_system *system = system_at(recording, to);
	uint64_t span = from && old && new ? new->time_ns - old->time_ns : 0;
	static const struct kml_system unknown = {
		.free = KML_UNKNOWN_FIGURE, .available = KML_UNKNOWN_FIGURE,
		.anon = KML_UNKNOWN_FIGURE, .file = KML_UNKNOWN_FIGURE,
		.slab_unreclaimable = KML_UNKNOWN_FIGURE, .swap_free = KML_UNKNOWN_FIGURE,
	};

	system = system ?: &unknown;
	kml_output_row(output, (struct kml_value[]){
		KML_NS_VALUE((int64_t)(kill->sample->time_ns - to)),
		figure(system->free), figure(system->available), figure(system->anon),
		figure(system->file), figure(system->slab_unreclaimable),
		figure(system->swap_free),
		span ? share(old->some_ns, new->some_ns, span) : KML_UNKNOWN,
		span ? share(old->full_ns, new->full_ns, span) : KML_UNKNOWN,
		from ? major_faults(recording, from, to) : KML_UNKNOWN,
		from ? missed(recording, from, to) : KML_UNKNOWN });
}

static void show_machine(struct kml_output *output, const struct kml_recording *recording,
			 const struct kml_kill *kill)
{
	/* Without a label: for programs, as the screen has no room. */
	const struct kml_column columns[] = {
		{ "before_kill_ns", "BEFORE", KML_SECONDS },
		{ "free_kib", "FREE", KML_KIB },
		{ "available_kib", "AVAIL", KML_KIB },
		{ "anon_kib", "ANON", KML_KIB },
		{ "file_kib", NULL, KML_KIB },
		{ "slab_unreclaimable_kib", "SLAB", KML_KIB },
		{ "swap_free_kib", recording->head.swap_kib ? "SWAPFREE" : NULL, KML_KIB },
		{ "pressure_some_percent", NULL, KML_FIGURE },
		{ "pressure_full_percent", recording->n_pressures ? "FULL%" : NULL, KML_FIGURE },
		{ "major_faults_per_s", "MAJFLT/s", KML_FIGURE },
		{ "missed_ticks", "MISSED", KML_COUNT },
	};
	uint64_t at = kill->sample->time_ns, began = recording->head.began_boottime_ns, last = 0;

	kml_output_table(output, "machine", columns, LENGTH(columns));
	kml_output_heading(output, recording->n_pressures ?
		"The machine; pressure, major faults and missed ticks since the row above:" :
		"The machine (no pressure recorded); faults, missed ticks since the row above:");
	for (size_t i = LENGTH(spans); i--;) {
		uint64_t span = spans[i] * NS_PER_S;

		if (at < span || at - span < began)
			continue;
		show_moment(output, recording, kill, last, at - span);
		last = at - span;
	}
	show_moment(output, recording, kill, last ?: began, at);
	kml_output_end_table(output);
}

/* --- both ------------------------------------------------------------------------- */

static void show_victim(struct kml_output *output, const struct kml_kill *kill, size_t n)
{
	static const struct kml_column columns[] = {
		{ "pid", NULL, KML_COUNT },
		{ "name", NULL, KML_TEXT },
		{ "by", NULL, KML_TEXT },
		{ "time_ns", NULL, KML_SECONDS },
		{ "rss_kib", NULL, KML_KIB },
		{ "anon_kib", NULL, KML_KIB },
		{ "file_kib", NULL, KML_KIB },
		{ "swap_kib", NULL, KML_KIB },
		{ "pgtables_kib", NULL, KML_KIB },
	};
	char sentence[KML_SENTENCE_SIZE], heading[KML_SENTENCE_SIZE + 96], more[80] = "";

	kml_kill_sentence(kill, sentence, sizeof(sentence));
	if (n > 1)
		snprintf(more, sizeof(more), "\nKills besides: %zu. --pid, --since and --until choose.",
			 n - 1);
	snprintf(heading, sizeof(heading), "%s.%s", sentence, more);
	kml_output_table(output, "kill", columns, LENGTH(columns));
	kml_output_heading(output, heading);
	kml_output_row(output, (struct kml_value[]){
		KML_COUNT_VALUE(kill->pid), KML_TEXT_VALUE(kill->name),
		KML_TEXT_VALUE(kill->oom ? "oom" : "sigkill"), KML_NS_VALUE(kill->at_ns),
		KML_COUNT_VALUE(kill->rss), KML_COUNT_VALUE(kill->sample->anon),
		KML_COUNT_VALUE(kill->sample->file), KML_COUNT_VALUE(kill->sample->swap),
		KML_COUNT_VALUE(kill->sample->pgtables) });
}

int show_what_led_to_kill(struct kml_output *output, const struct kml_recording *recording,
			  const struct show_options *options)
{
	struct kml_kill kill;
	size_t n = find_kill(recording, options, &kill);

	if (!n) {
		kml_error("%s: nobody was killed in this recording%s", options->file,
			  options->n_pids || options->n_names || options->since.kind ||
			  options->until.kind ? ", of what is asked for" : "");
		return KML_EXIT_FAILED;
	}
	show_victim(output, &kill, n);
	if (!show_grown(output, recording, &kill, options->json)) {
		kml_error("not enough memory");
		return KML_EXIT_FAILED;
	}
	show_machine(output, recording, &kill);
	return KML_EXIT_OK;
}
