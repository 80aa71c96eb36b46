// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is recorded: a process comes with the first that is told of it, and goes when all of it is
 * among what is to be written. So many at a time as there is room for: beyond that, those that have
 * ended give way first, and who finds no room then is counted, and looked at again with its next
 * sample.
 */
#include "lib/clock.h"
#include "lib/message.h"
#include "lib/stream_text.h"
#include "record/facts.h"
#include "record/state.h"

enum {
	ASKED_AT_ONCE = 64,	/* for /proc takes its time */
	SCARCE = 16,		/* available memory below one such part is */
};

/* --- those that were named -------------------------------------------------------- */

struct watch *recorder_watch(struct recorder *r, pid_t pid, uint64_t start)
{
	struct watch *watch = NULL;

	for (size_t i = 0; i < r->n && !watch; i++)
		if (r->watches[i].pid == pid)
			watch = &r->watches[i];
	if (!watch || !start)
		return watch;
	if (!watch->known) {
		watch->known = true;
		watch->start = start;
	}
	return watch->start == start ? watch : NULL;
}

/* --- coming and going --------------------------------------------------------------- */

static bool leave(struct recorder *r, struct tracked *process)
{
	if (kml_keeper_leave(r->keeper, tracked_place(&r->tracked, process)))
		return false;
	tracked_remove(&r->tracked, process);
	return true;
}

void recorder_drop_ended(struct recorder *r)
{
	struct tracked *process = NULL;

	while (r->tracked.n_ended && (process = tracked_next(&r->tracked, process)))
		if (process->ended && !leave(r, process))
			return;
}

static bool one_gives_way(struct recorder *r)
{
	struct tracked *process = NULL;

	while (r->tracked.n_ended && (process = tracked_next(&r->tracked, process)))
		if (process->ended)
			return leave(r, process);
	return false;
}

/* Numbers of processes rise in the order in which they are told of first. */
static void refuse(struct recorder *r, const struct kml_stream_process *told)
{
	if (told->process <= r->refused_up_to)
		return;
	r->refused_up_to = told->process;
	r->refused++;
	if (r->said_refused)
		return;
	r->said_refused = true;
	kml_note("there are more than %u processes: the others are counted as refused; --max-processes takes more",
		 r->tracked.identities.max);
}

void recorder_tell_refused(struct recorder *r)
{
	const struct kml_stream_gap gap = {
		.count = r->refused, .from = r->looked_ns, .to = clock_ns(CLOCK_BOOTTIME),
		.reasons = KML_GAP_REFUSED,
	};

	r->looked_ns = gap.to;
	r->refused = 0;
	if (gap.count)
		recorder_take_gap_of_all(&gap, r);
}

static struct kml_process_facts *facts_of(struct recorder *r, const struct tracked *process)
{
	return kml_keeper_process(r->keeper, tracked_place(&r->tracked, process));
}

static struct tracked *add(struct recorder *r, const struct kml_stream_process *told,
			   struct watch *watch)
{
	struct tracked *process = tracked_add(&r->tracked, told->pid, told->start);
	struct kml_process_facts *facts;

	if (!process && one_gives_way(r))
		process = tracked_add(&r->tracked, told->pid, told->start);
	if (!process)
		return NULL;
	facts = facts_of(r, process);
	if (watch)
		*facts = r->facts[watch - r->watches];
	else
		*facts = (struct kml_process_facts){
			.id = ++r->n_selected, .pid = (uint64_t)told->pid,
		};
	facts->start_ns = told->start;
	kml_text_name(told->comm, facts->name);
	process->id = facts->id;
	process->watch = watch;
	process->asked = watch;
	return process;
}

struct tracked *recorder_find(struct recorder *r, const struct kml_stream_process *told)
{
	return tracked_find(&r->tracked, told->pid, told->start);
}

struct tracked *recorder_admit(struct recorder *r, const struct kml_stream_process *told,
			       bool is_news)
{
	struct tracked *process = recorder_find(r, told);
	struct watch *watch;

	if (process)
		return process;
	if (!recorder_selects(r)) {
		watch = recorder_watch(r, told->pid, told->start);
		return watch && !watch->told ? add(r, told, watch) : NULL;
	}
	if (!is_news)
		return NULL;
	process = add(r, told, NULL);
	if (!process)
		refuse(r, told);
	return process;
}

void recorder_rename(struct recorder *r, struct tracked *process, const char *comm)
{
	kml_text_name(comm, facts_of(r, process)->name);
}

void recorder_end(struct recorder *r, struct tracked *process, const struct kml_sample *sample)
{
	struct kml_process_facts *facts = facts_of(r, process);

	facts->ended = true;
	facts->ended_ns = sample->field[KML_TIME];
	facts->status = sample->field[KML_STATUS];
	if (process->watch)
		process->watch->told = true;
	tracked_end(&r->tracked, process);
}

/* --- what the module does not tell ---------------------------------------------------- */

/* A command line is in memory of the process, which may be far away while there is little. */
void recorder_ask(struct recorder *r)
{
	struct tracked *process = NULL;
	int asked = 0;

	if (r->available_kib < r->head.memory_kib / SCARCE)
		return;
	while (asked < ASKED_AT_ONCE && (process = tracked_next(&r->tracked, process))) {
		if (process->asked || process->ended)
			continue;
		process->asked = true;
		asked++;
		facts_read(facts_of(r, process), process->pid, process->start);
	}
}
