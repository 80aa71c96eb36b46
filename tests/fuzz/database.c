// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recording that is a database. An input is a file, in memory: of any bytes what is read is refused
 * with a reason, or it is a recording whose samples are in order and whose texts no terminal obeys.
 */
#include <errno.h>
#include <string.h>

#include "lib/history.h"
#include "recording/open.h"
#include "recording/reader.h"
#include "sample_text.h"
#include "target.h"

static void check_process(const struct kml_process *process)
{
	check(process->n);
	check(is_harmless(process->name));
	for (size_t i = 0; i < process->n; i++) {
		const struct sample_line *sample = &process->samples[i];

		check(sample->pid == process->pid);
		check(!i || sample->time_ns >= sample[-1].time_ns);
		check(!sample->ended || i == process->n - 1);
	}
}

static void check_head(const struct kml_recording_head *head)
{
	check(is_harmless(head->kernel));
	check(is_harmless(head->command));
	for (size_t i = 0; i < head->lost.n; i++)
		check(is_harmless(head->lost.counters[i].name));
}

static void check_recording(const struct kml_recording *recording)
{
	struct kml_summary summary;
	size_t n = 0;

	check_head(&recording->head);
	for (size_t i = 0; i < recording->n_processes; i++) {
		check(recording->processes[i].samples == &recording->samples[n]);
		check_process(&recording->processes[i]);
		kml_summarise(recording, &recording->processes[i], &summary);
		check(is_harmless(summary.end));
		n += recording->processes[i].n;
	}
	check(n == recording->n_samples);
	for (size_t i = 0; i < recording->n_victims; i++)
		check(is_harmless(recording->victims[i].name));
}

static void read_it(sqlite3 *db)
{
	struct kml_recording_error error = {};
	struct kml_recording *recording = NULL;
	int err = kml_database_check(db, &error);

	if (!err)
		err = kml_database_read(db, &recording, &error);
	if (!err) {
		check(recording && !error.why);
		check_recording(recording);
		kml_recording_free(recording);
	} else {
		check(!recording);
		check(error.why || (err != -EBADMSG && err != -EPROTONOSUPPORT && err != -EBUSY));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = sqlite3_malloc64(size + 1);
	sqlite3 *db;

	check(copy);
	check(!sqlite3_open(":memory:", &db));
	memcpy(copy, data, size);
	if (!sqlite3_deserialize(db, "main", copy, (sqlite3_int64)size, (sqlite3_int64)size,
				 SQLITE_DESERIALIZE_READONLY | SQLITE_DESERIALIZE_FREEONCLOSE)) {
		kml_database_distrust(db);
		read_it(db);
	}
	sqlite3_close(db);
	return 0;
}
