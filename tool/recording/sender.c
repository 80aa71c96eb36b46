// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "lib/clock.h"
#include "recording/sender.h"
#include "recording/wire.h"

enum {
	REST_MS = 400,			/* no disk has to be waited for on this side */
	LOOK_MS = 100,			/* for how long nothing moves before it is asked whether to wait */
	BEGIN_S = 30,			/* for how long nobody may answer at first */
	CHUNK = 4096,			/* a port allocates a buffer for each write: a page is always had */
};

struct kml_sender {
	struct kml_sink sink;		/* the first: what the others know it by */
	const struct kml_sink_options *options;
	int port;
	uint32_t number;
	uint64_t deadline_ns;		/* of the beginning; 0: it has begun */
	uint64_t size;			/* of the file */
};

static struct kml_sender *sender_of(struct kml_sink *sink)
{
	return (struct kml_sender *)sink;
}

static bool goes_on(const struct kml_sender *sender)
{
	if (sender->deadline_ns)
		return clock_ns(CLOCK_BOOTTIME) < sender->deadline_ns;
	return !sender->options->wait || sender->options->wait(sender->options->data);
}

/* After a call that moved nothing. Return: 0, it can be tried again; -errno. */
static int wait_for(const struct kml_sender *sender, short events)
{
	struct pollfd port = { .fd = sender->port, .events = events };
	int n = poll(&port, 1, LOOK_MS);

	if (n > 0 && port.revents & POLLHUP && !(port.revents & events))
		return -EPIPE;
	return n > 0 || goes_on(sender) ? 0 : -ETIMEDOUT;
}

/* Scarce memory is no more than a reason to wait. */
static int error_of(ssize_t n)
{
	if (!n)
		return -EPIPE;
	return errno == EAGAIN || errno == EINTR || errno == ENOMEM ? 0 : -errno;
}

static int send_bytes(const struct kml_sender *sender, const void *bytes, size_t size)
{
	const char *at = bytes, *end = at + size;
	int err = 0;

	while (at < end && !err) {
		ssize_t n = write(sender->port, at, end - at < CHUNK ? (size_t)(end - at) : CHUNK);

		if (n > 0)
			at += n;
		else
			err = error_of(n) ?: wait_for(sender, POLLOUT);
	}
	return err;
}

static int receive_bytes(const struct kml_sender *sender, void *bytes, size_t size)
{
	char *at = bytes, *end = at + size;
	int err = 0;

	while (at < end && !err) {
		ssize_t n = read(sender->port, at, (size_t)(end - at));

		if (n > 0)
			at += n;
		else
			err = error_of(n) ?: wait_for(sender, POLLIN);
	}
	return err;
}

/* A recorder that was killed may have left a reply that it did not take. */
static int receive_reply(struct kml_sender *sender)
{
	struct kml_reply reply;
	int err;

	do
		err = receive_bytes(sender, &reply, sizeof(reply));
	while (!err && reply.number != sender->number);
	if (err)
		return err;
	if (reply.magic != KML_FRAME_MAGIC || reply.err > 0)
		return -EBADMSG;
	sender->size = reply.size;
	return reply.err;
}

/* In two pieces, as a batch has them. */
static int send_frame(struct kml_sender *sender, enum kml_frame_kind kind, const void *first,
		      size_t first_size, const void *second, size_t second_size)
{
	const struct kml_frame frame = {
		.magic = KML_FRAME_MAGIC, .version = KML_WIRE_VERSION, .kind = kind,
		.number = ++sender->number, .size = first_size + second_size,
		.crc = (uint32_t)crc32_z(crc32_z(0, first, first_size), second, second_size),
	};
	int err = send_bytes(sender, &frame, sizeof(frame));

	if (!err)
		err = send_bytes(sender, first, first_size);
	if (!err)
		err = send_bytes(sender, second, second_size);
	return err ? err : receive_reply(sender);
}

static int begin(struct kml_sink *sink, const struct kml_recording_head *head)
{
	struct kml_sender *sender = sender_of(sink);
	const struct kml_frame_begin begin = { .head = *head, .keep = sender->options->keep };
	int err;

	sender->deadline_ns = clock_ns(CLOCK_BOOTTIME) + BEGIN_S * 1000000000ULL;
	err = send_frame(sender, KML_FRAME_BEGIN, &begin, sizeof(begin), "", 0);
	sender->deadline_ns = 0;
	return err;
}

static int write_batch(struct kml_sink *sink, const struct kml_batch *batch)
{
	return send_frame(sender_of(sink), KML_FRAME_BATCH, &batch->lost, sizeof(batch->lost),
			  batch->bytes, batch->used);
}

static int rotate(struct kml_sink *sink, const struct kml_recording_head *head)
{
	return send_frame(sender_of(sink), KML_FRAME_ROTATE, head, sizeof(*head), "", 0);
}

static uint64_t size(struct kml_sink *sink)
{
	return sender_of(sink)->size;
}

static int finish(struct kml_sink *sink, uint64_t ended_ns)
{
	return send_frame(sender_of(sink), KML_FRAME_FINISH, &ended_ns, sizeof(ended_ns), "", 0);
}

static void free_sender(struct kml_sink *sink)
{
	struct kml_sender *sender = sender_of(sink);

	close(sender->port);
	free(sender);
}

static const struct kml_sink_calls sender_calls = {
	.begin = begin,
	.write = write_batch,
	.rotate = rotate,
	.size = size,
	.finish = finish,
	.free = free_sender,
};

int kml_sender_new(int port, const struct kml_sink_options *options, struct kml_sink **ret)
{
	struct kml_sender *sender = calloc(1, sizeof(*sender));

	if (!sender)
		return -ENOMEM;
	sender->sink = (struct kml_sink){ .calls = &sender_calls, .rest_ms = REST_MS };
	sender->options = options;
	sender->port = port;
	/* Not those of a recorder before. */
	sender->number = (uint32_t)clock_ns(CLOCK_BOOTTIME);
	*ret = &sender->sink;
	return 0;
}
