// SPDX-License-Identifier: GPL-2.0-only
/* What the module tells of our processes, to be kept as it comes. */
#include "lib/stream_text.h"
#include "record/pressure.h"
#include "record/state.h"

/* As it is in the file that is being written, and in all. */
static void count_lost(struct recorder *r, const char *name, uint64_t count)
{
	kml_counters_raise(&r->lost, name, count);
	kml_counters_raise(kml_keeper_lost(r->keeper), name, count);
}

static bool is_of_before(const struct recorder *r, uint64_t time)
{
	return time <= r->began_ns;
}

static int take_header(const struct kml_stream_header *header, void *data)
{
	struct recorder *r = data;

	r->interval_ns = header->interval;
	return 0;
}

/* Often it is an exec that gives another name. */
static int take_process(const struct kml_stream_process *told, void *data)
{
	struct recorder *r = data;
	struct tracked *process = recorder_find(r, told);

	if (!process)
		return 0;
	process->told = true;
	process->asked = process->watch;
	recorder_rename(r, process, told->comm);
	return 0;
}

static int take_sample(const struct kml_stream_process *told, const struct kml_sample *sample,
		       void *data)
{
	struct recorder *r = data;
	uint64_t time = sample->field[KML_TIME], flags = sample->field[KML_FLAGS];
	bool is_news = resume_hear(&r->resume, HEARD_SAMPLE, time);
	struct tracked *process = recorder_admit(r, told, is_news);
	int err;

	if (!process || time <= process->had_ns)
		return 0;
	r->samples++;
	process->last_ns = time;
	process->resident = kml_sample_rss(sample);
	if (process->watch)
		process->watch->victim |= !!(flags & KML_VICTIM);
	err = kml_keeper_sample(r->keeper, tracked_place(&r->tracked, process), sample);
	if (!err && flags & KML_ENDED)
		recorder_end(r, process, sample);
	return err;
}

/* --- what is missing ------------------------------------------------------------------ */

/* Of several reasons it counts for the first. */
static int keep_gap(struct recorder *r, uint64_t process, const struct kml_stream_gap *gap)
{
	const char *reason = kml_gap_reason((unsigned int)__builtin_ctz(gap->reasons | 1U << 31));

	if (!is_of_before(r, gap->to) && reason)
		count_lost(r, reason, gap->count);
	return kml_keeper_gap(r->keeper, process, gap);
}

void recorder_take_gap_of_all(const struct kml_stream_gap *gap, void *data)
{
	struct recorder *r = data;
	int err = is_of_before(r, gap->to) ? 0 : keep_gap(r, 0, gap);

	if (err)
		recorder_fail(r, "write", r->options->file, err);
}

static int take_gap(const struct kml_stream_process *told, const struct kml_stream_gap *gap,
		    void *data)
{
	struct tracked *process;
	struct recorder *r = data;
	bool is_news;
	int err = 0;

	if (!gap->process) {
		if (resume_gap(&r->resume, gap))
			recorder_take_gap_of_all(gap, r);
		return 0;
	}
	if (!told)
		return 0;
	is_news = gap->count && gap->to > r->resume.floor[HEARD_SAMPLE];
	process = recorder_admit(r, told, is_news);
	if (!process)
		return 0;
	if (gap->to > process->had_ns)
		err = keep_gap(r, process->id, gap);
	if (gap->reasons & KML_GAP_REMOVED)
		tracked_end(&r->tracked, process);
	return err;
}

static int take_thinned(const struct kml_stream_process *told, const struct kml_thinned *thinned,
			void *data)
{
	struct recorder *r = data;
	struct tracked *process = recorder_find(r, told);

	if (!process || thinned->to <= process->had_ns)
		return 0;
	if (!is_of_before(r, thinned->to))
		count_lost(r, KML_THINNED, thinned->count);
	return kml_keeper_thinned(r->keeper, process->id, thinned);
}

/* --- what has happened ---------------------------------------------------------------- */

/* Of who is named, and the OOM killer's choice of any; of a selection all, its own or not. */
static bool is_wanted(const struct recorder *r, uint64_t id, enum kml_stream_event_kind kind)
{
	return id || kind == KML_EVENT_VICTIM || recorder_selects(r);
}

/* An event may come before the record of its process: then its number is what there is. */
static int take_event(const struct kml_stream_process *told, const struct kml_stream_event *event,
		      const struct kml_sample *sample, void *data)
{
	struct recorder *r = data;
	bool is_news = resume_hear(&r->resume, HEARD_EVENT, event->time);
	struct tracked *process = told ? recorder_find(r, told) : NULL;
	struct watch *watch = told ? recorder_watch(r, told->pid, told->start) :
				     recorder_watch(r, event->pid, 0);
	uint64_t id = process ? process->id : watch ? r->facts[watch - r->watches].id : 0;

	if (!is_news || !is_wanted(r, id, event->kind))
		return 0;
	if (watch)
		watch->victim |= event->kind == KML_EVENT_VICTIM;
	if (process && event->kind == KML_EVENT_EXEC)
		process->asked = process->watch;
	return kml_keeper_event(r->keeper, id, told ? told->pid : event->pid, event, sample);
}

static int take_system(const struct kml_system *system, void *data)
{
	struct recorder *r = data;
	bool is_news = resume_hear(&r->resume, HEARD_SYSTEM, system->time);

	r->available_kib = system->available;
	r->told_system |= is_news;
	return is_news ? kml_keeper_system(r->keeper, system) : 0;
}

/* As often as the module tells of the machine, but of what it tells at once once. */
void recorder_take_pressure(struct recorder *r)
{
	struct kml_pressure pressure;
	int err;

	if (r->pressure < 0 || !r->told_system || pressure_read(r->pressure, &pressure))
		return;
	r->told_system = false;
	err = kml_keeper_pressure(r->keeper, &pressure);
	if (err)
		recorder_fail(r, "write", r->options->file, err);
}

const struct kml_stream_calls recorder_calls = {
	.header = take_header,
	.process = take_process,
	.sample = take_sample,
	.gap = take_gap,
	.thinned = take_thinned,
	.event = take_event,
	.system = take_system,
};

void recorder_begin_taking(struct recorder *r)
{
	/* What can be lost is told also where nothing was. */
	count_lost(r, KML_THINNED, 0);
	for (unsigned int i = 0; kml_gap_reason(i); i++)
		count_lost(r, kml_gap_reason(i), 0);
	r->resume.heard = r->began_ns;
	/* Of processes that are named their samples alone are of interest, from before us. */
	if (recorder_selects(r))
		return;
	r->resume.floor[HEARD_EVENT] = r->began_ns;
	r->resume.floor[HEARD_SYSTEM] = r->began_ns;
}
