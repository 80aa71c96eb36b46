// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/stream_text.h"
#include "lib/text.h"
#include "show/table.h"
#include "show/thinned.h"

#define VALUE(name, expression) \
	static struct kml_value name(struct show_row *row) \
	{ \
		return expression; \
	}

static int64_t since_start(const struct show_row *row, uint64_t time_ns)
{
	return (int64_t)(time_ns - row->recording->head.began_boottime_ns);
}

/* --- processes ---------------------------------------------------------------------- */

VALUE(pid, KML_COUNT_VALUE(row->process->pid))
VALUE(name, KML_TEXT_VALUE(row->process->name))
VALUE(samples, KML_COUNT_VALUE(row->process->n))
VALUE(from, KML_NS_VALUE(row->summary.first_ns))
VALUE(to, KML_NS_VALUE(row->summary.last_ns))
VALUE(peak, KML_COUNT_VALUE(row->summary.peak_rss))
VALUE(peak_at, KML_NS_VALUE(row->summary.peak_ns))
VALUE(growth, KML_COUNT_VALUE(row->summary.growth))
VALUE(usr, KML_NS_VALUE((int64_t)row->summary.usr_ns))
VALUE(sys, KML_NS_VALUE((int64_t)row->summary.sys_ns))
VALUE(cpu, KML_NS_VALUE((int64_t)(row->summary.usr_ns + row->summary.sys_ns)))
VALUE(minflt, KML_COUNT_VALUE(row->summary.minflt))
VALUE(majflt, KML_COUNT_VALUE(row->summary.majflt))
VALUE(end, KML_TEXT_VALUE(row->summary.end))

static const struct show_column process_columns[] = {
	{ "PID", "pid", KML_COUNT, true, true, pid },
	{ "NAME", "name", KML_TEXT, true, true, name },
	{ "SAMPLES", "samples", KML_COUNT, true, false, samples },
	{ "FROM", "from_ns", KML_SECONDS, true, true, from },
	{ "TO", "to_ns", KML_SECONDS, true, true, to },
	{ "PEAK", "peak_rss_kib", KML_KIB, true, false, peak },
	{ "PEAK-AT", "peak_at_ns", KML_SECONDS, false, true, peak_at },
	{ "GROWTH", "growth_kib", KML_KIB, true, false, growth },
	{ "USR", "usr_ns", KML_SECONDS, false, false, usr },
	{ "SYS", "sys_ns", KML_SECONDS, false, false, sys },
	{ "CPU", "cpu_ns", KML_SECONDS, true, false, cpu },
	{ "MINFLT", "minor_faults", KML_COUNT, false, false, minflt },
	{ "MAJFLT", "major_faults", KML_COUNT, false, false, majflt },
	{ "END", "end", KML_TEXT, true, true, end },
	{}
};

static void list_processes(const struct kml_recording *recording,
			   const struct show_options *options,
			   bool (*put)(struct show_row *row, void *data), void *data)
{
	for (size_t i = 0; i < recording->n_processes; i++) {
		struct show_row row = { .recording = recording,
					.process = &recording->processes[i] };

		kml_summarise(recording, row.process, &row.summary);
		if (!put(&row, data))
			break;
	}
}

const struct show_table show_processes_table = { "processes", process_columns, list_processes };

/* --- history ------------------------------------------------------------------------ */

static struct kml_value share(const struct show_row *row, bool with_usr, bool with_sys)
{
	struct kml_cpu cpu;

	if (!row->before || !kml_cpu_between(row->before, row->sample, &cpu))
		return KML_UNKNOWN;
	return KML_PERCENT_VALUE((with_usr ? cpu.usr : 0) + (with_sys ? cpu.sys : 0));
}

#define SAMPLE(name) VALUE(sample_##name, KML_COUNT_VALUE(row->sample->name))
#define RISE(name) VALUE(rise_of_##name, row->before ? \
	KML_COUNT_VALUE(kml_rise(row->before->name, row->sample->name)) : KML_UNKNOWN)

SAMPLE(rss)
SAMPLE(anon)
SAMPLE(file)
SAMPLE(shmem)
SAMPLE(swap)
SAMPLE(total)
SAMPLE(data)
SAMPLE(stack)
SAMPLE(pgtables)
SAMPLE(peak)
SAMPLE(threads)
RISE(minflt)
RISE(majflt)
VALUE(sample_time, KML_NS_VALUE(since_start(row, row->sample->time_ns)))
VALUE(sample_usr, share(row, true, false))
VALUE(sample_sys, share(row, false, true))
VALUE(sample_cpu, share(row, true, true))
VALUE(sample_growth, row->before ?
	KML_CHANGE_VALUE((int64_t)(row->sample->rss - row->before->rss)) : KML_UNKNOWN)

static const struct show_column history_columns[] = {
	{ "PID", "pid", KML_COUNT, true, true, pid },
	{ "NAME", "name", KML_TEXT, true, true, name },
	{ "TIME", "time_ns", KML_SECONDS, true, true, sample_time },
	{ "RSS", "rss_kib", KML_KIB, true, false, sample_rss },
	{ "GROWTH", "growth_kib", KML_KIB_CHANGE, false, false, sample_growth },
	{ "ANON", "anon_kib", KML_KIB, true, false, sample_anon },
	{ "FILE", "file_kib", KML_KIB, true, false, sample_file },
	{ "SHMEM", "shmem_kib", KML_KIB, false, false, sample_shmem },
	{ "SWAP", "swap_kib", KML_KIB, true, false, sample_swap },
	{ "TOTAL", "total_kib", KML_KIB, false, false, sample_total },
	{ "DATA", "data_kib", KML_KIB, false, false, sample_data },
	{ "STACK", "stack_kib", KML_KIB, false, false, sample_stack },
	{ "PGTABLES", "pgtables_kib", KML_KIB, false, false, sample_pgtables },
	{ "PEAK", "peak_kib", KML_KIB, false, false, sample_peak },
	{ "USR", "usr_percent", KML_PERCENT, false, false, sample_usr },
	{ "SYS", "sys_percent", KML_PERCENT, false, false, sample_sys },
	{ "CPU", "cpu_percent", KML_PERCENT, true, false, sample_cpu },
	{ "MINFLT", "minor_faults", KML_COUNT, false, false, rise_of_minflt },
	{ "MAJFLT", "major_faults", KML_COUNT, true, false, rise_of_majflt },
	{ "THREADS", "threads", KML_COUNT, false, false, sample_threads },
	{}
};

static void list_history(const struct kml_recording *recording, const struct show_options *options,
			 bool (*put)(struct show_row *row, void *data), void *data)
{
	for (size_t i = 0; i < recording->n_processes; i++) {
		struct show_row row = { .recording = recording,
					.process = &recording->processes[i] };
		size_t chosen[SHOW_THINNED], n = show_thin(row.process, options->all, chosen);

		for (size_t j = 0; j < n; j++) {
			row.before = row.sample;
			row.sample = &row.process->samples[options->all ? j : chosen[j]];
			if (!put(&row, data))
				return;
		}
	}
}

const struct show_table show_history_table = { "history", history_columns, list_history };

/* --- the machine ---------------------------------------------------------------------- */

static struct kml_value figure(uint64_t kib)
{
	return kib == KML_UNKNOWN_FIGURE ? KML_UNKNOWN : KML_COUNT_VALUE(kib);
}

#define SYSTEM(name) VALUE(system_##name, figure(row->system->name))

SYSTEM(free)
SYSTEM(available)
SYSTEM(swap_free)
SYSTEM(anon)
SYSTEM(file)
SYSTEM(shmem)
SYSTEM(slab_reclaimable)
SYSTEM(slab_unreclaimable)
SYSTEM(pagetables)
SYSTEM(kernel_stacks)
SYSTEM(vmalloc)
VALUE(system_time, KML_NS_VALUE(since_start(row, row->system->time)))

static const struct show_column system_columns[] = {
	{ "TIME", "time_ns", KML_SECONDS, true, true, system_time },
	{ "FREE", "free_kib", KML_KIB, true, true, system_free },
	{ "AVAILABLE", "available_kib", KML_KIB, true, true, system_available },
	{ "ANON", "anon_kib", KML_KIB, true, false, system_anon },
	{ "FILE", "file_kib", KML_KIB, true, false, system_file },
	{ "SHMEM", "shmem_kib", KML_KIB, false, false, system_shmem },
	{ "SLAB-RECLAIMABLE", "slab_reclaimable_kib", KML_KIB, false, false,
	  system_slab_reclaimable },
	{ "SLAB-UNRECLAIMABLE", "slab_unreclaimable_kib", KML_KIB, false, false,
	  system_slab_unreclaimable },
	{ "PGTABLES", "pgtables_kib", KML_KIB, false, false, system_pagetables },
	{ "STACKS", "kernel_stacks_kib", KML_KIB, false, false, system_kernel_stacks },
	{ "VMALLOC", "vmalloc_kib", KML_KIB, false, false, system_vmalloc },
	{ "SWAP-FREE", "swap_free_kib", KML_KIB, true, true, system_swap_free },
	{}
};

/* Of each of those rows, the one in which least was available. */
static const struct kml_system *scarcest(const struct kml_recording *recording, size_t from, size_t to)
{
	const struct kml_system *systems = recording->systems, *least = &systems[from];

	for (size_t i = from; i < to; i++)
		if (systems[i].available < least->available)
			least = &systems[i];
	return least;
}

static void list_system(const struct kml_recording *recording, const struct show_options *options,
			bool (*put)(struct show_row *row, void *data), void *data)
{
	size_t n = recording->n_systems, rows = options->all || n < SHOW_ROWS ? n : SHOW_ROWS;

	for (size_t i = 0; i < rows; i++) {
		struct show_row row = {
			.recording = recording,
			.system = scarcest(recording, n * i / rows, n * (i + 1) / rows),
		};

		if (!put(&row, data))
			break;
	}
}

const struct show_table show_system_table = { "system", system_columns, list_system };

/* --- events --------------------------------------------------------------------------- */

static struct kml_value event_what(struct show_row *row)
{
	if (row->event->kind == KML_EVENT_FORK)
		snprintf(row->text, sizeof(row->text), "pid %llu",
			 (unsigned long long)row->event->child);
	else if (row->event->kind == KML_EVENT_EXIT)
		kml_status_text(row->event->status, row->text, sizeof(row->text));
	else
		return KML_UNKNOWN;
	return KML_TEXT_VALUE(row->text);
}

VALUE(event_kind, KML_TEXT_VALUE(kml_event_word(row->event->kind)))
VALUE(event_time, KML_NS_VALUE(since_start(row, row->event->time_ns)))
VALUE(event_pid, KML_COUNT_VALUE(row->event->pid))
VALUE(event_name, KML_TEXT_VALUE(row->event->name))

static const struct show_column event_columns[] = {
	{ "TIME", "time_ns", KML_SECONDS, true, true, event_time },
	{ "PID", "pid", KML_COUNT, true, true, event_pid },
	{ "NAME", "name", KML_TEXT, true, true, event_name },
	{ "EVENT", "event", KML_TEXT, true, true, event_kind },
	{ "WHAT", "what", KML_TEXT, true, true, event_what },
	{}
};

static void list_events(const struct kml_recording *recording, const struct show_options *options,
			bool (*put)(struct show_row *row, void *data), void *data)
{
	for (size_t i = 0; i < recording->n_events; i++) {
		struct show_row row = { .recording = recording, .event = &recording->events[i] };

		if (!put(&row, data))
			break;
	}
}

const struct show_table show_events_table = { "events", event_columns, list_events };

/* --- gaps ----------------------------------------------------------------------------- */

static struct kml_value gap_why(struct show_row *row)
{
	char *to = row->text, *end = row->text + sizeof(row->text);

	for (unsigned int i = 0; kml_gap_reason(i); i++)
		if (row->gap->reasons & (1U << i) && to < end)
			to += snprintf(to, (size_t)(end - to), "%s%s", to > row->text ? "," : "",
				       kml_gap_reason(i));
	return kml_text_or_unknown(to > row->text ? row->text : NULL);
}

VALUE(gap_from, row->gap->from_ns ? KML_NS_VALUE(since_start(row, row->gap->from_ns)) : KML_UNKNOWN)
VALUE(gap_to, KML_NS_VALUE(since_start(row, row->gap->to_ns)))
VALUE(gap_pid, row->gap->pid ? KML_COUNT_VALUE(row->gap->pid) : KML_UNKNOWN)
VALUE(gap_count, KML_COUNT_VALUE(row->gap->count))

static const struct show_column gap_columns[] = {
	{ "FROM", "from_ns", KML_SECONDS, true, true, gap_from },
	{ "TO", "to_ns", KML_SECONDS, true, true, gap_to },
	{ "PID", "pid", KML_COUNT, true, true, gap_pid },
	{ "COUNT", "count", KML_COUNT, true, false, gap_count },
	{ "WHY", "why", KML_TEXT, true, true, gap_why },
	{}
};

static void list_gaps(const struct kml_recording *recording, const struct show_options *options,
		      bool (*put)(struct show_row *row, void *data), void *data)
{
	for (size_t i = 0; i < recording->n_gaps; i++) {
		struct show_row row = { .recording = recording, .gap = &recording->gaps[i] };

		if (!put(&row, data))
			break;
	}
}

const struct show_table show_gaps_table = { "gaps", gap_columns, list_gaps };
