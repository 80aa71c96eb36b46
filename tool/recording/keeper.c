// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "recording/block.h"
#include "recording/keeper.h"
#include "recording/sender.h"
#include "recording/wire.h"
#include "recording/writer.h"

#define NS_PER_MS 1000000ULL

enum {
	/*
	 * What 64 KiB of the device become, amply. The most is what is made of processes that come
	 * and end in them: a row of 900 bytes of 56, beside its samples.
	 */
	ROOM = 8 << 16,
	SLACK = 256 << 10,
	STACK = 256 << 10,		/* of the thread, as it is locked in memory */
	FINISH_S = 30,			/* for how long others may keep the file locked at the end */
};

/* A process that is recorded: what is known of it, and its samples that are newest. */
struct place {
	bool used;
	bool changed;			/* its facts, since they were put into a batch */
	struct kml_process_facts facts;
	struct kml_open_block block;
};

struct kml_keeper {
	struct kml_keeper_options options;
	struct kml_sink_options sink_options;
	struct kml_sink *sink;
	struct place *places;
	uint64_t last_block;
	struct kml_batch *filling;
	struct kml_batch batches[2];
	uint64_t since_ns;		/* the first row that waits */
	uint64_t file_began_ns;
	bool begun;			/* there is a thread */
	pthread_t thread;
	pthread_mutex_t lock;		/* for all below */
	pthread_cond_t changed;
	struct kml_batch *writing;	/* the thread's; NULL: it has time */
	struct kml_recording_head next;	/* of the file behind @writing, if that rotates */
	uint64_t size;			/* of the file, bytes */
	uint64_t finish_ns;		/* when waiting for others ends; 0: it does not */
	bool stop;
	int err;
};

/* --- the thread --------------------------------------------------------------------- */

static bool go_on_waiting(void *data)
{
	struct kml_keeper *keeper = data;
	bool go_on;

	pthread_mutex_lock(&keeper->lock);
	go_on = !keeper->finish_ns || clock_ns(CLOCK_BOOTTIME) < keeper->finish_ns;
	pthread_mutex_unlock(&keeper->lock);
	return go_on;
}

static int write_batch(struct kml_keeper *keeper, const struct kml_batch *batch)
{
	struct kml_sink *sink = keeper->sink;
	int err = sink->calls->write(sink, batch);

	if (!err && batch->rotate)
		err = sink->calls->rotate(sink, &keeper->next);
	return err;
}

static void *write_all(void *data)
{
	struct kml_keeper *keeper = data;

	pthread_mutex_lock(&keeper->lock);
	while (!keeper->stop || keeper->writing) {
		const struct kml_batch *batch = keeper->writing;
		int err = keeper->err;
		uint64_t size;

		if (!batch) {
			pthread_cond_wait(&keeper->changed, &keeper->lock);
			continue;
		}
		pthread_mutex_unlock(&keeper->lock);
		/* Behind an error nothing comes: the file would have a hole that nobody knows of. */
		if (!err)
			err = write_batch(keeper, batch);
		size = err ? 0 : keeper->sink->calls->size(keeper->sink);
		pthread_mutex_lock(&keeper->lock);
		keeper->err = err;
		keeper->size = size;
		keeper->writing = NULL;
		pthread_cond_broadcast(&keeper->changed);
	}
	pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

static int start_thread(struct kml_keeper *keeper)
{
	pthread_attr_t attributes;
	int err = pthread_attr_init(&attributes);

	if (err)
		return -err;
	err = pthread_attr_setstacksize(&attributes, STACK);
	if (!err)
		err = pthread_create(&keeper->thread, &attributes, write_all, keeper);
	pthread_attr_destroy(&attributes);
	keeper->begun = !err;
	return -err;
}

static void stop_thread(struct kml_keeper *keeper)
{
	if (!keeper->begun)
		return;
	pthread_mutex_lock(&keeper->lock);
	keeper->stop = true;
	pthread_cond_broadcast(&keeper->changed);
	pthread_mutex_unlock(&keeper->lock);
	pthread_join(keeper->thread, NULL);
	keeper->begun = false;
}

/* --- a life -------------------------------------------------------------------------- */

/* What the places take of a batch. */
static size_t reserve(const struct kml_keeper *keeper)
{
	return keeper->options.processes * (kml_batch_takes(KML_BLOCK_TAKES) +
					    kml_batch_takes(sizeof(struct kml_row_process)));
}

static int make_room(struct kml_keeper *keeper)
{
	size_t size = reserve(keeper) + ROOM + SLACK;

	keeper->places = calloc(keeper->options.processes, sizeof(*keeper->places));
	for (size_t i = 0; i < 2; i++)
		keeper->batches[i] = (struct kml_batch){
			.bytes = calloc(1, size), .size = size,
		};
	keeper->filling = &keeper->batches[0];
	return keeper->places && keeper->batches[0].bytes && keeper->batches[1].bytes ? 0 : -ENOMEM;
}

/* The port is a name that somebody else may have made: then it is a file like any other. */
static bool is_port(const char *path)
{
	struct stat status;

	return !strcmp(path, KML_RECORDING_PORT) && !stat(path, &status) &&
	       S_ISCHR(status.st_mode);
}

static int open_port(struct kml_keeper *keeper)
{
	int err, port = open(keeper->options.path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (port < 0)
		return -errno;
	err = kml_sender_new(port, &keeper->sink_options, &keeper->sink);
	if (err)
		close(port);
	return err;
}

static int open_sink(struct kml_keeper *keeper)
{
	return is_port(keeper->options.path) ? open_port(keeper) :
		kml_writer_new(&keeper->sink_options, &keeper->sink);
}

int kml_keeper_new(const struct kml_keeper_options *options, struct kml_keeper **ret)
{
	struct kml_keeper *keeper = calloc(1, sizeof(*keeper));
	int err;

	if (!keeper)
		return -ENOMEM;
	pthread_mutex_init(&keeper->lock, NULL);
	pthread_cond_init(&keeper->changed, NULL);
	keeper->options = *options;
	keeper->sink_options = (struct kml_sink_options){
		.path = options->path, .keep = options->keep, .wait = go_on_waiting,
		.data = keeper,
	};
	err = make_room(keeper);
	if (!err)
		err = open_sink(keeper);
	if (err)
		kml_keeper_free(keeper);
	else
		*ret = keeper;
	return err;
}

int kml_keeper_begin(struct kml_keeper *keeper, const struct kml_recording_head *head)
{
	int err = keeper->sink->calls->begin(keeper->sink, head);

	keeper->file_began_ns = head->began_boottime_ns;
	return err ? err : start_thread(keeper);
}

/* --- rows ----------------------------------------------------------------------------- */

static void something_waits(struct kml_keeper *keeper)
{
	if (!keeper->since_ns)
		keeper->since_ns = clock_ns(CLOCK_BOOTTIME);
}

static void *add(struct kml_keeper *keeper, enum kml_row_kind kind, size_t size)
{
	something_waits(keeper);
	return kml_batch_add(keeper->filling, kind, size);
}

struct kml_counters *kml_keeper_lost(struct kml_keeper *keeper)
{
	return &keeper->filling->lost;
}

struct kml_process_facts *kml_keeper_process(struct kml_keeper *keeper, size_t place)
{
	struct place *at = &keeper->places[place];

	something_waits(keeper);
	at->used = true;
	at->changed = true;
	return &at->facts;
}

static bool put_facts(struct kml_keeper *keeper, struct place *place)
{
	struct kml_row_process *row = add(keeper, KML_ROW_PROCESS, sizeof(*row));

	if (!row)
		return false;
	row->facts = place->facts;
	place->changed = false;
	return true;
}

static bool put_place(struct kml_keeper *keeper, struct place *place)
{
	if (place->changed && !put_facts(keeper, place))
		return false;
	return !place->block.changed || kml_block_put(&place->block, keeper->filling);
}

int kml_keeper_sample(struct kml_keeper *keeper, size_t place, const struct kml_sample *sample)
{
	struct kml_open_block *block = &keeper->places[place].block;
	uint64_t process = keeper->places[place].facts.id;

	something_waits(keeper);
	if (!block->id)
		kml_block_open(block, ++keeper->last_block, process);
	if (kml_block_add(block, sample))
		return 0;
	if (!kml_block_put(block, keeper->filling))
		return -ENOBUFS;
	kml_block_open(block, ++keeper->last_block, process);
	return kml_block_add(block, sample) ? 0 : -ENOBUFS;
}

int kml_keeper_leave(struct kml_keeper *keeper, size_t place)
{
	struct place *at = &keeper->places[place];

	if (!put_place(keeper, at))
		return -ENOBUFS;
	at->used = false;
	at->facts = (struct kml_process_facts){};
	at->block.id = 0;
	return 0;
}

int kml_keeper_event(struct kml_keeper *keeper, uint64_t process, int32_t pid,
		     const struct kml_stream_event *event, const struct kml_sample *sample)
{
	struct kml_row_event *row = add(keeper, KML_ROW_EVENT, sizeof(*row));

	if (!row)
		return -ENOBUFS;
	row->process = process;
	row->pid = pid;
	memcpy(&row->event, event, offsetof(struct kml_stream_event, sample));
	row->has_sample = sample;
	if (sample)
		row->event.sample = *sample;
	return 0;
}

static int add_gap(struct kml_keeper *keeper, const struct kml_row_gap *gap)
{
	struct kml_row_gap *row = add(keeper, KML_ROW_GAP, sizeof(*row));
	struct kml_row head;

	if (!row)
		return -ENOBUFS;
	head = row->row;
	*row = *gap;
	row->row = head;
	return 0;
}

int kml_keeper_gap(struct kml_keeper *keeper, uint64_t process, const struct kml_stream_gap *gap)
{
	const struct kml_row_gap row = {
		.process = process, .reasons = gap->reasons, .count = gap->count,
		.from_ns = gap->from, .to_ns = gap->to,
	};

	return add_gap(keeper, &row);
}

int kml_keeper_thinned(struct kml_keeper *keeper, uint64_t process,
		       const struct kml_thinned *thinned)
{
	const struct kml_row_gap row = {
		.process = process, .count = thinned->count, .from_ns = thinned->from,
		.to_ns = thinned->to,
	};

	return add_gap(keeper, &row);
}

int kml_keeper_system(struct kml_keeper *keeper, const struct kml_system *system)
{
	struct kml_row_system *row = add(keeper, KML_ROW_SYSTEM, sizeof(*row));

	if (!row)
		return -ENOBUFS;
	row->system = *system;
	return 0;
}

int kml_keeper_pressure(struct kml_keeper *keeper, const struct kml_pressure *pressure)
{
	struct kml_row_pressure *row = add(keeper, KML_ROW_PRESSURE, sizeof(*row));

	if (!row)
		return -ENOBUFS;
	row->pressure = *pressure;
	return 0;
}

/* --- handing over ---------------------------------------------------------------------- */

bool kml_keeper_has_room(const struct kml_keeper *keeper)
{
	return keeper->filling->size - keeper->filling->used >= reserve(keeper) + ROOM;
}

static bool is_idle(struct kml_keeper *keeper, uint64_t *ret_size)
{
	bool idle;

	pthread_mutex_lock(&keeper->lock);
	idle = !keeper->writing;
	*ret_size = keeper->size;
	pthread_mutex_unlock(&keeper->lock);
	return idle;
}

static void put_places(struct kml_keeper *keeper)
{
	for (size_t i = 0; i < keeper->options.processes; i++)
		put_place(keeper, &keeper->places[i]);
}

/*
 * The processes that go on stand in the next file as well, and their next samples begin blocks of
 * it; what was lost is counted anew.
 */
static void begin_file(struct kml_keeper *keeper, struct kml_batch *batch,
		       struct kml_recording_head *head)
{
	head->began_boottime_ns = clock_ns(CLOCK_BOOTTIME);
	head->began = (uint64_t)time(NULL);
	keeper->file_began_ns = head->began_boottime_ns;
	for (size_t i = 0; i < keeper->options.processes; i++) {
		keeper->places[i].changed = keeper->places[i].used;
		keeper->places[i].block.id = 0;
	}
	something_waits(keeper);
	for (size_t i = 0; i < batch->lost.n; i++)
		batch->lost.counters[i].value = 0;
}

/* Gives the thread, which is idle, all there is. */
static void give(struct kml_keeper *keeper, bool rotate, struct kml_recording_head *head)
{
	struct kml_batch *full = keeper->filling;
	struct kml_batch *empty = &keeper->batches[full == &keeper->batches[0]];

	put_places(keeper);
	full->rotate = rotate;
	empty->used = 0;
	empty->lost = full->lost;
	keeper->filling = empty;
	keeper->since_ns = 0;
	if (rotate)
		begin_file(keeper, empty, head);
	pthread_mutex_lock(&keeper->lock);
	if (rotate)
		keeper->next = *head;
	keeper->writing = full;
	pthread_cond_broadcast(&keeper->changed);
	pthread_mutex_unlock(&keeper->lock);
}

static bool file_is_over(const struct kml_keeper *keeper, uint64_t size)
{
	const struct kml_keeper_options *options = &keeper->options;

	return (options->rotate_bytes && size >= options->rotate_bytes) ||
	       (options->rotate_ns &&
		clock_ns(CLOCK_BOOTTIME) - keeper->file_began_ns >= options->rotate_ns);
}

void kml_keeper_hand_over(struct kml_keeper *keeper, struct kml_recording_head *head)
{
	uint64_t size;

	if (keeper->begun && !kml_keeper_rest_ms(keeper) && is_idle(keeper, &size))
		give(keeper, file_is_over(keeper, size), head);
}

int kml_keeper_rest_ms(const struct kml_keeper *keeper)
{
	uint64_t now = clock_ns(CLOCK_BOOTTIME), due;

	if (!keeper->since_ns)
		return -1;
	due = keeper->since_ns + keeper->sink->rest_ms * NS_PER_MS;
	return !kml_keeper_has_room(keeper) || now >= due ? 0 : (int)((due - now) / NS_PER_MS) + 1;
}

void kml_keeper_wait(struct kml_keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	while (keeper->writing)
		pthread_cond_wait(&keeper->changed, &keeper->lock);
	pthread_mutex_unlock(&keeper->lock);
}

int kml_keeper_error(struct kml_keeper *keeper)
{
	int err;

	pthread_mutex_lock(&keeper->lock);
	err = keeper->err;
	pthread_mutex_unlock(&keeper->lock);
	return err;
}

/* Leaves nothing unwritten, unless something went wrong before. */
static void write_rest(struct kml_keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->finish_ns = clock_ns(CLOCK_BOOTTIME) + FINISH_S * 1000ULL * NS_PER_MS;
	pthread_mutex_unlock(&keeper->lock);
	kml_keeper_wait(keeper);
	give(keeper, false, NULL);
	stop_thread(keeper);
}

int kml_keeper_finish(struct kml_keeper *keeper)
{
	struct kml_sink *sink = keeper->sink;
	int err;

	write_rest(keeper);
	err = kml_keeper_error(keeper);
	return err ? err : sink->calls->finish(sink, clock_ns(CLOCK_BOOTTIME));
}

void kml_keeper_free(struct kml_keeper *keeper)
{
	if (!keeper)
		return;
	if (keeper->begun)
		write_rest(keeper);
	kml_sink_free(keeper->sink);
	free(keeper->batches[0].bytes);
	free(keeper->batches[1].bytes);
	free(keeper->places);
	pthread_cond_destroy(&keeper->changed);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}
