// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/stream_text.h"
#include "recording/block.h"
#include "recording/database.h"
#include "recording/place.h"
#include "recording/schema.h"
#include "recording/writer.h"

enum statement {
	PUT_PROCESS,
	PUT_BLOCK,
	PUT_EVENT,
	PUT_GAP,
	PUT_SYSTEM,
	PUT_PRESSURE,
	PUT_LOST,
	STATEMENTS
};

static const char * const sql[STATEMENTS] = {
	[PUT_PROCESS] = "INSERT OR REPLACE INTO processes VALUES (?,?,?,?,?,?,?,?,?)",
	[PUT_BLOCK] = "INSERT OR REPLACE INTO blocks VALUES (?,?,?,?,?,?,?)",
	[PUT_EVENT] = "INSERT INTO events VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[PUT_GAP] = "INSERT INTO gaps VALUES (NULL,?,?,?,?,?)",
	[PUT_SYSTEM] = "INSERT INTO system VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?)",
	[PUT_PRESSURE] = "INSERT INTO pressure VALUES (NULL,?,?,?,?,?)",
	[PUT_LOST] = "INSERT OR REPLACE INTO lost(rowid, name, count) VALUES (?,?,?)",
};

enum {
	REST_MS = 900,	/* a sync takes the disk's time */
};

struct kml_writer {
	struct kml_sink sink;		/* the first: what the others know it by */
	const struct kml_sink_options *options;
	struct kml_place place;
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	struct kml_counters lost;	/* as they are in the file */
	unsigned int part;
};

static struct kml_writer *writer_of(struct kml_sink *sink)
{
	return (struct kml_writer *)sink;
}

static int wait_for_lock(void *data, int times)
{
	const struct kml_writer *writer = data;

	if (!writer->options->wait || !writer->options->wait(writer->options->data))
		return 0;
	usleep(10000);
	return 1;
}

/* --- rows ----------------------------------------------------------------------- */

static void bind_text(sqlite3_stmt *put, int column, const char *text)
{
	sqlite3_bind_text(put, column, text, -1, SQLITE_STATIC);
}

static void bind_known(sqlite3_stmt *put, int column, const char *text)
{
	if (*text)
		bind_text(put, column, text);
}

static void bind_process(sqlite3_stmt *put, const struct kml_process_facts *facts)
{
	kml_bind(put, 1, facts->id);
	kml_bind(put, 2, facts->pid);
	kml_bind(put, 3, facts->start_ns);
	bind_text(put, 4, facts->name);
	bind_known(put, 5, facts->command);
	if (facts->has_parent)
		kml_bind(put, 6, facts->parent);
	bind_known(put, 7, facts->cgroup);
	if (facts->ended) {
		kml_bind(put, 8, facts->ended_ns);
		kml_bind(put, 9, facts->status);
	}
}

static void bind_block(sqlite3_stmt *put, const struct kml_row_block *row)
{
	const struct kml_block block = {
		.id = row->id, .process = row->process, .from_ns = row->from_ns,
		.to_ns = row->to_ns, .samples = row->samples, .code = row->code,
		.bytes = row->bytes,
	};

	kml_bind(put, 1, block.id);
	kml_bind(put, 2, block.process);
	kml_bind(put, 3, block.from_ns);
	kml_bind(put, 4, block.to_ns);
	kml_bind(put, 5, block.samples);
	kml_bind(put, 6, kml_block_crc(&block));
	sqlite3_bind_blob(put, 7, block.code, (int)block.bytes, SQLITE_STATIC);
}

static void bind_sample(sqlite3_stmt *put, int column, const struct kml_sample *sample)
{
	static const enum kml_field fields[] = {
		KML_USR, KML_SYS, KML_TOTAL, KML_STACK, KML_DATA, KML_FIELDS, KML_ANON, KML_FILE,
		KML_SHMEM, KML_SWAP, KML_PGTABLES, KML_PEAK, KML_MINFLT, KML_MAJFLT, KML_THREADS,
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		kml_bind(put, column + (int)i, fields[i] == KML_FIELDS ?
			 kml_sample_rss(sample) : sample->field[fields[i]]);
}

static void bind_event(sqlite3_stmt *put, const struct kml_row_event *row)
{
	const struct kml_stream_event *event = &row->event;
	char name[KML_NAME_SIZE];

	kml_bind(put, 1, event->time);
	bind_text(put, 2, kml_event_word(event->kind));
	if (row->process)
		kml_bind(put, 3, row->process);
	sqlite3_bind_int64(put, 4, row->pid);
	kml_text_name(event->comm, name);
	sqlite3_bind_text(put, 5, name, -1, SQLITE_TRANSIENT);
	if (event->kind == KML_EVENT_FORK)
		sqlite3_bind_int64(put, 6, event->other);
	if (event->kind == KML_EVENT_EXIT)
		kml_bind(put, 7, event->status);
	if (event->kind == KML_EVENT_REMOVED)
		kml_bind(put, 8, event->count);
	if (row->has_sample)
		bind_sample(put, 9, &event->sample);
}

static void bind_gap(sqlite3_stmt *put, const struct kml_row_gap *row)
{
	char words[160] = "";

	for (unsigned int i = 0; kml_gap_reason(i); i++)
		if (row->reasons & (1U << i)) {
			if (*words)
				strcat(words, " ");
			strcat(words, kml_gap_reason(i));
		}
	if (row->process)
		kml_bind(put, 1, row->process);
	sqlite3_bind_text(put, 2, row->reasons ? words : KML_THINNED, -1, SQLITE_TRANSIENT);
	kml_bind(put, 3, row->count);
	kml_bind(put, 4, row->from_ns);
	kml_bind(put, 5, row->to_ns);
}

static void bind_system(sqlite3_stmt *put, const struct kml_system *system)
{
	const uint64_t figures[] = {
		system->time, system->free, system->available, system->swap_free, system->anon,
		system->file, system->shmem, system->slab_reclaimable,
		system->slab_unreclaimable, system->pagetables, system->kernel_stacks,
		system->vmalloc,
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		if (figures[i] != KML_UNKNOWN_FIGURE)
			kml_bind(put, (int)i + 1, figures[i]);
}

static void bind_pressure(sqlite3_stmt *put, const struct kml_pressure *pressure)
{
	kml_bind(put, 1, pressure->time_ns);
	kml_bind(put, 2, pressure->some_avg10);
	kml_bind(put, 3, pressure->full_avg10);
	kml_bind(put, 4, pressure->some_ns);
	kml_bind(put, 5, pressure->full_ns);
}

static enum statement bind_row(struct kml_writer *writer, const struct kml_row *row)
{
	const void *at = row;

	switch (row->kind) {
	case KML_ROW_PROCESS:
		bind_process(writer->statements[PUT_PROCESS],
			     &((const struct kml_row_process *)at)->facts);
		return PUT_PROCESS;
	case KML_ROW_BLOCK:
		bind_block(writer->statements[PUT_BLOCK], at);
		return PUT_BLOCK;
	case KML_ROW_EVENT:
		bind_event(writer->statements[PUT_EVENT], at);
		return PUT_EVENT;
	case KML_ROW_GAP:
		bind_gap(writer->statements[PUT_GAP], at);
		return PUT_GAP;
	case KML_ROW_PRESSURE:
		bind_pressure(writer->statements[PUT_PRESSURE],
			      &((const struct kml_row_pressure *)at)->pressure);
		return PUT_PRESSURE;
	case KML_ROW_SYSTEM:
		break;
	}
	bind_system(writer->statements[PUT_SYSTEM],
		    &((const struct kml_row_system *)at)->system);
	return PUT_SYSTEM;
}

/* Runs what was bound, and makes it ready for the next row. */
static int put(struct kml_writer *writer, enum statement statement)
{
	sqlite3_stmt *at = writer->statements[statement];
	int err = kml_database_error(writer->db, sqlite3_step(at));

	sqlite3_reset(at);
	sqlite3_clear_bindings(at);
	return err;
}

static int put_lost(struct kml_writer *writer, const struct kml_counters *lost)
{
	sqlite3_stmt *at = writer->statements[PUT_LOST];
	int err = 0;

	for (size_t i = 0; i < lost->n && !err; i++) {
		const struct kml_counter *counter = &lost->counters[i];

		if (i < writer->lost.n && writer->lost.counters[i].value == counter->value)
			continue;
		kml_bind(at, 1, i + 1);
		bind_text(at, 2, counter->name);
		kml_bind(at, 3, counter->value);
		err = put(writer, PUT_LOST);
	}
	return err;
}

static int put_all(struct kml_writer *writer, const struct kml_batch *batch)
{
	const struct kml_row *row = NULL;
	int err = 0;

	while (!err && (row = kml_batch_next(batch, row)))
		err = put(writer, bind_row(writer, row));
	return err ? err : put_lost(writer, &batch->lost);
}

static int write_batch(struct kml_sink *sink, const struct kml_batch *batch)
{
	struct kml_writer *writer = writer_of(sink);
	int err = kml_database_run(writer->db, "BEGIN IMMEDIATE");

	if (err)
		return err;
	err = put_all(writer, batch);
	if (!err)
		err = kml_database_run(writer->db, "COMMIT");
	if (err)
		kml_database_run(writer->db, "ROLLBACK");
	else
		writer->lost = batch->lost;
	return err;
}

/* --- the file --------------------------------------------------------------------- */

static int run_with(struct kml_writer *writer, const char *text,
		    void (*bind)(sqlite3_stmt *, const void *), const void *data)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(writer->db, text, -1, &statement, NULL);

	if (!code) {
		bind(statement, data);
		code = sqlite3_step(statement);
		sqlite3_finalize(statement);
	}
	return kml_database_error(writer->db, code);
}

static void bind_machine(sqlite3_stmt *put, const void *data)
{
	const struct kml_recording_head *head = data;

	bind_text(put, 1, head->host);
	bind_known(put, 2, head->boot_id);
	bind_text(put, 3, head->kernel);
	kml_bind(put, 4, head->cpus);
	kml_bind(put, 5, head->memory_kib);
	kml_bind(put, 6, head->swap_kib);
}

static void bind_interval(sqlite3_stmt *put, const void *data)
{
	kml_bind(put, 1, ((const struct kml_recording_head *)data)->interval_ms);
}

static void bind_head(sqlite3_stmt *put, const void *data)
{
	const struct kml_recording_head *head = data;

	bind_text(put, 1, KMEMLAB_VERSION);
	bind_known(put, 2, head->command);
	kml_bind(put, 3, head->began);
	kml_bind(put, 4, head->began_boottime_ns);
}

static void bind_number(sqlite3_stmt *put, const void *data)
{
	kml_bind(put, 1, *(const uint64_t *)data);
}

static int put_head(struct kml_writer *writer, const struct kml_recording_head *head)
{
	const uint64_t part = ++writer->part;
	int err = kml_database_run(writer->db, "BEGIN IMMEDIATE");

	if (!err)
		err = run_with(writer, "INSERT INTO machine VALUES (?,?,?,?,?,?)", bind_machine,
			       head);
	if (!err)
		err = run_with(writer, "INSERT INTO settings VALUES ('interval_ms',?)",
			       bind_interval, head);
	if (!err)
		err = run_with(writer, "INSERT INTO recording VALUES (?,?,NULL,?,?,NULL)",
			       bind_head, head);
	if (!err)
		err = run_with(writer, "UPDATE recording SET part = ?", bind_number, &part);
	return err ? err : kml_database_run(writer->db, "COMMIT");
}

static void close_database(struct kml_writer *writer)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(writer->statements[i]);
		writer->statements[i] = NULL;
	}
	sqlite3_close(writer->db);
	writer->db = NULL;
	/* Before, it would have taken SQLite's own locks with it. */
	kml_place_unlock(&writer->place);
	writer->lost = (struct kml_counters){};
}

static int open_database(struct kml_writer *writer, const char *path)
{
	int code = sqlite3_open_v2(path, &writer->db, SQLITE_OPEN_READWRITE, NULL);

	sqlite3_busy_handler(writer->db, wait_for_lock, writer);
	return kml_database_error(writer->db, code);
}

/* Nobody knows of the file yet: what happens to it until it is in its place does not matter. */
static int make_tables(struct kml_writer *writer)
{
	char pragmas[256];
	int err = open_database(writer, writer->place.temporary);

	snprintf(pragmas, sizeof(pragmas),
		 "PRAGMA page_size = %d; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
		 "PRAGMA application_id = %d; PRAGMA user_version = %d; BEGIN",
		 KML_PAGE_SIZE, KML_DATABASE_APPLICATION, KML_DATABASE_VERSION);
	if (!err)
		err = kml_database_run(writer->db, pragmas);
	if (!err)
		err = kml_database_run(writer->db, kml_schema);
	if (!err)
		err = kml_database_run(writer->db, "COMMIT");
	return err;
}

static int prepare_file(struct kml_writer *writer)
{
	int err = kml_place_prepare(&writer->place);

	if (!err)
		err = make_tables(writer);
	close_database(writer);
	return err;
}

static int prepare_statements(struct kml_writer *writer)
{
	int err = 0;

	for (int i = 0; i < STATEMENTS && !err; i++)
		err = kml_database_error(writer->db,
					 sqlite3_prepare_v3(writer->db, sql[i], -1,
							    SQLITE_PREPARE_PERSISTENT,
							    &writer->statements[i], NULL));
	return err;
}

static int begin(struct kml_sink *sink, const struct kml_recording_head *head)
{
	struct kml_writer *writer = writer_of(sink);
	int err = kml_place_settle(&writer->place, writer->options->keep);

	if (!err)
		err = open_database(writer, writer->place.path);
	if (!err)
		err = kml_database_run(writer->db,
				       "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL; "
				       "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; "
				       "PRAGMA cache_size = -1024");
	if (!err)
		err = put_head(writer, head);
	return err ? err : prepare_statements(writer);
}

static uint64_t size(struct kml_sink *sink)
{
	struct kml_writer *writer = writer_of(sink);
	sqlite3_stmt *statement;
	uint64_t pages = 0;

	if (sqlite3_prepare_v2(writer->db, "PRAGMA page_count", -1, &statement, NULL))
		return 0;
	if (sqlite3_step(statement) == SQLITE_ROW)
		pages = kml_column(statement, 0);
	sqlite3_finalize(statement);
	return pages * KML_PAGE_SIZE;
}

static int finish(struct kml_sink *sink, uint64_t ended_ns)
{
	struct kml_writer *writer = writer_of(sink);
	int err = run_with(writer, "UPDATE recording SET ended_ns = ?", bind_number, &ended_ns);

	/* The journal goes; if it cannot, it is empty. */
	if (!err)
		kml_database_run(writer->db, "PRAGMA journal_mode = DELETE");
	close_database(writer);
	return err;
}

static int rotate(struct kml_sink *sink, const struct kml_recording_head *head)
{
	int err = finish(sink, head->began_boottime_ns);

	if (!err)
		err = prepare_file(writer_of(sink));
	return err ? err : begin(sink, head);
}

static void free_writer(struct kml_sink *sink)
{
	struct kml_writer *writer = writer_of(sink);

	close_database(writer);
	kml_place_free(&writer->place);
	free(writer);
}

static const struct kml_sink_calls writer_calls = {
	.begin = begin,
	.write = write_batch,
	.rotate = rotate,
	.size = size,
	.finish = finish,
	.free = free_writer,
};

int kml_writer_new(const struct kml_sink_options *options, struct kml_sink **ret)
{
	struct kml_writer *writer = calloc(1, sizeof(*writer));
	int err;

	if (!writer)
		return -ENOMEM;
	*ret = &writer->sink;
	writer->sink = (struct kml_sink){ .calls = &writer_calls, .rest_ms = REST_MS };
	writer->options = options;
	err = kml_place_find(&writer->place, options->path);
	return err ? err : prepare_file(writer);
}
