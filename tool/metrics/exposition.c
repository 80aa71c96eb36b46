// SPDX-License-Identifier: GPL-2.0-only
/* Families of metrics are tables: what they are called, and which figures are in them. */
#include <inttypes.h>
#include <string.h>

#include "lib/stream_text.h"
#include "metrics/exposition.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A figure that is not known is left out. */
#define UNKNOWN KML_UNKNOWN_FIGURE

enum { MAX_POINTS = 12 };

enum type { GAUGE, COUNTER };

enum scale {
	COUNT,
	KIB,	/* told in bytes */
	NS,	/* told in seconds */
};

/**
 * struct family - one metric
 * @name: behind "kmemlab_"; units stand at its end
 * @label: that tells its figures apart, NULL if there is one
 * @points: its figures, by index, and the value of the label of each; ends with a NULL, or is one
 */
struct family {
	const char *name;
	const char *help;
	enum type type;
	enum scale scale;
	const char *label;
	struct {
		unsigned int figure;
		const char *value;
	} points[MAX_POINTS];
};

/* A family without a label. */
#define ONE(figure) NULL, { { figure, NULL } }

/* What the figures are of: a name, or, with NULL, the machine or the recorder. */
struct series {
	const char *comm;
	const uint64_t *figures;
};

struct exposition {
	FILE *out;
	enum exposition_form form;
};

/* --- lines -------------------------------------------------------------------- */

static const char *unit_of(enum scale scale)
{
	static const char *const units[] = { [KIB] = "bytes", [NS] = "seconds" };

	return units[scale];
}

/* OpenMetrics names the family, the older form the series. */
static void write_head(const struct exposition *e, const struct family *family)
{
	bool older = e->form == EXPOSITION_TEXT;
	const char *end = older && family->type == COUNTER ? "_total" : "";

	fprintf(e->out, "# HELP kmemlab_%s%s %s\n# TYPE kmemlab_%s%s %s\n", family->name, end,
		family->help, family->name, end, family->type == COUNTER ? "counter" : "gauge");
	if (!older && unit_of(family->scale))
		fprintf(e->out, "# UNIT kmemlab_%s %s\n", family->name, unit_of(family->scale));
}

/* As the module's own files have it, but for spaces: what could break a line is \xHH. */
static void write_comm(FILE *out, const char *comm)
{
	for (; *comm; comm++) {
		if (*comm >= ' ' && *comm <= '~' && *comm != '"' && *comm != '\\')
			putc(*comm, out);
		else
			fprintf(out, "\\\\x%02x", (unsigned char)*comm);
	}
}

static void write_labels(FILE *out, const char *comm, const char *label, const char *value)
{
	if (!comm && !label)
		return;
	putc('{', out);
	if (comm) {
		fputs("name=\"", out);
		write_comm(out, comm);
		fputs(label ? "\"," : "\"", out);
	}
	if (label)
		fprintf(out, "%s=\"%s\"", label, value);
	putc('}', out);
}

static void write_value(FILE *out, enum scale scale, uint64_t value)
{
	const uint64_t second = 1000000000;

	if (scale == NS)
		fprintf(out, " %" PRIu64 ".%09" PRIu64 "\n", value / second, value % second);
	else
		fprintf(out, " %" PRIu64 "\n", scale == KIB ? value * 1024 : value);
}

static void write_series(const struct exposition *e, const struct family *family,
			 const struct series *series)
{
	for (size_t i = 0; !i || (i < MAX_POINTS && family->points[i].value); i++) {
		uint64_t value = series->figures[family->points[i].figure];

		if (value == UNKNOWN)
			continue;
		fprintf(e->out, "kmemlab_%s%s", family->name,
			family->type == COUNTER ? "_total" : "");
		write_labels(e->out, series->comm, family->label, family->points[i].value);
		write_value(e->out, family->scale, value);
	}
}

static void write_families(const struct exposition *e, const struct family *families, size_t n,
			   const struct series *series, size_t n_series)
{
	for (size_t i = 0; i < n; i++) {
		write_head(e, &families[i]);
		for (size_t j = 0; j < n_series; j++)
			write_series(e, &families[i], &series[j]);
	}
}

/* --- by name ------------------------------------------------------------------ */

enum {
	PROCESSES, THREADS, USR, SYS, ANON, FILES, SHMEM, SWAP, PGTABLES, PEAK, MINFLT, MAJFLT,
	NAME_FIGURES
};

static const struct family by_name[] = {
	{ "processes", "Processes of that name now.", GAUGE, COUNT, ONE(PROCESSES) },
	{ "process_threads", "Their threads.", GAUGE, COUNT, ONE(THREADS) },
	{ "process_cpu_seconds", "CPU time that they have used, those that have ended included.",
	  COUNTER, NS, "mode", { { USR, "user" }, { SYS, "system" } } },
	{ "process_memory_bytes", "Their memory: resident by kind, swapped out, page tables.",
	  GAUGE, KIB, "kind", { { ANON, "anon" }, { FILES, "file" }, { SHMEM, "shmem" },
				{ SWAP, "swap" }, { PGTABLES, "pagetables" } } },
	{ "process_resident_peak_bytes",
	  "The most that any one of them had resident, in kmemlab_peak_window_seconds.",
	  GAUGE, KIB, ONE(PEAK) },
	{ "process_faults", "Page faults that they have taken.",
	  COUNTER, COUNT, "kind", { { MINFLT, "minor" }, { MAJFLT, "major" } } },
};

typedef uint64_t name_figures[NAME_FIGURES];

/* Under the index of a name that is shown, or that of the rest. */
static size_t shown_as(const struct metrics *metrics, size_t name)
{
	return metrics->names.all[name].shown ? name : NAMES_REST;
}

static void add_processes(const struct metrics *metrics, name_figures *figures)
{
	static const enum kml_field fields[NAME_FIGURES] = {
		[THREADS] = KML_THREADS, [ANON] = KML_ANON, [FILES] = KML_FILE,
		[SHMEM] = KML_SHMEM, [SWAP] = KML_SWAP, [PGTABLES] = KML_PGTABLES,
	};
	const struct process_state *process = NULL;

	while ((process = processes_next(&metrics->processes, process))) {
		uint64_t *of = figures[shown_as(metrics, process->name)];
		uint64_t resident = kml_sample_rss(&process->last);

		of[PROCESSES]++;
		for (size_t i = 0; i < NAME_FIGURES; i++)
			if (fields[i])
				of[i] += process->last.field[fields[i]];
		/* Its newest sample may be older than the window, and is still what it has. */
		if (of[PEAK] < resident)
			of[PEAK] = resident;
	}
}

static void add_names(const struct metrics *metrics, uint64_t now, name_figures *figures)
{
	uint64_t step = metrics_step(metrics, now);

	for (size_t i = 0; i < metrics->names.n; i++) {
		const struct name *name = &metrics->names.all[i];
		uint64_t *of = figures[shown_as(metrics, i)];
		uint64_t peak = peak_most(&name->resident, step);

		if (of[PEAK] < peak)
			of[PEAK] = peak;
		if (i && !name->shown)
			continue;
		of[USR] = name->usage.usr;
		of[SYS] = name->usage.sys;
		of[MINFLT] = name->usage.minflt;
		of[MAJFLT] = name->usage.majflt;
	}
}

static void write_by_name(const struct exposition *e, const struct metrics *metrics, uint64_t now)
{
	static name_figures figures[NAMES_MAX];
	struct series series[NAMES_SHOWN_MAX + 1];
	size_t n = 0;

	memset(figures, 0, sizeof(figures));
	add_processes(metrics, figures);
	add_names(metrics, now, figures);
	for (size_t i = 0; i < metrics->names.n && n < LENGTH(series); i++)
		if (shown_as(metrics, i) == i)
			series[n++] = (struct series){
				i ? metrics->names.all[i].comm : EXPOSITION_REST, figures[i],
			};
	write_families(e, by_name, LENGTH(by_name), series, n);
}

/* --- OOM kills ---------------------------------------------------------------- */

enum { KILLS, LAST_KILL, RESIDENT, VICTIM_FIGURES };

static const struct family by_victim[] = {
	{ "oom_victims", "Processes of that name that the OOM killer has chosen.",
	  COUNTER, COUNT, ONE(KILLS) },
	{ "oom_victim_timestamp_seconds", "When it last did, since 1970.",
	  GAUGE, NS, ONE(LAST_KILL) },
	{ "oom_victim_resident_bytes", "What that process had resident then.",
	  GAUGE, KIB, ONE(RESIDENT) },
};

/* ns of CLOCK_REALTIME; what never was is not known. */
static uint64_t realtime_of(uint64_t time, uint64_t now, uint64_t realtime)
{
	return time ? realtime - now + time : UNKNOWN;
}

static void write_victims(const struct exposition *e, const struct victims *victims, uint64_t now,
			  uint64_t realtime)
{
	uint64_t figures[VICTIMS_MAX][VICTIM_FIGURES];
	struct series series[VICTIMS_MAX];

	for (size_t i = 0; i < victims->n; i++) {
		const struct victim *victim = &victims->all[i];

		figures[i][KILLS] = victim->kills;
		figures[i][LAST_KILL] = realtime_of(victim->time, now, realtime);
		figures[i][RESIDENT] = victim->resident;
		series[i] = (struct series){ victim->comm, figures[i] };
	}
	write_families(e, by_victim, LENGTH(by_victim), series, victims->n);
}

/* --- the machine, and the recorder -------------------------------------------- */

enum {
	ALL_KILLS, FORKS, EXECS, EXITS,
	FREE, AVAILABLE, SWAP_FREE, SYSTEM_ANON, SYSTEM_FILE, SYSTEM_SHMEM, RECLAIMABLE,
	UNRECLAIMABLE, SYSTEM_PGTABLES, STACKS, VMALLOC, LEAST,
	WINDOW, CONNECTED, STREAMS, INTERVAL, NEWEST, SAMPLES, TRACKED,
	RECLAIMED, RECYCLED, REMOVED, LATE, MISSED, DROPPED, EVENTS, SYSTEMS, REFUSED, OVERRUN,
	THINNED, UNTRACKED, SINGLE_FIGURES
};

static const struct family single[] = {
	{ "oom_kills", "Processes that the OOM killer has chosen, monitored or not.",
	  COUNTER, COUNT, ONE(ALL_KILLS) },
	{ "events", "What has happened to the processes that are monitored.",
	  COUNTER, COUNT, "kind", { { FORKS, "fork" }, { EXECS, "exec" }, { EXITS, "exit" } } },
	{ "machine_memory_bytes", "The memory of the machine, by kind.", GAUGE, KIB, "kind",
	  { { FREE, "free" }, { AVAILABLE, "available" }, { SWAP_FREE, "swap_free" },
	    { SYSTEM_ANON, "anon" }, { SYSTEM_FILE, "file" }, { SYSTEM_SHMEM, "shmem" },
	    { RECLAIMABLE, "slab_reclaimable" }, { UNRECLAIMABLE, "slab_unreclaimable" },
	    { SYSTEM_PGTABLES, "pagetables" }, { STACKS, "kernel_stacks" },
	    { VMALLOC, "vmalloc" } } },
	{ "machine_available_least_bytes",
	  "The least memory that was available, in kmemlab_peak_window_seconds.",
	  GAUGE, KIB, ONE(LEAST) },
	{ "peak_window_seconds", "For how long peaks are told.", GAUGE, NS, ONE(WINDOW) },
	{ "recorder_connected", "1 while the module can be read, else 0.",
	  GAUGE, COUNT, ONE(CONNECTED) },
	{ "recorder_connections", "How often the module was opened.",
	  COUNTER, COUNT, ONE(STREAMS) },
	{ "recorder_interval_seconds", "Between two samples.", GAUGE, NS, ONE(INTERVAL) },
	{ "recorder_newest_sample_timestamp_seconds", "When it was taken, since 1970.",
	  GAUGE, NS, ONE(NEWEST) },
	{ "recorder_samples", "Samples that were read.", COUNTER, COUNT, ONE(SAMPLES) },
	{ "recorder_processes", "Processes that are monitored and have not ended.",
	  GAUGE, COUNT, ONE(TRACKED) },
	{ "recorder_untimely_ticks", "Ticks that came late, or not at all.",
	  COUNTER, COUNT, "reason", { { LATE, "late" }, { MISSED, "missed" } } },
	{ "recorder_missing_samples", "Samples that were lost before they were read.",
	  COUNTER, COUNT, "reason", { { RECLAIMED, "reclaimed" }, { RECYCLED, "recycled" },
				      { REMOVED, "removed" }, { DROPPED, "dropped" },
				      { THINNED, "thinned" } } },
	{ "recorder_missing_events", "Events that newer ones have pushed out.",
	  COUNTER, COUNT, ONE(EVENTS) },
	{ "recorder_missing_machine_samples", "Samples of the machine, likewise.",
	  COUNTER, COUNT, ONE(SYSTEMS) },
	{ "recorder_missing_processes", "Processes that were wanted and that there was no room for.",
	  COUNTER, COUNT, "reason", { { REFUSED, "refused" }, { OVERRUN, "overrun" },
				      { UNTRACKED, "untracked" } } },
};

static void fill_machine(const struct metrics *metrics, uint64_t now, uint64_t *figures)
{
	const struct kml_system *system = &metrics->system;
	uint64_t least = ~peak_most(&metrics->taken, metrics_step(metrics, now));

	/* The last known is what there is, however old. */
	figures[LEAST] = least < system->available ? least : system->available;
	figures[FREE] = system->free;
	figures[AVAILABLE] = system->available;
	figures[SWAP_FREE] = system->swap_free;
	figures[SYSTEM_ANON] = system->anon;
	figures[SYSTEM_FILE] = system->file;
	figures[SYSTEM_SHMEM] = system->shmem;
	figures[RECLAIMABLE] = system->slab_reclaimable;
	figures[UNRECLAIMABLE] = system->slab_unreclaimable;
	figures[SYSTEM_PGTABLES] = system->pagetables;
	figures[STACKS] = system->kernel_stacks;
	figures[VMALLOC] = system->vmalloc;
	for (unsigned int i = FREE; !system->time && i <= LEAST; i++)
		figures[i] = UNKNOWN;
}

static void fill_recorder(const struct metrics *metrics, uint64_t now, uint64_t realtime,
			  uint64_t *figures)
{
	figures[ALL_KILLS] = metrics->victims.kills;
	figures[FORKS] = metrics->events[KML_EVENT_FORK];
	figures[EXECS] = metrics->events[KML_EVENT_EXEC];
	figures[EXITS] = metrics->events[KML_EVENT_EXIT];
	figures[WINDOW] = metrics->window_ns;
	figures[CONNECTED] = metrics->connected;
	figures[STREAMS] = metrics->streams;
	figures[INTERVAL] = metrics->interval_ns;
	figures[NEWEST] = realtime_of(metrics->newest_sample, now, realtime);
	figures[SAMPLES] = metrics->samples;
	figures[TRACKED] = metrics->processes.identities.n;
	/* In the order of their bits. */
	memcpy(&figures[RECLAIMED], metrics->lost, sizeof(metrics->lost));
	figures[THINNED] = metrics->thinned;
	figures[UNTRACKED] = metrics->untracked;
}

static void write_single(const struct exposition *e, const struct metrics *metrics, uint64_t now,
			 uint64_t realtime)
{
	uint64_t figures[SINGLE_FIGURES] = {};
	const struct series series = { NULL, figures };

	fill_machine(metrics, now, figures);
	fill_recorder(metrics, now, realtime, figures);
	write_families(e, single, LENGTH(single), &series, 1);
}

void exposition_write(const struct metrics *metrics, enum exposition_form form, uint64_t now,
		      uint64_t realtime, FILE *out)
{
	const struct exposition e = { out, form };

	_Static_assert(UNTRACKED - RECLAIMED == METRICS_REASONS + 1, "a figure for each reason");
	write_by_name(&e, metrics, now);
	write_victims(&e, &metrics->victims, now, realtime);
	write_single(&e, metrics, now, realtime);
	fprintf(out, "# HELP kmemlab_build_info The version of kmemlab.\n"
		     "# TYPE kmemlab_build_info gauge\n"
		     "kmemlab_build_info{version=\"%s\"} 1\n", KMEMLAB_VERSION);
	if (form == EXPOSITION_OPENMETRICS)
		fputs("# EOF\n", out);
}
