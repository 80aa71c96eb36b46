// SPDX-License-Identifier: GPL-2.0-only
/* The tables that a recording of version 1 or 2, a text, would have. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "export/export.h"

#define NUMBERS(s) \
	EXPORT_N((s)->usr_ns), EXPORT_N((s)->sys_ns), EXPORT_N((s)->total), EXPORT_N((s)->stack), \
	EXPORT_N((s)->data), EXPORT_N((s)->rss), EXPORT_N((s)->anon), EXPORT_N((s)->file), \
	EXPORT_N((s)->shmem), EXPORT_N((s)->swap), EXPORT_N((s)->pgtables), EXPORT_N((s)->peak), \
	EXPORT_N((s)->minflt), EXPORT_N((s)->majflt), EXPORT_N((s)->threads)

static const struct export_value null;

static int put(struct export *to, const struct export_table *table,
	       const struct export_value *values)
{
	return export_begin_table(to, table) ? to->format->row(to, table, values) : 0;
}

static int put_head(struct export *to, const struct kml_recording_head *head)
{
	static const struct export_table recording = {
		"recording", 6,
		{ "kmemlab", "command", "part", "began", "began_ns", "ended_ns" }, { true, true },
	}, machine = {
		"machine", 6,
		{ "host", "boot_id", "kernel", "cpus", "memory_kib", "swap_kib" },
		{ true, true, true },
	}, settings = {
		"settings", 2, { "name", "value" }, { true },
	};
	const struct export_value recorded[] = {
		null, EXPORT_T(head->command), EXPORT_N(1), EXPORT_N(head->began),
		EXPORT_N(head->began_boottime_ns), null,
	}, made[] = {
		null, null, EXPORT_T(head->kernel), EXPORT_N(head->cpus),
		EXPORT_N(head->memory_kib), EXPORT_N(head->swap_kib),
	}, set[] = {
		EXPORT_T("interval_ms"), EXPORT_N(head->interval_ms),
	};
	int err = put(to, &recording, recorded);

	err = err ? err : put(to, &machine, made);
	return err ? err : put(to, &settings, set);
}

static int put_processes(struct export *to, const struct kml_recording *recording)
{
	static const struct export_table table = {
		"processes", 9,
		{ "id", "pid", "start_ns", "name", "command", "parent", "cgroup", "ended_ns",
		  "status" },
		{ [3] = true, [4] = true, [6] = true },
	};
	int err = 0;

	if (!export_begin_table(to, &table))
		return 0;
	for (size_t i = 0; i < recording->n_processes && !err; i++) {
		const struct kml_process *process = &recording->processes[i];
		const struct sample_line *last = &process->samples[process->n - 1];
		const struct export_value values[] = {
			EXPORT_N(i + 1), EXPORT_N(process->pid), null, EXPORT_T(process->name),
			null, null, null, last->ended ? EXPORT_N(last->time_ns) : null,
			last->ended ? EXPORT_N(last->status) : null,
		};

		err = to->format->row(to, &table, values);
	}
	return err;
}

static int put_samples(struct export *to, const struct kml_recording *recording)
{
	int err = 0;

	if (!export_begin_table(to, &export_samples))
		return 0;
	for (size_t i = 0; i < recording->n_processes; i++)
		for (size_t j = 0; j < recording->processes[i].n && !err; j++) {
			const struct sample_line *s = &recording->processes[i].samples[j];
			const struct export_value values[] = {
				EXPORT_N(i + 1), EXPORT_N(s->time_ns), NUMBERS(s),
				EXPORT_N(s->victim), EXPORT_N(s->ended),
				s->ended ? EXPORT_N(s->status) : null,
			};

			err = to->format->row(to, &export_samples, values);
		}
	return err;
}

static int put_victims(struct export *to, const struct kml_recording *recording)
{
	static const struct export_table table = {
		"events", 24,
		{ "id", "time_ns", "kind", "process", "pid", "name", "child", "status", "count",
		  "usr_ns", "sys_ns", "total_kib", "stack_kib", "data_kib", "rss_kib", "anon_kib",
		  "file_kib", "shmem_kib", "swap_kib", "pgtables_kib", "peak_kib", "minflt",
		  "majflt", "threads" },
		{ [2] = true, [5] = true },
	};
	int err = 0;

	if (!export_begin_table(to, &table))
		return 0;
	for (size_t i = 0; i < recording->n_victims && !err; i++) {
		const struct kml_victim *victim = &recording->victims[i];
		const struct sample_line *s = &victim->sample;
		const struct export_value values[] = {
			EXPORT_N(i + 1), EXPORT_N(s->time_ns), EXPORT_T("victim"), null,
			EXPORT_N(s->pid), EXPORT_T(victim->name), null, null, null, NUMBERS(s),
		};

		err = to->format->row(to, &table, values);
	}
	return err;
}

static int put_lost(struct export *to, const struct kml_counters *lost)
{
	static const struct export_table table = { "lost", 2, { "name", "count" }, { true } };
	int err = 0;

	if (!export_begin_table(to, &table))
		return 0;
	for (size_t i = 0; i < lost->n && !err; i++) {
		const struct export_value values[] = {
			EXPORT_T(lost->counters[i].name), EXPORT_N(lost->counters[i].value),
		};

		err = to->format->row(to, &table, values);
	}
	return err;
}

int export_text(struct export *to, const char *path, struct kml_recording_error *ret_error)
{
	struct kml_recording *recording;
	int err = kml_recording_open(path, &recording, ret_error);

	if (err)
		return err;
	err = put_head(to, &recording->head);
	err = err ? err : put_processes(to, recording);
	err = err ? err : put_samples(to, recording);
	err = err ? err : put_victims(to, recording);
	err = err ? err : put_lost(to, &recording->head.lost);
	kml_recording_free(recording);
	return err;
}
