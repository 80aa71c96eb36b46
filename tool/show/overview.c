// SPDX-License-Identifier: GPL-2.0-only
/* What show prints when nothing else is asked for: the machine, the processes, how each went. */
#include "lib/history.h"
#include "show/show.h"
#include "show/thinned.h"

enum { ROWS_BEFORE_KILL = 10 };

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

void show_facts(struct kml_output *output, const struct kml_recording *recording)
{
	static const struct kml_column kernel = { "kernel", "kernel", KML_TEXT };
	static const struct kml_column cpus = { "cpus", "CPUs", KML_COUNT };
	static const struct kml_column memory = { "memory_kib", "memory", KML_KIB };
	static const struct kml_column swap = { "swap_kib", "swap", KML_KIB };
	static const struct kml_column interval = { "interval_ns", "interval", KML_MILLISECONDS };
	static const struct kml_column began = { "began", NULL, KML_COUNT };
	static const struct kml_column command = { "command", "command", KML_TEXT };
	const struct kml_recording_head *head = &recording->head;

	kml_output_fact(output, &kernel, KML_TEXT_VALUE(head->kernel));
	kml_output_fact(output, &cpus, KML_COUNT_VALUE(head->cpus));
	kml_output_fact(output, &memory, KML_COUNT_VALUE(head->memory_kib));
	kml_output_fact(output, &swap, KML_COUNT_VALUE(head->swap_kib));
	kml_output_fact(output, &interval, KML_NS_VALUE((int64_t)(head->interval_ms * 1000000)));
	kml_output_fact(output, &began, KML_COUNT_VALUE(head->began));
	kml_output_fact(output, &command,
			*head->command ? KML_TEXT_VALUE(head->command) : KML_UNKNOWN);
}

static void show_lost(struct kml_output *output, const struct kml_recording *recording)
{
	static const struct kml_column columns[] = {
		{ "counter", "COUNTER", KML_TEXT },
		{ "rise", "RISE", KML_COUNT },
	};
	const struct kml_counters *lost = &recording->head.lost;
	bool heading = false;

	kml_output_table(output, "lost", columns, LENGTH(columns));
	for (size_t i = 0; i < lost->n; i++) {
		if (!lost->counters[i].value)
			continue;
		if (!heading)
			kml_output_heading(output, "What the recorder missed meanwhile:");
		heading = true;
		kml_output_row(output, (struct kml_value[]){
			KML_TEXT_VALUE(lost->counters[i].name),
			KML_COUNT_VALUE(lost->counters[i].value) });
	}
}

static void show_processes(struct kml_output *output, const struct kml_recording *recording)
{
	static const struct kml_column columns[] = {
		{ "pid", "PID", KML_COUNT },
		{ "name", "NAME", KML_TEXT },
		{ "samples", "SAMPLES", KML_COUNT },
		{ "from_ns", "FROM", KML_SECONDS },
		{ "to_ns", "TO", KML_SECONDS },
		{ "peak_rss_kib", "PEAK RSS", KML_KIB },
		{ "usr_ns", "USR", KML_SECONDS },
		{ "sys_ns", "SYS", KML_SECONDS },
		{ "end", "END", KML_TEXT },
	};

	kml_output_table(output, "processes", columns, LENGTH(columns));
	kml_output_heading(output, "Processes:");
	for (size_t i = 0; i < recording->n_processes; i++) {
		const struct kml_process *process = &recording->processes[i];
		struct kml_summary summary;

		kml_summarise(recording, process, &summary);
		kml_output_row(output, (struct kml_value[]){
			KML_COUNT_VALUE(process->pid),
			KML_TEXT_VALUE(process->name),
			KML_COUNT_VALUE(process->n),
			KML_NS_VALUE(summary.first_ns),
			KML_NS_VALUE(summary.last_ns),
			KML_COUNT_VALUE(summary.peak_rss),
			KML_NS_VALUE((int64_t)summary.usr_ns),
			KML_NS_VALUE((int64_t)summary.sys_ns),
			KML_TEXT_VALUE(summary.end) });
	}
}

/* The row of @sample; what it says of CPU and faults is since @before, the row above. */
static void show_sample(struct kml_output *output, const struct sample_line *sample,
			const struct sample_line *before, int64_t time)
{
	struct kml_value usr = KML_UNKNOWN, sys = usr, minflt = usr, majflt = usr;
	struct kml_cpu cpu;

	if (before) {
		minflt = KML_COUNT_VALUE(kml_rise(before->minflt, sample->minflt));
		majflt = KML_COUNT_VALUE(kml_rise(before->majflt, sample->majflt));
	}
	if (before && kml_cpu_between(before, sample, &cpu)) {
		usr = KML_PERCENT_VALUE(cpu.usr);
		sys = KML_PERCENT_VALUE(cpu.sys);
	}
	kml_output_row(output, (struct kml_value[]){
		KML_COUNT_VALUE(sample->pid),
		KML_NS_VALUE(time),
		KML_COUNT_VALUE(sample->rss),
		KML_COUNT_VALUE(sample->anon),
		KML_COUNT_VALUE(sample->file),
		KML_COUNT_VALUE(sample->swap),
		KML_COUNT_VALUE(sample->total),
		usr, sys, minflt, majflt });
}

#define SAMPLE_COLUMNS \
	{ "rss_kib", "RSS", KML_KIB }, \
	{ "anon_kib", "ANON", KML_KIB }, \
	{ "file_kib", "FILE", KML_KIB }, \
	{ "swap_kib", "SWAP", KML_KIB }, \
	{ "total_kib", "TOTAL", KML_KIB }, \
	{ "usr_percent", "USR", KML_PERCENT }, \
	{ "sys_percent", "SYS", KML_PERCENT }, \
	{ "minor_faults", "MINFLT", KML_COUNT }, \
	{ "major_faults", "MAJFLT", KML_COUNT }

static void show_history(struct kml_output *output, const struct kml_recording *recording,
			 const struct kml_process *process, bool all)
{
	size_t chosen[SHOW_THINNED], n = show_thin(process, all, chosen);
	const struct sample_line *before = NULL;
	char heading[2 * KML_NAME_SIZE];

	snprintf(heading, sizeof(heading), "%s (pid %llu):", process->name,
		 (unsigned long long)process->pid);
	kml_output_heading(output, heading);
	for (size_t i = 0; i < n; i++) {
		const struct sample_line *sample = &process->samples[all ? i : chosen[i]];

		show_sample(output, sample, before, kml_since_start(recording, sample));
		before = sample;
	}
}

static void show_histories(struct kml_output *output, const struct kml_recording *recording,
			   const struct show_options *options)
{
	static const struct kml_column columns[] = {
		{ "pid", NULL, KML_COUNT },
		{ "time_ns", "TIME", KML_SECONDS },
		SAMPLE_COLUMNS,
	};

	kml_output_table(output, "history", columns, LENGTH(columns));
	for (size_t i = 0; i < recording->n_processes; i++)
		show_history(output, recording, &recording->processes[i], options->all);
}

static void show_sentence(struct kml_output *output, const struct kml_kill *kill)
{
	char sentence[KML_SENTENCE_SIZE], heading[KML_SENTENCE_SIZE + 64];

	kml_kill_sentence(kill, sentence, sizeof(sentence));
	snprintf(heading, sizeof(heading), "%s.%s", sentence,
		 kill->process ? "\nThe last samples before the kill:" : "");
	kml_output_heading(output, heading);
}

static void show_before_kill(struct kml_output *output, const struct kml_kill *kill)
{
	const struct kml_process *process = kill->process;
	const struct sample_line *before = NULL, *last = &process->samples[process->n - 1];
	size_t from = kill->before >= ROWS_BEFORE_KILL ? kill->before - ROWS_BEFORE_KILL + 1 : 0;
	uint64_t at = kill->sample->time_ns;

	if (from)
		before = &process->samples[from - 1];
	for (size_t i = from; i < kill->before; i++) {
		const struct sample_line *sample = &process->samples[i];

		show_sample(output, sample, before, (int64_t)(at - sample->time_ns));
		before = sample;
	}
	show_sample(output, kill->sample, before, 0);
	/* The end itself, however many samples its dying took. */
	if (last->time_ns > at)
		show_sample(output, last, last > process->samples ? last - 1 : NULL,
			    (int64_t)(at - last->time_ns));
}

static void show_kill(struct kml_output *output, const struct kml_kill *kill)
{
	kml_output_row(output, (struct kml_value[]){
		KML_COUNT_VALUE(kill->pid),
		KML_TEXT_VALUE(kill->name),
		KML_TEXT_VALUE(kill->oom ? "oom" : "sigkill"),
		KML_NS_VALUE(kill->at_ns),
		KML_COUNT_VALUE(kill->rss) });
}

static void show_kills(struct kml_output *output, const struct kml_recording *recording)
{
	static const struct kml_column kills[] = {
		{ "pid", NULL, KML_COUNT },
		{ "name", NULL, KML_TEXT },
		{ "by", NULL, KML_TEXT },
		{ "time_ns", NULL, KML_SECONDS },
		{ "rss_kib", NULL, KML_KIB },
	};
	static const struct kml_column before[] = {
		{ "pid", NULL, KML_COUNT },
		{ "before_kill_ns", "BEFORE", KML_MILLISECONDS },
		SAMPLE_COLUMNS,
	};
	const struct kml_process *processes = recording->processes;
	struct kml_kill kill;

	kml_output_table(output, "kills", kills, LENGTH(kills));
	for (size_t i = 0; i < recording->n_processes; i++)
		if (kml_find_kill(recording, &processes[i], &kill))
			show_kill(output, &kill);
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill))
			show_kill(output, &kill);

	kml_output_table(output, "before_kill", before, LENGTH(before));
	for (size_t i = 0; i < recording->n_processes; i++)
		if (kml_find_kill(recording, &processes[i], &kill)) {
			show_sentence(output, &kill);
			show_before_kill(output, &kill);
		}
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill))
			show_sentence(output, &kill);
}

void show_overview(struct kml_output *output, const struct kml_recording *recording,
		   const struct show_options *options)
{
	show_processes(output, recording);
	show_histories(output, recording, options);
	show_kills(output, recording);
	show_lost(output, recording);
}
