// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recording that is sent over a port: what is in the file that the other side writes, asked of SQLite;
 * what is left when the sender goes, or its machine sends nonsense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "recording/receiver.h"
#include "recording/sender.h"
#include "recording/wire.h"

static char dir[] = "/tmp/kmemlab-port-XXXXXX";
static char path[64], journal[80];
static struct kml_receiver *receiver;
static struct kml_sink *sink;
static int ends[2];
static uint8_t room[1 << 16];

static const struct kml_sink_options options = { .path = "unused" };

static const struct kml_recording_head head = {
	.host = "guest", .boot_id = "0d1e", .kernel = "6.1.0-test", .cpus = 2,
	.memory_kib = 196608, .interval_ms = 10, .began = 1767225600, .began_boottime_ns = 7,
	.command = "hog 1 2",
};

static int setup(void **state)
{
	snprintf(path, sizeof(path), "%s/a.db", dir);
	snprintf(journal, sizeof(journal), "%s-journal", path);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends))
		return -1;
	return kml_receiver_new(path, &receiver) || kml_receiver_start(receiver, ends[0]) ||
	       kml_sender_new(ends[1], &options, &sink);
}

/* The machine goes, with all that it has. */
static void lose_sender(void)
{
	kml_sink_free(sink);
	sink = NULL;
}

static int ended(enum kml_received *ret)
{
	lose_sender();
	return kml_receiver_end(receiver, ret);
}

static int teardown(void **state)
{
	enum kml_received received;

	ended(&received);
	kml_receiver_free(receiver);
	close(ends[0]);
	unlink(path);
	/* Where a file has no end. */
	unlink(journal);
	return 0;
}

/* Of one row and one column. */
static const char *ask(const char *query)
{
	static char answer[256];
	sqlite3_stmt *row;
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), 0);
	assert_int_equal(sqlite3_prepare_v2(db, query, -1, &row, NULL), 0);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	snprintf(answer, sizeof(answer), "%s",
		 (const char *)sqlite3_column_text(row, 0) ?: "NULL");
	sqlite3_finalize(row);
	sqlite3_close(db);
	return answer;
}

static struct kml_batch some_rows(uint64_t time)
{
	struct kml_batch batch = { .bytes = room, .size = sizeof(room) };
	struct kml_row_process *process;
	struct kml_row_system *system;
	struct kml_row_block *block;
	struct kml_row_event *event;
	struct kml_row_gap *gap;

	kml_counters_raise(&batch.lost, "late", time);
	process = kml_batch_add(&batch, KML_ROW_PROCESS, sizeof(*process));
	process->facts = (struct kml_process_facts){
		.id = 1, .pid = 101, .start_ns = 5, .name = "hog", .command = "hog 1 2",
		.cgroup = "/a", .parent = 100, .has_parent = true,
	};
	block = kml_batch_add(&batch, KML_ROW_BLOCK, sizeof(*block) + 3);
	block->id = time;
	block->process = 1;
	block->from_ns = time;
	block->to_ns = time;
	block->samples = 1;
	block->bytes = 3;
	memcpy(block->code, "abc", 3);
	event = kml_batch_add(&batch, KML_ROW_EVENT, sizeof(*event));
	event->event = (struct kml_stream_event){
		.time = time, .kind = KML_EVENT_VICTIM, .comm = "hog",
	};
	event->has_sample = true;
	gap = kml_batch_add(&batch, KML_ROW_GAP, sizeof(*gap));
	gap->reasons = KML_GAP_MISSED;
	gap->count = 2;
	system = kml_batch_add(&batch, KML_ROW_SYSTEM, sizeof(*system));
	system->system.time = time;
	return batch;
}

static int begin(void)
{
	return sink->calls->begin(sink, &head);
}

static int write_rows(uint64_t time)
{
	const struct kml_batch batch = some_rows(time);

	return sink->calls->write(sink, &batch);
}

static void test_whole(void **state)
{
	enum kml_received received;

	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(begin(), 0);
	assert_int_equal(write_rows(11), 0);
	/* It is there when the call returns. */
	assert_string_equal(ask("SELECT count(*) FROM system"), "1");
	assert_int_equal(sink->calls->size(sink), strtoull(ask("SELECT page_count * page_size FROM "
		"pragma_page_count, pragma_page_size"), NULL, 10));
	assert_int_equal(write_rows(12), 0);
	assert_int_equal(sink->calls->finish(sink, 99), 0);
	assert_int_equal(ended(&received), 0);
	assert_int_equal(received, KML_RECEIVED_ALL);
	assert_string_equal(ask("SELECT host || boot_id || kernel || cpus FROM machine"),
			    "guest0d1e6.1.0-test2");
	assert_string_equal(ask("SELECT command || began_ns || '-' || ended_ns FROM recording"),
			    "hog 1 27-99");
	assert_string_equal(ask("SELECT name || command || parent || cgroup FROM processes"),
			    "hoghog 1 2100/a");
	assert_string_equal(ask("SELECT group_concat(id || code) FROM blocks"), "11abc,12abc");
	assert_string_equal(ask("SELECT group_concat(kind || name || rss_kib) FROM events"),
			    "victimhog0,victimhog0");
	assert_string_equal(ask("SELECT count FROM lost WHERE name = 'late'"), "12");
}

static void test_lost(void **state)
{
	enum kml_received received;

	assert_int_equal(begin(), 0);
	assert_int_equal(write_rows(11), 0);
	assert_int_equal(ended(&received), 0);
	assert_int_equal(received, KML_RECEIVED_SOME);
	assert_string_equal(ask("PRAGMA integrity_check"), "ok");
	assert_string_equal(ask("SELECT max(time_ns) FROM system"), "11");
	assert_string_equal(ask("SELECT ended_ns FROM recording"), "NULL");
}

static void test_nothing(void **state)
{
	enum kml_received received;

	assert_int_equal(ended(&received), 0);
	assert_int_equal(received, KML_RECEIVED_NOTHING);
	kml_receiver_free(receiver);
	receiver = NULL;
	close(ends[0]);
	assert_int_equal(rmdir(dir), 0);
	assert_non_null(mkdtemp(strcpy(dir, "/tmp/kmemlab-port-XXXXXX")));
}

static void test_rotates(void **state)
{
	struct kml_recording_head next = head;
	enum kml_received received;
	char older[80];

	next.began_boottime_ns = 20;
	assert_int_equal(begin(), 0);
	assert_int_equal(write_rows(11), 0);
	assert_int_equal(sink->calls->rotate(sink, &next), 0);
	assert_int_equal(write_rows(21), 0);
	assert_int_equal(ended(&received), 0);
	assert_string_equal(ask("SELECT part || '-' || began_ns FROM recording"), "2-20");
	assert_string_equal(ask("SELECT group_concat(time_ns) FROM system"), "21");
	snprintf(older, sizeof(older), "%s.1", path);
	assert_int_equal(access(older, F_OK), -1);
}

/* A recorder behind another one, which was killed when its frame was whole. */
static void test_again(void **state)
{
	enum kml_received received;
	int port = dup(ends[1]);

	assert_int_equal(begin(), 0);
	assert_int_equal(write_rows(11), 0);
	lose_sender();
	assert_int_equal(kml_sender_new(port, &options, &sink), 0);
	assert_int_equal(begin(), 0);
	assert_int_equal(write_rows(31), 0);
	assert_int_equal(sink->calls->finish(sink, 99), 0);
	assert_int_equal(ended(&received), 0);
	assert_int_equal(received, KML_RECEIVED_ALL);
	assert_string_equal(ask("SELECT group_concat(time_ns) FROM system"), "31");
}

/* As on a full disk: nothing of the batch, and the sender knows. */
static void test_full(void **state)
{
	struct rlimit limit = { 256 << 10, RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
	enum kml_received received;
	int err = begin();
	uint64_t n = 0;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	while (!err && n < 100000)
		err = write_rows(++n);
	setrlimit(RLIMIT_FSIZE, &none);
	assert_true(err < 0);
	assert_int_equal(write_rows(n + 1), err);
	assert_int_equal(ended(&received), err);
	assert_int_equal(strtoull(ask("SELECT max(time_ns) FROM system"), NULL, 10), n - 1);
}

/* --- what makes no sense ----------------------------------------------------------------- */

static void send_frame(struct kml_frame frame, const void *bytes)
{
	frame.crc ^= (uint32_t)crc32_z(0, bytes, frame.size);
	assert_int_equal(write(ends[1], &frame, sizeof(frame)), sizeof(frame));
	/* It may not want the rest. */
	send(ends[1], bytes, frame.size, MSG_NOSIGNAL);
}

static void refuses(int expected)
{
	enum kml_received received;

	assert_int_equal(ended(&received), expected);
	assert_string_equal(ask("SELECT group_concat(time_ns) FROM system"), "11");
	assert_string_equal(ask("PRAGMA integrity_check"), "ok");
}

static struct kml_frame a_frame(enum kml_frame_kind kind, size_t size)
{
	return (struct kml_frame){
		.magic = KML_FRAME_MAGIC, .version = KML_WIRE_VERSION, .kind = kind, .size = size,
	};
}

enum spoiled {
	MAGIC, CRC, VERSION, KIND, HUGE, SHORT_BATCH, COUNTERS, COUNTER_NAME, ROW_NONE, ROW_LONG, ROW_ODD,
	ROW_SHORT, ROW_KIND, ROW_CUT, BLOCK_LONG, NAME, COMMAND, CGROUP, TRUTH, COMM, LONG_FINISH, HEAD, KEEP,
	SPOILED
};

static struct {
	struct kml_counters lost;
	uint8_t rows[sizeof(room)];
} bytes;

/* Of a batch that would be written, or another frame. */
static struct kml_frame spoil(enum spoiled how)
{
	struct kml_batch batch = some_rows(12);
	struct kml_frame frame = a_frame(KML_FRAME_BATCH, sizeof(bytes.lost) + batch.used);
	struct kml_row_process *process = (void *)bytes.rows;
	struct kml_row_block *block = (void *)(bytes.rows + ((struct kml_row *)room)->size);
	struct kml_row_event *event = (void *)((uint8_t *)block +
		kml_batch_takes(sizeof(*block) + 3));
	struct kml_frame_begin *first = (void *)&bytes;

	bytes.lost = batch.lost;
	memcpy(bytes.rows, room, batch.used);
	switch (how) {
	case MAGIC:
		frame.magic ^= 1;
		break;
	case CRC:
		frame.crc = 1;
		break;
	case VERSION:
		frame.version++;
		break;
	case KIND:
		frame.kind = 99;
		break;
	case HUGE:
		frame.size = KML_FRAME_MAX + 1ull;
		break;
	case SHORT_BATCH:
		frame.size = sizeof(bytes.lost) - 1;
		break;
	case COUNTERS:
		bytes.lost.n = KML_MAX_COUNTERS + 1;
		break;
	case COUNTER_NAME:
		memset(bytes.lost.counters[0].name, 'x', sizeof(bytes.lost.counters[0].name));
		break;
	case ROW_NONE:
		process->row.size = 0;
		break;
	case ROW_LONG:
		process->row.size = SIZE_MAX - 7;
		break;
	case ROW_ODD:
		process->row.size++;
		break;
	case ROW_SHORT:
		block->row.kind = KML_ROW_EVENT;
		break;
	case ROW_KIND:
		process->row.kind = 99;
		break;
	case ROW_CUT:
		frame.size -= 8;
		break;
	case BLOCK_LONG:
		block->bytes = 9;
		break;
	case NAME:
		memset(process->facts.name, 'x', sizeof(process->facts.name));
		break;
	case COMMAND:
		memset(process->facts.command, 'x', sizeof(process->facts.command));
		break;
	case CGROUP:
		memset(process->facts.cgroup, 'x', sizeof(process->facts.cgroup));
		break;
	case TRUTH:
		memset(&event->has_sample, 2, 1);
		break;
	case COMM:
		memset(event->event.comm, 'x', sizeof(event->event.comm));
		break;
	case LONG_FINISH:
		frame = a_frame(KML_FRAME_FINISH, 16);
		break;
	case HEAD:
		*first = (struct kml_frame_begin){ .head = head };
		memset(first->head.host, 'x', sizeof(first->head.host));
		frame = a_frame(KML_FRAME_BEGIN, sizeof(*first));
		break;
	case KEEP:
		*first = (struct kml_frame_begin){ .head = head, .keep = KML_KEEP_MAX + 1 };
		frame = a_frame(KML_FRAME_BEGIN, sizeof(*first));
		break;
	case SPOILED:
		break;
	}
	return frame;
}

static void test_nonsense(void **state)
{
	for (enum spoiled how = 0; how < SPOILED; how++) {
		struct kml_frame frame;

		if (how)
			assert_int_equal(setup(state), 0);
		assert_int_equal(begin(), 0);
		assert_int_equal(write_rows(11), 0);
		frame = spoil(how);
		if (how == HUGE)
			assert_int_equal(write(ends[1], &frame, sizeof(frame)), sizeof(frame));
		else
			send_frame(frame, &bytes);
		print_message("# spoiled: %d\n", how);
		refuses(how == VERSION ? -EPROTONOSUPPORT : -EBADMSG);
		if (how < SPOILED - 1)
			teardown(state);
	}
}

static void test_batch_first(void **state)
{
	enum kml_received received;

	assert_int_equal(write_rows(11), -EBADMSG);
	assert_int_equal(ended(&received), -EBADMSG);
	assert_int_equal(received, KML_RECEIVED_NOTHING);
	assert_int_equal(access(path, F_OK), -1);
}

/* The sender is told that it speaks to another version, or that nobody listens any more. */
static void test_refused(void **state)
{
	enum kml_received received;

	send_frame(a_frame(99, 0), "");
	assert_int_equal(begin(), -EPIPE);
	assert_int_equal(ended(&received), -EBADMSG);
}

static bool no_more(void *data)
{
	return false;
}

/* A port that nobody reads: whoever does not wait any more is told. */
static void test_silence(void **state)
{
	static const struct kml_sink_options impatient = { .wait = no_more };
	struct kml_sink *lonely;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(kml_sender_new(pair[1], &impatient, &lonely), 0);
	assert_int_equal(lonely->calls->finish(lonely, 1), -ETIMEDOUT);
	close(pair[0]);
	assert_int_equal(lonely->calls->finish(lonely, 1), -EPIPE);
	kml_sink_free(lonely);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rotates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonsense, setup, teardown),
		cmocka_unit_test_setup_teardown(test_batch_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup(test_nothing, setup),
		cmocka_unit_test(test_silence),
	};
	int failed;

	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
