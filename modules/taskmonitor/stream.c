// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one reader of the device gets, and where it stands: see include/uapi/kmemlab/stream.h.
 *
 * Data flow: rounds. A round begins with what was missed of the schedule, the samples of the
 * machine and the events, then goes over the processes, in the order of their numbers, and takes of
 * each what is new, a record at a time. A round that finds the count of news as it was at its
 * beginning is the last one for now.
 *
 * A place of the reader in each history stands for what it has had. It holds its monitor, which is
 * small, and no block: the block of the record that is being copied is the only one, and its
 * samples may come and the rest of the history may go meanwhile. What has gone is a gap.
 *
 * Locking: stream->lock, a mutex, serialises the calls on one open file; the registry's mutex and
 * the history lock are taken inside it for a step at a time. No lock but the stream's own is held
 * while something is copied to user space, which may fault.
 *
 * Lifetime: a stream belongs to its open file. A place goes when its process has been removed and
 * the reader was told so, or with the stream.
 */
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include <kmemlab/stream.h>

#include "events.h"
#include "history_place.h"
#include "monitor.h"
#include "news.h"
#include "record.h"
#include "registry.h"
#include "stats.h"
#include "stream.h"
#include "system.h"

/**
 * struct place - where a stream stands in the history of one process
 * @monitor: with a reference
 * @pid: the process in the reader's PID namespace
 * @told: the reader knows the process by @comm
 * @gone: and knows that it was removed; the place stays until the event of that has been passed
 * @comm: its name when it was told
 * @history: the place
 */
struct place {
	struct monitor *monitor;
	pid_t pid;
	bool told;
	bool gone;
	char comm[TASK_COMM_LEN];
	struct history_place history;
};

/**
 * struct missed - counters of what goes wrong for all processes, as a reader last saw them
 * @from: when the round before began, ns of CLOCK_BOOTTIME; 0: when the module was loaded
 * @to: when this round began
 * @count: in the order of missed_reasons[]
 */
struct missed {
	u64 from;
	u64 to;
	u64 count[5];
};

/**
 * struct stream - one reader
 * @lock: protects everything here but @ns
 * @ns: the opener's PID namespace, with a reference
 * @places: of the processes that it has met, by their id
 * @at: the process that the round is at, with a reference; NULL before the first
 * @place: of that process; NULL when the round is through with it
 * @part: what was last taken from it, its block the one that is kept; @block and @missing are
 *        cleared when there is a record of them
 * @block: @part has a block that is to be told of
 * @missed: what was told of the schedule
 * @reason: the next one of missed_reasons[] to look at
 * @event: sequence number of the next event
 * @system: sequence number of the next sample of the machine
 * @begun: the header was made
 * @round: the news count at the beginning of this round
 * @seen: the news count up to which there is nothing to read any more
 * @record: that is being read
 */
struct stream {
	struct mutex lock;	/* protects the reader's place */
	struct pid_namespace *ns;
	struct xarray places;
	struct monitor *at;
	struct place *place;
	struct history_part part;
	bool block;
	struct missed missed;
	unsigned int reason;
	u64 event;
	u64 system;
	bool begun;
	u64 round;
	u64 seen;
	struct record record;
};

/**
 * struct missed_reason - a kind of gap that concerns all processes
 * @counter: its count
 * @reason: its name in a record
 */
struct missed_reason {
	enum counter counter;
	enum kml_stream_gap_reason reason;
};

static const struct missed_reason missed_reasons[] = {
	{ STAT_LATE, KML_GAP_LATE },
	{ STAT_MISSED, KML_GAP_MISSED },
	{ STAT_DROPPED, KML_GAP_DROPPED },
	{ STAT_REFUSED, KML_GAP_REFUSED },
	{ STAT_OVERRUN, KML_GAP_OVERRUN },
};

static_assert(ARRAY_SIZE(missed_reasons) == ARRAY_SIZE(((struct missed *)0)->count));

static void tell_process(struct stream *stream, const struct place *place)
{
	struct kml_stream_process process = {
		.process = place->monitor->id,
		.start = place->monitor->start,
		.next = place->history.next,
		.pid = place->pid,
	};

	memcpy(process.comm, place->comm, sizeof(process.comm));
	record_process(&stream->record, &process);
}

/* Why samples of a process are gone, as a record says it. */
static u32 gap_reasons(const struct history_part *part)
{
	static const u32 reason[HISTORY_LOSSES] = {
		[HISTORY_RECLAIMED] = KML_GAP_RECLAIMED,
		[HISTORY_RECYCLED] = KML_GAP_RECYCLED,
		[HISTORY_REMOVED] = KML_GAP_REMOVED,
	};
	u32 reasons = part->removed ? KML_GAP_REMOVED : 0;
	int i;

	for (i = 0; i < HISTORY_LOSSES; i++)
		if (part->reasons & BIT(i))
			reasons |= reason[i];
	return reasons;
}

static void tell_gap(struct stream *stream, const struct place *place)
{
	const struct history_part *part = &stream->part;
	const struct kml_stream_gap gap = {
		.process = place->monitor->id,
		.first = part->missing ? part->gap : place->history.next,
		.count = part->missing,
		.from = part->missing ? part->gap_from : place->history.time,
		.to = part->gap_to ?: ktime_get_boottime_ns(),
		.reasons = gap_reasons(part),
	};

	record_gap(&stream->record, &gap);
}

/* The next kind of gap in the schedule since the reader last looked. */
static bool tell_missed(struct stream *stream)
{
	struct missed *missed = &stream->missed;

	while (stream->reason < ARRAY_SIZE(missed_reasons)) {
		const struct missed_reason *reason = &missed_reasons[stream->reason];
		u64 *told = &missed->count[stream->reason++];
		u64 count = stats_read(reason->counter);
		const struct kml_stream_gap gap = {
			.count = count - *told,
			.from = missed->from,
			.to = missed->to,
			.reasons = reason->reason,
		};

		if (!gap.count)
			continue;
		*told = count;
		record_gap(&stream->record, &gap);
		return true;
	}
	return false;
}

/* Of a ring: @count entries up to @end. */
static void tell_ring_gap(struct stream *stream, u64 end, u64 count,
			  enum kml_stream_gap_reason reason)
{
	const struct kml_stream_gap gap = {
		.first = end - count,
		.count = count,
		.from = stream->missed.from,
		.to = stream->missed.to,
		.reasons = reason,
	};

	record_gap(&stream->record, &gap);
}

/* A reader in another PID namespace knows the numbers of its own processes only. */
static void tell_event(struct stream *stream, const struct event *event, const struct place *place)
{
	bool is_initial = stream->ns == &init_pid_ns;
	struct kml_stream_event told = {
		.time = event->time,
		.process = event->process,
		/* A gap tells, or has told, of those that this stream has named. */
		.count = place ? 0 : event->count,
		.kind = event->kind,
		.pid = is_initial ? event->pid : place->pid,
		.other = is_initial ? event->other : 0,
		.status = event->status,
		.sample = event->sample,
	};

	memcpy(told.comm, event->comm, sizeof(told.comm));
	record_event(&stream->record, &told, event->has_sample);
}

static bool take_event(struct stream *stream)
{
	struct event event;
	u64 missing;

	while (events_take(&stream->event, &event, &missing)) {
		const struct place *place = xa_load(&stream->places, event.process);

		if (!place && stream->ns != &init_pid_ns)
			continue;
		tell_event(stream, &event, place);
		return true;
	}
	if (missing)
		tell_ring_gap(stream, stream->event, missing, KML_GAP_EVENTS);
	return missing;
}

static bool take_system(struct stream *stream)
{
	struct kml_system system;
	u64 missing;

	if (system_take(&stream->system, &system, &missing)) {
		record_system(&stream->record, &system);
		return true;
	}
	if (missing)
		tell_ring_gap(stream, stream->system, missing, KML_GAP_SYSTEM);
	return missing;
}

/* What comes once a round, before the processes. */
static bool take_of_machine(struct stream *stream)
{
	return tell_missed(stream) || take_system(stream) || take_event(stream);
}

static struct place *add_place(struct stream *stream, struct monitor *monitor)
{
	struct place *place = kzalloc(sizeof(*place), GFP_KERNEL_ACCOUNT);

	if (!place)
		return NULL;
	place->monitor = monitor_get(monitor);
	place->pid = pid_nr_ns(monitor->pid, stream->ns);
	if (xa_err(xa_store(&stream->places, monitor->id, place, GFP_KERNEL_ACCOUNT))) {
		monitor_put(monitor);
		kfree(place);
		return NULL;
	}
	return place;
}

static void remove_place(struct stream *stream, struct place *place)
{
	xa_erase(&stream->places, place->monitor->id);
	monitor_put(place->monitor);
	kfree(place);
}

static struct place *first_place_behind(struct stream *stream, const struct monitor *monitor)
{
	unsigned long id = monitor ? monitor->id + 1 : 0;

	return xa_find(&stream->places, &id, ULONG_MAX, XA_PRESENT);
}

static void move_to(struct stream *stream, struct monitor *monitor)
{
	monitor_put(stream->at);
	stream->at = monitor;
}

/*
 * To the next process that the reader can see, in the order of their ids, be it in the registry
 * still, or only among the places of this stream. Returns 1, 0 behind the last one, or -ENOMEM: the
 * round can go on from here.
 */
static int next_place(struct stream *stream)
{
	struct place *place;

	do {
		struct monitor *next = registry_next(stream->at);

		place = first_place_behind(stream, stream->at);
		if (place && (!next || place->monitor->id <= next->id)) {
			monitor_put(next);
			move_to(stream, monitor_get(place->monitor));
			break;
		}
		if (!next)
			return 0;
		if (pid_nr_ns(next->pid, stream->ns)) {
			place = add_place(stream, next);
			if (!place) {
				monitor_put(next);
				return -ENOMEM;
			}
		}
		move_to(stream, next);
	} while (!place);
	stream->place = place;
	return 1;
}

static bool has_new_name(struct place *place)
{
	char comm[TASK_COMM_LEN];

	monitor_comm(place->monitor, comm);
	if (place->told && !memcmp(comm, place->comm, sizeof(comm)))
		return false;
	memcpy(place->comm, comm, sizeof(comm));
	place->told = true;
	return true;
}

static void put_part(struct stream *stream)
{
	block_put(stream->part.block);
	stream->part = (struct history_part) {};
	stream->block = false;
}

/* The next record of the process that the round is at. */
static bool take_of_place(struct stream *stream)
{
	struct place *place = stream->place;
	struct history_part *part = &stream->part;

	/* Before anything else of the process: it may have gone, and its name with it. */
	if (!stream->block && has_new_name(place)) {
		tell_process(stream, place);
		return true;
	}
	if (!stream->block) {
		if (!history_place_take(&place->monitor->history, &place->history, part))
			return false;
		stream->block = part->block;
		if (part->missing || part->removed) {
			tell_gap(stream, place);
			return true;
		}
	}
	record_block(&stream->record, place->monitor->id, part);
	stream->block = false;
	return true;
}

static void leave_place(struct stream *stream)
{
	struct place *place = stream->place;

	place->gone |= stream->part.removed;
	put_part(stream);
	stream->place = NULL;
	if (place->gone && place->monitor->left < stream->event)
		remove_place(stream, place);
}

static void begin_round(struct stream *stream)
{
	stream->round = news_count();
	move_to(stream, NULL);
	stream->reason = 0;
	stream->missed.from = stream->missed.to;
	stream->missed.to = ktime_get_boottime_ns();
}

/*
 * Makes the next record. Returns 1, 0 when there is nothing new, or a negative errno; what was
 * begun goes on with the next call.
 */
static int advance(struct stream *stream)
{
	int err;

	if (!stream->begun) {
		stream->begun = true;
		record_header(&stream->record);
		return 1;
	}
	for (;;) {
		if (!stream->at && take_of_machine(stream))
			return 1;
		if (stream->place) {
			if (!stream->place->gone && !stream->part.removed && take_of_place(stream))
				return 1;
			leave_place(stream);
		}
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
		err = next_place(stream);
		if (err < 0)
			return err;
		if (err)
			continue;
		WRITE_ONCE(stream->seen, stream->round);
		if (news_count() == stream->round)
			return 0;
		begin_round(stream);
	}
}

/**
 * stream_read() - what comes next
 * @stream: of an open file
 * @to: memory of the reader
 * @length: of @to
 *
 * Does not wait for anything new. A record that finds no room goes on with the next call.
 *
 * Context: may sleep.
 * Return: bytes copied; 0 when there is nothing new; -EFAULT, -EINTR, -ENOMEM when there was
 * nothing copied: nothing is lost by them.
 */
ssize_t stream_read(struct stream *stream, char __user *to, size_t length)
{
	size_t copied = 0;
	ssize_t n = 0;

	if (mutex_lock_interruptible(&stream->lock))
		return -ERESTARTSYS;
	while (copied < length) {
		if (!stream->record.size) {
			n = advance(stream);
			if (n <= 0)
				break;
		}
		n = record_copy(&stream->record, to + copied, length - copied);
		if (n < 0)
			break;
		copied += n;
	}
	mutex_unlock(&stream->lock);
	return copied ?: n;
}

/**
 * stream_has_news() - there may be something to read
 * @stream: of an open file
 *
 * Context: any.
 * Return: false when there was nothing, and nothing has come since.
 */
bool stream_has_news(const struct stream *stream)
{
	return READ_ONCE(stream->record.size) || READ_ONCE(stream->seen) != news_count();
}

static void forget(struct stream *stream)
{
	struct place *place;
	unsigned long id;

	lockdep_assert_held(&stream->lock);
	put_part(stream);
	stream->place = NULL;
	move_to(stream, NULL);
	WRITE_ONCE(stream->record.size, 0);
	xa_for_each(&stream->places, id, place)
		remove_place(stream, place);
}

/* A header first; then everything since the module was loaded, or since now. */
static void begin(struct stream *stream, bool from_oldest)
{
	int i;

	stream->begun = false;
	stream->missed = (struct missed) {};
	stream->event = from_oldest ? 0 : events_end();
	stream->system = from_oldest ? 0 : system_end();
	if (!from_oldest) {
		stream->missed.to = ktime_get_boottime_ns();
		for (i = 0; i < ARRAY_SIZE(missed_reasons); i++)
			stream->missed.count[i] = stats_read(missed_reasons[i].counter);
	}
	begin_round(stream);
	WRITE_ONCE(stream->seen, stream->round - 1);
}

/**
 * stream_rewind() - to the oldest that is kept: a new stream
 * @stream: of an open file
 *
 * Context: may sleep.
 */
void stream_rewind(struct stream *stream)
{
	mutex_lock(&stream->lock);
	forget(stream);
	begin(stream, true);
	mutex_unlock(&stream->lock);
}

/**
 * stream_skip() - behind the newest: a new stream, of what comes from now on
 * @stream: of an open file
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM: the stream then begins with the oldest for processes that it did not reach.
 */
int stream_skip(struct stream *stream)
{
	int err;

	mutex_lock(&stream->lock);
	forget(stream);
	begin(stream, false);
	while ((err = next_place(stream)) > 0)
		history_place_end(&stream->place->monitor->history, &stream->place->history);
	stream->place = NULL;
	move_to(stream, NULL);
	mutex_unlock(&stream->lock);
	return err;
}

/**
 * stream_create() - a new reader, at the oldest that is kept
 *
 * Context: may sleep.
 * Return: the stream, to be closed; NULL without memory.
 */
struct stream *stream_create(void)
{
	struct stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);

	if (!stream)
		return NULL;
	mutex_init(&stream->lock);
	stream->ns = get_pid_ns(task_active_pid_ns(current));
	xa_init(&stream->places);
	begin(stream, true);
	return stream;
}

/**
 * stream_destroy() - the reader goes
 * @stream: or NULL; nobody else uses it any more
 *
 * Context: may sleep.
 */
void stream_destroy(struct stream *stream)
{
	if (!stream)
		return;
	mutex_lock(&stream->lock);
	forget(stream);
	mutex_unlock(&stream->lock);
	xa_destroy(&stream->places);
	put_pid_ns(stream->ns);
	kfree(stream);
}
