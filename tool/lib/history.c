// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/history.h"
#include "lib/text.h"

int64_t kml_since_start(const struct kml_recording *recording, const struct sample_line *sample)
{
	return (int64_t)(sample->time_ns - recording->head.began_boottime_ns);
}

uint64_t kml_rise(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

double kml_share(uint64_t from_ns, uint64_t to_ns, uint64_t span_ns)
{
	return 100.0 * (double)kml_rise(from_ns, to_ns) / (double)span_ns;
}

bool kml_cpu_between(const struct sample_line *from, const struct sample_line *to,
		     struct kml_cpu *ret)
{
	double span = (double)kml_rise(from->time_ns, to->time_ns);

	if (span <= 0)
		return false;
	ret->usr = 100 * (double)kml_rise(from->usr_ns, to->usr_ns) / span;
	ret->sys = 100 * (double)kml_rise(from->sys_ns, to->sys_ns) / span;
	return true;
}

static void describe_end(const struct kml_process *process, char *out, size_t size)
{
	const struct sample_line *last = &process->samples[process->n - 1];
	char status[24];

	if (!last->ended)
		snprintf(out, size, "still running");
	else
		snprintf(out, size, "%s%s", kml_status_text(last->status, status, sizeof(status)),
			 last->victim ? ", out of memory" : "");
}

void kml_summarise(const struct kml_recording *recording, const struct kml_process *process,
		   struct kml_summary *ret)
{
	const struct sample_line *first = &process->samples[0];
	const struct sample_line *last = &process->samples[process->n - 1];

	*ret = (struct kml_summary){
		.first_ns = kml_since_start(recording, first),
		.last_ns = kml_since_start(recording, last),
		.usr_ns = kml_rise(first->usr_ns, last->usr_ns),
		.sys_ns = kml_rise(first->sys_ns, last->sys_ns),
		.minflt = kml_rise(first->minflt, last->minflt),
		.majflt = kml_rise(first->majflt, last->majflt),
	};
	for (size_t i = 0; i < process->n; i++)
		if (!i || process->samples[i].rss > ret->peak_rss) {
			ret->peak_rss = process->samples[i].rss;
			ret->peak_ns = kml_since_start(recording, &process->samples[i]);
		}
	ret->growth = ret->peak_rss - first->rss;
	describe_end(process, ret->end, sizeof(ret->end));
}

static bool killed(const struct sample_line *sample)
{
	return sample->ended && sample->status <= 0xffff && WIFSIGNALED((int)sample->status) &&
	       WTERMSIG((int)sample->status) == SIGKILL;
}

/* The number may have been another's before the process, or after it. */
static bool is_victim(const struct kml_process *process, const struct kml_victim *victim)
{
	const struct sample_line *last = &process->samples[process->n - 1];

	return victim->sample.pid == process->pid &&
	       victim->sample.time_ns >= process->samples[0].time_ns &&
	       (!last->ended || victim->sample.time_ns <= last->time_ns);
}

static const struct kml_victim *find_victim(const struct kml_recording *recording,
					    const struct kml_process *process)
{
	for (size_t i = 0; i < recording->n_victims; i++)
		if (is_victim(process, &recording->victims[i]))
			return &recording->victims[i];
	return NULL;
}

static void tell_victim(const struct kml_recording *recording, const struct kml_victim *victim,
			struct kml_kill *ret)
{
	*ret = (struct kml_kill){
		.name = victim->name,
		.pid = victim->sample.pid,
		.oom = true,
		.sample = &victim->sample,
		.at_ns = kml_since_start(recording, &victim->sample),
		.rss = victim->sample.rss,
	};
}

/* Without the moment itself: what the samples around it show. */
static bool find_killed(const struct kml_recording *recording, const struct kml_process *process,
			struct kml_kill *ret)
{
	const struct sample_line *samples = process->samples;
	size_t at = 0;

	while (at < process->n && !samples[at].victim && !killed(&samples[at]))
		at++;
	if (at == process->n)
		return false;

	*ret = (struct kml_kill){
		.name = process->name,
		.pid = process->pid,
		.process = process,
		.oom = samples[at].victim,
		.sample = &samples[at],
		.before = at,
		.at_ns = kml_since_start(recording, &samples[at]),
		.rss = samples[at].rss,
	};
	/* The samples around the kill may come when half of its memory is gone, or all of it. */
	while (at && !samples[at - 1].rss)
		at--;
	if (at && samples[at - 1].rss > ret->rss)
		ret->rss = samples[at - 1].rss;
	return true;
}

bool kml_find_kill(const struct kml_recording *recording, const struct kml_process *process,
		   struct kml_kill *ret)
{
	const struct kml_victim *victim = find_victim(recording, process);

	if (!victim)
		return find_killed(recording, process, ret);
	tell_victim(recording, victim, ret);
	ret->process = process;
	while (ret->before < process->n &&
	       process->samples[ret->before].time_ns < victim->sample.time_ns)
		ret->before++;
	return true;
}

bool kml_find_stranger(const struct kml_recording *recording, const struct kml_victim *victim,
		       struct kml_kill *ret)
{
	for (size_t i = 0; i < recording->n_processes; i++)
		if (is_victim(&recording->processes[i], victim))
			return false;
	tell_victim(recording, victim, ret);
	return true;
}

void kml_kill_sentence(const struct kml_kill *kill, char *out, size_t size)
{
	char rss[32];

	snprintf(out, size,
		 "%s (pid %llu) was killed by %s %.1f s after the start, at %s resident%s",
		 kill->name, (unsigned long long)kill->pid,
		 kill->oom ? "the OOM killer" : "SIGKILL", (double)kill->at_ns / 1e9,
		 kml_human_kib(kill->rss, rss, sizeof(rss)),
		 kill->process ? "" : "; it was not recorded");
}

size_t kml_thin(const struct kml_process *process, size_t rows, size_t *ret_chosen)
{
	const struct sample_line *samples = process->samples;
	uint64_t begin = samples[0].time_ns;
	double span = (double)(samples[process->n - 1].time_ns - begin) / (double)rows;
	size_t n = 0, last_row = rows;

	ret_chosen[n++] = 0;
	for (size_t i = 1; i < process->n; i++) {
		size_t row = span > 0 ? (size_t)((double)(samples[i].time_ns - begin) / span) : 0;

		if (row >= rows)
			row = rows - 1;
		if (row != last_row)
			ret_chosen[n++] = i;
		else if (samples[i].rss > samples[ret_chosen[n - 1]].rss)
			ret_chosen[n - 1] = i;
		last_row = row;
	}
	if (ret_chosen[n - 1] != process->n - 1)
		ret_chosen[n++] = process->n - 1;
	return n;
}
