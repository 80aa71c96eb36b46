// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one reader of the device gets, and where it stands: see include/uapi/kmemlab/stream.h.
 *
 * Data flow: rounds. A round begins with what was missed of the schedule, then goes over the
 * processes, in the order of their numbers, and takes of each what is new: a record at a time, its
 * fixed part made here, the code of samples copied from the block to user space as it is. A round
 * that finds the count of news as it was at its beginning is the last one for now.
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
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include <kmemlab/stream.h>

#include "monitor.h"
#include "news.h"
#include "registry.h"
#include "sampler.h"
#include "stats.h"
#include "stream.h"

/* Zeros behind the code, up to the end of its record. */
#define ALIGNMENT 8

/**
 * struct place - where a stream stands in the history of one process
 * @monitor: with a reference
 * @pid: the process in the reader's PID namespace
 * @told: the reader knows the process by @comm
 * @comm: its name when it was told
 * @history: the place
 */
struct place {
	struct monitor *monitor;
	pid_t pid;
	bool told;
	char comm[TASK_COMM_LEN];
	struct history_place history;
};

/**
 * union record - the fixed part of what is being read
 * @head: what each begins with
 * @header: a stream begins
 * @process: a new one, or its new name
 * @block: its code stands in the block itself
 * @gap: something is missing
 */
union record {
	struct kml_stream_record head;
	struct kml_stream_header header;
	struct kml_stream_process process;
	struct kml_stream_block block;
	struct kml_stream_gap gap;
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
	u64 count[3];
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
 * @begun: the header was made
 * @round: the news count at the beginning of this round
 * @seen: the news count up to which there is nothing to read any more
 * @size: bytes of @record, its code and the zeros behind it; 0: no record
 * @fixed: bytes of @record itself
 * @code: bytes of code behind it, of the block in @part
 * @done: how many of @size have been read
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
	bool begun;
	u64 round;
	u64 seen;
	size_t size;
	size_t fixed;
	size_t code;
	size_t done;
	union record record;
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
};

/* Makes the record the next one to be read; behind it come @code bytes of the block in @part. */
static void ready(struct stream *stream, enum kml_stream_type type, size_t fixed, size_t code)
{
	stream->record.head = (struct kml_stream_record) {
		.size = ALIGN(fixed + code, ALIGNMENT),
		.type = type,
		.version = 1,
	};
	stream->fixed = fixed;
	stream->code = code;
	stream->done = 0;
	WRITE_ONCE(stream->size, stream->record.head.size);
}

static void make_header(struct stream *stream)
{
	stream->record.header = (struct kml_stream_header) {
		.magic = KML_STREAM_MAGIC,
		.time = ktime_get_boottime_ns(),
		.realtime = ktime_get_real_ns(),
		.interval = sampler_interval(),
		.fields = KML_FIELDS,
	};
	ready(stream, KML_RECORD_HEADER, sizeof(stream->record.header), 0);
}

static void make_process(struct stream *stream, const struct place *place)
{
	struct kml_stream_process *process = &stream->record.process;

	*process = (struct kml_stream_process) {
		.process = place->monitor->id,
		.start = place->monitor->start,
		.next = place->history.next,
		.pid = place->pid,
	};
	memcpy(process->comm, place->comm, sizeof(process->comm));
	ready(stream, KML_RECORD_PROCESS, sizeof(*process), 0);
}

static void make_block(struct stream *stream, const struct place *place)
{
	const struct history_part *part = &stream->part;
	u32 bytes = part->fill.used - part->offset;

	stream->record.block = (struct kml_stream_block) {
		.process = place->monitor->id,
		.first = part->first,
		.from = part->from,
		.to = part->to,
		.after = part->after,
		.span = part->span,
		.samples = part->fill.samples,
		.run = part->fill.run,
		.offset = part->offset,
		.bytes = bytes,
		.thinned = part->thinned,
		.sealed = part->sealed,
	};
	ready(stream, KML_RECORD_BLOCK, sizeof(stream->record.block), bytes);
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

static void make_gap(struct stream *stream, const struct place *place)
{
	const struct history_part *part = &stream->part;

	stream->record.gap = (struct kml_stream_gap) {
		.process = place->monitor->id,
		.first = part->missing ? part->gap : place->history.next,
		.count = part->missing,
		.from = part->missing ? part->gap_from : place->history.time,
		.to = part->gap_to ?: ktime_get_boottime_ns(),
		.reasons = gap_reasons(part),
	};
	ready(stream, KML_RECORD_GAP, sizeof(stream->record.gap), 0);
}

/* The next kind of gap in the schedule since the reader last looked. */
static bool make_missed(struct stream *stream)
{
	struct missed *missed = &stream->missed;

	while (stream->reason < ARRAY_SIZE(missed_reasons)) {
		const struct missed_reason *reason = &missed_reasons[stream->reason];
		u64 *told = &missed->count[stream->reason++];
		u64 count = stats_read(reason->counter);

		if (count == *told)
			continue;
		stream->record.gap = (struct kml_stream_gap) {
			.count = count - *told,
			.from = missed->from,
			.to = missed->to,
			.reasons = reason->reason,
		};
		*told = count;
		ready(stream, KML_RECORD_GAP, sizeof(stream->record.gap), 0);
		return true;
	}
	return false;
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
static bool make_of_place(struct stream *stream)
{
	struct place *place = stream->place;
	struct history_part *part = &stream->part;

	/* Before anything else of the process: it may have gone, and its name with it. */
	if (!stream->block && has_new_name(place)) {
		make_process(stream, place);
		return true;
	}
	if (!stream->block) {
		if (!history_take(&place->monitor->history, &place->history, part))
			return false;
		stream->block = part->block;
		if (part->missing || part->removed) {
			make_gap(stream, place);
			return true;
		}
	}
	make_block(stream, place);
	stream->block = false;
	return true;
}

static void leave_place(struct stream *stream)
{
	struct place *place = stream->place;
	bool removed = stream->part.removed;

	put_part(stream);
	stream->place = NULL;
	if (removed)
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
		make_header(stream);
		return 1;
	}
	for (;;) {
		if (make_missed(stream))
			return 1;
		if (stream->place) {
			if (!stream->part.removed && make_of_place(stream))
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

/* Copies what follows of one segment of the record. Returns how much, or -EFAULT. */
static ssize_t copy_segment(struct stream *stream, char __user *to, size_t length)
{
	static const u8 zeros[ALIGNMENT];
	const u8 *from;
	size_t done = stream->done, end;

	if (done < stream->fixed) {
		from = (const u8 *)&stream->record + done;
		end = stream->fixed;
	} else if (done < stream->fixed + stream->code) {
		from = stream->part.block->data + stream->part.offset + (done - stream->fixed);
		end = stream->fixed + stream->code;
	} else {
		from = zeros;
		end = stream->size;
	}
	length = min(length, end - done);
	if (copy_to_user(to, from, length))
		return -EFAULT;
	stream->done += length;
	return length;
}

static ssize_t copy_record(struct stream *stream, char __user *to, size_t length)
{
	size_t copied = 0;

	while (copied < length && stream->done < stream->size) {
		ssize_t n = copy_segment(stream, to + copied, length - copied);

		if (n < 0)
			return copied ?: n;
		copied += n;
	}
	if (stream->done == stream->size)
		WRITE_ONCE(stream->size, 0);
	return copied;
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
		if (!stream->size) {
			n = advance(stream);
			if (n <= 0)
				break;
		}
		n = copy_record(stream, to + copied, length - copied);
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
	return READ_ONCE(stream->size) || READ_ONCE(stream->seen) != news_count();
}

static void forget(struct stream *stream)
{
	struct place *place;
	unsigned long id;

	lockdep_assert_held(&stream->lock);
	put_part(stream);
	stream->place = NULL;
	move_to(stream, NULL);
	WRITE_ONCE(stream->size, 0);
	xa_for_each(&stream->places, id, place)
		remove_place(stream, place);
}

/* A header first; then everything since the module was loaded, or since now. */
static void begin(struct stream *stream, bool from_oldest)
{
	int i;

	stream->begun = false;
	stream->missed = (struct missed) {};
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
