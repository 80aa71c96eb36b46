// SPDX-License-Identifier: GPL-2.0-only
/*
 * A database into memory. First the blocks, as they are, each with the process that it is of; then,
 * process by process, their samples. What is damaged is left out and told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ordered.h"
#include "lib/text.h"
#include "recording/block.h"
#include "recording/database.h"
#include "recording/happened.h"
#include "recording/reader.h"
#include "recording/rows.h"

/* A process, and what is known of it before its samples are unpacked. */
struct owner {
	uint64_t id;
	uint64_t pid;
	char name[KML_NAME_SIZE];
	size_t rank;			/* of its first block among those of all */
};

struct stored {
	struct kml_block block;
	size_t rank;			/* its owner's */
};

struct reader {
	sqlite3 *db;
	struct kml_recording *recording;
	struct kml_recording_error *error;
	struct owner *owners;		/* in the order of their numbers */
	size_t n_owners;
	size_t owner_room;
	struct stored *stored;
	size_t n_stored;
	size_t stored_room;
	uint64_t samples;
	size_t victim_room;
	struct kml_process *process;	/* whose samples are being unpacked */
};

static int refuse(struct reader *r, const char *why)
{
	r->error->why = why;
	return -E2BIG;
}

/* Makes room for one more. Return: the array, NULL if there is no memory. */
static void *grow(void *array, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 64;
	void *bigger;

	if (n < *room)
		return array;
	bigger = reallocarray(array, more, size);
	if (bigger)
		*room = more;
	return bigger;
}

static void read_text(sqlite3_stmt *row, int column, char *to, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	kml_escape(to, size, text ?: "", text ? strlen(text) : 0);
}

/* --- one row ------------------------------------------------------------------------ */

static int take_recording(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	struct kml_recording_head *head = &r->recording->head;

	read_text(row, 1, head->command, sizeof(head->command));
	head->began = kml_column(row, 2);
	head->began_boottime_ns = kml_column(row, 3);
	r->recording->harm.unfinished = sqlite3_column_type(row, 4) == SQLITE_NULL;
	return 0;
}

static int take_machine(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	struct kml_recording_head *head = &r->recording->head;

	read_text(row, 1, head->kernel, sizeof(head->kernel));
	head->cpus = kml_column(row, 2);
	head->memory_kib = kml_column(row, 3);
	head->swap_kib = kml_column(row, 4);
	return 0;
}

static int take_setting(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	const char *name = (const char *)sqlite3_column_text(row, 1);
	uint64_t value = kml_column(row, 2);

	/* It becomes ns, in 64 bits. */
	if (name && !strcmp(name, "interval_ms") && value <= UINT32_MAX)
		r->recording->head.interval_ms = value;
	return 0;
}

static int take_lost(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	char name[sizeof(((struct kml_counter *)NULL)->name)];

	read_text(row, 1, name, sizeof(name));
	kml_counters_raise(&r->recording->head.lost, name, kml_column(row, 2));
	return 0;
}

static int take_process(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	struct owner *owner = grow(r->owners, r->n_owners, &r->owner_room, sizeof(*owner));

	if (!owner)
		return -ENOMEM;
	r->owners = owner;
	owner = &r->owners[r->n_owners++];
	*owner = (struct owner){ .id = kml_column(row, 0), .pid = kml_column(row, 1),
				 .rank = SIZE_MAX };
	read_text(row, 2, owner->name, sizeof(owner->name));
	return 0;
}

/* The rows have come in the order of their numbers. */
static size_t find_owner(const struct reader *r, uint64_t id)
{
	return KML_COUNT_BELOW(r->owners, r->n_owners, id, id);
}

/* Its row may be on a page that is damaged: then its number is all that is known. */
static int get_owner(struct reader *r, uint64_t id, size_t *ret)
{
	size_t i = find_owner(r, id);
	struct owner *owners;

	*ret = i;
	if (i < r->n_owners && r->owners[i].id == id)
		return 0;
	owners = grow(r->owners, r->n_owners, &r->owner_room, sizeof(*owners));
	if (!owners)
		return -ENOMEM;
	r->owners = owners;
	memmove(&r->owners[i + 1], &r->owners[i], (r->n_owners - i) * sizeof(*r->owners));
	r->owners[i] = (struct owner){ .id = id, .rank = SIZE_MAX };
	r->n_owners++;
	return 0;
}

static int store(struct reader *r, const struct kml_block *block)
{
	struct stored *stored;
	size_t i;
	int err = get_owner(r, block->process, &i);
	void *code;

	if (err)
		return err;
	stored = grow(r->stored, r->n_stored, &r->stored_room, sizeof(*stored));
	if (!stored)
		return -ENOMEM;
	r->stored = stored;
	code = malloc(block->bytes);
	if (!code)
		return -ENOMEM;
	memcpy(code, block->code, block->bytes);
	if (r->owners[i].rank == SIZE_MAX)
		r->owners[i].rank = r->n_stored;
	r->samples += block->samples;
	stored[r->n_stored] = (struct stored){ .block = *block, .rank = r->owners[i].rank };
	stored[r->n_stored++].block.code = code;
	return 0;
}

static int take_block(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	struct kml_block block;

	if (!kml_block_read(row, &block)) {
		r->recording->harm.blocks++;
		return 0;
	}
	if (block.samples > KML_MAX_SAMPLES - r->samples)
		return refuse(r, "more samples than this program reads");
	return store(r, &block);
}

/* Columns from the fourth on. */
static void read_victim(sqlite3_stmt *row, struct sample_line *s)
{
	uint64_t * const numbers[] = {
		&s->pid, &s->time_ns, &s->usr_ns, &s->sys_ns, &s->total, &s->stack, &s->data,
		&s->rss, &s->anon, &s->file, &s->shmem, &s->swap, &s->pgtables, &s->peak,
		&s->minflt, &s->majflt, &s->threads,
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*numbers[i] = kml_column(row, 3 + (int)i);
}

static int take_event(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	struct kml_recording *recording = r->recording;
	const char *kind = (const char *)sqlite3_column_text(row, 1);
	struct kml_victim *victim;

	if (!kind || strcmp(kind, "victim"))
		return 0;
	if (recording->n_victims == KML_MAX_VICTIMS)
		return refuse(r, "more victims than this program reads");
	victim = grow(recording->victims, recording->n_victims, &r->victim_room, sizeof(*victim));
	if (!victim)
		return -ENOMEM;
	recording->victims = victim;
	victim = &recording->victims[recording->n_victims++];
	*victim = (struct kml_victim){};
	read_text(row, 2, victim->name, sizeof(victim->name));
	read_victim(row, &victim->sample);
	return 0;
}

static int take_happened(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	int err = kml_event_from_row(row, r->recording);

	return err == -E2BIG ? refuse(r, "more events than this program reads") : err;
}

static int take_gap(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	size_t i = find_owner(r, kml_column(row, 1));
	bool known = i < r->n_owners && r->owners[i].id == kml_column(row, 1);
	int err = kml_gap_from_row(row, r->recording, known ? r->owners[i].pid : 0);

	return err == -E2BIG ? refuse(r, "more gaps than this program reads") : err;
}

static int take_system(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	int err = kml_system_from_row(row, r->recording);

	return err == -E2BIG ? refuse(r, "more figures of the machine than this program reads") : err;
}

static int take_pressure(sqlite3_stmt *row, void *data)
{
	struct reader *r = data;
	int err = kml_pressure_from_row(row, r->recording);

	return err == -E2BIG ? refuse(r, "more figures of pressure than this program reads") : err;
}

/* --- all of them -------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *columns;
	int (*take)(sqlite3_stmt *row, void *data);
} tables[] = {
	{ "recording", "command, began, began_ns, ended_ns", take_recording },
	{ "machine", "kernel, cpus, memory_kib, swap_kib", take_machine },
	{ "settings", "name, value", take_setting },
	{ "lost", "name, count", take_lost },
	{ "processes", "pid, name", take_process },
	{ "blocks", KML_BLOCK_COLUMNS, take_block },
	{ "events", "kind, name, pid, time_ns, usr_ns, sys_ns, total_kib, stack_kib, data_kib, "
		    "rss_kib, anon_kib, file_kib, shmem_kib, swap_kib, pgtables_kib, peak_kib, "
		    "minflt, majflt, threads", take_event },
	{ "events", KML_EVENT_COLUMNS, take_happened },
	{ "gaps", KML_GAP_COLUMNS, take_gap },
	{ "system", KML_SYSTEM_COLUMNS, take_system },
	{ "pressure", KML_PRESSURE_COLUMNS, take_pressure },
};

/* In one transaction: a recorder may be writing. */
static int read_tables(struct reader *r)
{
	int err = kml_database_run(r->db, "BEGIN");

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !err; i++)
		if (kml_rows_are_expected(r->db, tables[i].name))
			err = kml_rows_read(r->db, tables[i].name, tables[i].columns,
					    tables[i].take, r, &r->recording->harm.tables);
	kml_database_run(r->db, "COMMIT");
	return err;
}

static int take_sample(const struct kml_sample *sample, void *data)
{
	const __u64 *field = sample->field;
	struct reader *r = data;
	struct kml_recording *recording = r->recording;
	struct kml_process *process = r->process;
	const struct sample_line *last = process->n ? &process->samples[process->n - 1] : NULL;

	/* What a recorder does not write: it is nobody's damage, but no recording either. */
	if (last && (last->ended || field[KML_TIME] < last->time_ns))
		return -EBADMSG;
	recording->samples[recording->n_samples++] = (struct sample_line){
		.pid = process->pid, .usr_ns = field[KML_USR], .sys_ns = field[KML_SYS],
		.time_ns = field[KML_TIME], .total = field[KML_TOTAL], .stack = field[KML_STACK],
		.data = field[KML_DATA], .rss = kml_sample_rss(sample), .anon = field[KML_ANON],
		.file = field[KML_FILE], .shmem = field[KML_SHMEM], .swap = field[KML_SWAP],
		.pgtables = field[KML_PGTABLES], .peak = field[KML_PEAK],
		.minflt = field[KML_MINFLT], .majflt = field[KML_MAJFLT],
		.threads = field[KML_THREADS], .victim = !!(field[KML_FLAGS] & KML_VICTIM),
		.ended = !!(field[KML_FLAGS] & KML_ENDED),
		.status = field[KML_FLAGS] & KML_ENDED ? field[KML_STATUS] : 0,
	};
	process->n++;
	return 0;
}

/* A block is there as a whole, or not at all. */
static void unpack_block(struct reader *r, const struct kml_block *block)
{
	struct kml_recording *recording = r->recording;
	size_t n = r->process->n, n_samples = recording->n_samples;

	if (!kml_block_decode(block, take_sample, r))
		return;
	r->process->n = n;
	recording->n_samples = n_samples;
	recording->harm.blocks++;
}

/* By process, in the order in which they have come; those of one by their numbers. */
static int compare_stored(const void *a, const void *b)
{
	const struct stored *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	return (one->block.id > other->block.id) - (one->block.id < other->block.id);
}

static void unpack_process(struct reader *r, const struct owner *owner, size_t *at)
{
	struct kml_recording *recording = r->recording;

	r->process = &recording->processes[recording->n_processes];
	*r->process = (struct kml_process){
		.pid = owner->pid, .samples = recording->samples + recording->n_samples,
	};
	memcpy(r->process->name, owner->name, sizeof(owner->name));
	for (; *at < r->n_stored && r->stored[*at].rank == owner->rank; ++*at)
		unpack_block(r, &r->stored[*at].block);
	recording->n_processes += !!r->process->n;
}

static int unpack(struct reader *r)
{
	struct kml_recording *recording = r->recording;
	size_t at = 0;

	recording->samples = calloc(r->samples + 1, sizeof(*recording->samples));
	recording->processes = calloc(r->n_owners + 1, sizeof(*recording->processes));
	if (!recording->samples || !recording->processes)
		return -ENOMEM;
	if (r->n_stored)
		qsort(r->stored, r->n_stored, sizeof(*r->stored), compare_stored);
	while (at < r->n_stored)
		unpack_process(r, &r->owners[find_owner(r, r->stored[at].block.process)], &at);
	return 0;
}

static void forget(struct reader *r)
{
	for (size_t i = 0; i < r->n_stored; i++)
		free((void *)r->stored[i].block.code);
	free(r->stored);
	free(r->owners);
}

int kml_database_read(sqlite3 *db, struct kml_recording **ret,
		      struct kml_recording_error *ret_error)
{
	struct reader reader = { .db = db, .error = ret_error };
	int err;

	*ret_error = (struct kml_recording_error){};
	reader.recording = calloc(1, sizeof(*reader.recording));
	if (!reader.recording)
		return -ENOMEM;
	reader.recording->harm.unfinished = true;
	err = read_tables(&reader);
	if (!err)
		err = unpack(&reader);
	forget(&reader);
	if (!err) {
		*ret = reader.recording;
		return 0;
	}
	kml_recording_free(reader.recording);
	if (err == -EBUSY)
		ret_error->why = "somebody writes to it, and does not come to an end";
	return err == -E2BIG ? -EBADMSG : err;
}
