// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "lib/clock.h"
#include "lib/text.h"
#include "recording/receiver.h"
#include "recording/wire.h"
#include "recording/writer.h"

enum { FINISH_S = 30 };		/* for how long others may keep the file locked at the end */

struct kml_receiver {
	struct kml_sink_options options;
	struct kml_sink *sink;
	bool running;
	pthread_t thread;
	int port;
	_Atomic uint64_t finish_ns;	/* when waiting for others ends; 0: it does not */
	/* The thread's, while it runs: */
	struct kml_frame frame;
	uint8_t *bytes;			/* of the frame */
	size_t size;			/* as allocated */
	enum kml_received received;
	int failed;			/* of this file; behind it nothing is written */
	int err;			/* the first */
};

static bool go_on_waiting(void *data)
{
	struct kml_receiver *receiver = data;
	uint64_t finish_ns = atomic_load(&receiver->finish_ns);

	return !finish_ns || clock_ns(CLOCK_BOOTTIME) < finish_ns;
}

/* --- what each frame asks for ---------------------------------------------------------- */

/* A recorder behind another one has a file of its own. */
static int begin_anew(struct kml_receiver *receiver)
{
	if (receiver->received == KML_RECEIVED_NOTHING)
		return 0;
	kml_sink_free(receiver->sink);
	receiver->sink = NULL;
	return kml_writer_new(&receiver->options, &receiver->sink);
}

static bool is_head(const struct kml_recording_head *head)
{
	return kml_text_ends(head->host, sizeof(head->host)) &&
	       kml_text_ends(head->boot_id, sizeof(head->boot_id)) &&
	       kml_text_ends(head->kernel, sizeof(head->kernel)) &&
	       kml_text_ends(head->command, sizeof(head->command));
}

static int take_begin(struct kml_receiver *receiver)
{
	struct kml_frame_begin begin;
	int err;

	if (receiver->frame.size != sizeof(begin))
		return -EBADMSG;
	memcpy(&begin, receiver->bytes, sizeof(begin));
	if (!is_head(&begin.head) || begin.keep > KML_KEEP_MAX)
		return -EBADMSG;
	receiver->options.keep = begin.keep;
	err = begin_anew(receiver);
	if (err)
		return err;
	receiver->failed = 0;
	receiver->received = KML_RECEIVED_SOME;
	return receiver->sink->calls->begin(receiver->sink, &begin.head);
}

static bool are_counters(const struct kml_counters *counters)
{
	if (counters->n > KML_MAX_COUNTERS)
		return false;
	for (size_t i = 0; i < counters->n; i++)
		if (!kml_text_ends(counters->counters[i].name, sizeof(counters->counters[i].name)))
			return false;
	return true;
}

static int take_batch(struct kml_receiver *receiver)
{
	size_t size = receiver->frame.size, head = sizeof(struct kml_counters);
	struct kml_batch batch = {};

	if (size < head)
		return -EBADMSG;
	memcpy(&batch.lost, receiver->bytes, head);
	batch.bytes = receiver->bytes + head;
	batch.size = size - head;
	batch.used = size - head;
	if (!are_counters(&batch.lost) || !kml_batch_is_sound(&batch))
		return -EBADMSG;
	return receiver->sink->calls->write(receiver->sink, &batch);
}

static int take_rotate(struct kml_receiver *receiver)
{
	struct kml_recording_head head;

	if (receiver->frame.size != sizeof(head))
		return -EBADMSG;
	memcpy(&head, receiver->bytes, sizeof(head));
	return is_head(&head) ? receiver->sink->calls->rotate(receiver->sink, &head) : -EBADMSG;
}

static int take_finish(struct kml_receiver *receiver)
{
	uint64_t ended_ns;
	int err;

	if (receiver->frame.size != sizeof(ended_ns))
		return -EBADMSG;
	memcpy(&ended_ns, receiver->bytes, sizeof(ended_ns));
	err = receiver->sink->calls->finish(receiver->sink, ended_ns);
	if (!err)
		receiver->received = KML_RECEIVED_ALL;
	return err;
}

static int take_frame(struct kml_receiver *receiver)
{
	if (receiver->frame.kind == KML_FRAME_BEGIN)
		return take_begin(receiver);
	/* Behind an error nothing comes: the file would have a hole that nobody knows of. */
	if (receiver->failed)
		return receiver->failed;
	if (receiver->received != KML_RECEIVED_SOME)
		return -EBADMSG;
	switch (receiver->frame.kind) {
	case KML_FRAME_BATCH:
		return take_batch(receiver);
	case KML_FRAME_ROTATE:
		return take_rotate(receiver);
	case KML_FRAME_FINISH:
		return take_finish(receiver);
	}
	return -EBADMSG;
}

/* --- frames ---------------------------------------------------------------------------- */

/* Return: 0; -EPIPE: the other side has gone; -errno. */
static int wait_for(const struct kml_receiver *receiver, ssize_t n, short events)
{
	struct pollfd port = { .fd = receiver->port, .events = events };

	if (!n)
		return -EPIPE;
	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN)
		return -EPIPE;
	return poll(&port, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

static int read_bytes(const struct kml_receiver *receiver, void *bytes, size_t size)
{
	char *at = bytes, *end = at + size;
	int err = 0;

	while (at < end && !err) {
		ssize_t n = read(receiver->port, at, (size_t)(end - at));

		if (n > 0)
			at += n;
		else
			err = wait_for(receiver, n, POLLIN);
	}
	return err;
}

static int make_room(struct kml_receiver *receiver, size_t size)
{
	uint8_t *larger;

	if (size <= receiver->size)
		return 0;
	larger = realloc(receiver->bytes, size);
	if (!larger)
		return -ENOMEM;
	receiver->bytes = larger;
	receiver->size = size;
	return 0;
}

static int read_frame(struct kml_receiver *receiver)
{
	struct kml_frame *frame = &receiver->frame;
	int err = read_bytes(receiver, frame, sizeof(*frame));

	if (err)
		return err;
	if (frame->magic != KML_FRAME_MAGIC || frame->size > KML_FRAME_MAX)
		return -EBADMSG;
	if (frame->version != KML_WIRE_VERSION)
		return -EPROTONOSUPPORT;
	err = make_room(receiver, frame->size);
	if (!err)
		err = read_bytes(receiver, receiver->bytes, frame->size);
	if (!err && (uint32_t)crc32_z(0, receiver->bytes, frame->size) != frame->crc)
		err = -EBADMSG;
	return err;
}

/* Whoever does not take it will not be missed. */
static void reply_with(const struct kml_receiver *receiver, int err)
{
	const struct kml_reply reply = {
		.magic = KML_FRAME_MAGIC, .number = receiver->frame.number, .err = err,
		.size = err || receiver->received != KML_RECEIVED_SOME ? 0 :
			receiver->sink->calls->size(receiver->sink),
	};
	const char *at = (const char *)&reply, *end = at + sizeof(reply);

	while (at < end) {
		ssize_t n = send(receiver->port, at, (size_t)(end - at), MSG_NOSIGNAL);

		if (n > 0)
			at += n;
		else if (wait_for(receiver, n, POLLOUT))
			return;
	}
}

static void *receive_all(void *data)
{
	struct kml_receiver *receiver = data;
	int err;

	while (!(err = read_frame(receiver))) {
		err = take_frame(receiver);
		if (err)
			receiver->failed = err;
		if (!receiver->err)
			receiver->err = err;
		reply_with(receiver, err);
		if (err == -EBADMSG)
			break;
	}
	if (err && err != -EPIPE && !receiver->err)
		receiver->err = err;
	/* So that nobody waits for a reply. */
	shutdown(receiver->port, SHUT_RDWR);
	return NULL;
}

/* --- a life ---------------------------------------------------------------------------- */

int kml_receiver_new(const char *path, struct kml_receiver **ret)
{
	struct kml_receiver *receiver = calloc(1, sizeof(*receiver));
	int err;

	if (!receiver)
		return -ENOMEM;
	receiver->options = (struct kml_sink_options){
		.path = path, .wait = go_on_waiting, .data = receiver,
	};
	receiver->port = -1;
	err = kml_writer_new(&receiver->options, &receiver->sink);
	if (err)
		kml_receiver_free(receiver);
	else
		*ret = receiver;
	return err;
}

int kml_receiver_start(struct kml_receiver *receiver, int port)
{
	int err;

	receiver->port = fcntl(port, F_DUPFD_CLOEXEC, 0);
	if (receiver->port < 0)
		return -errno;
	atomic_store(&receiver->finish_ns, 0);
	err = pthread_create(&receiver->thread, NULL, receive_all, receiver);
	receiver->running = !err;
	return -err;
}

int kml_receiver_end(struct kml_receiver *receiver, enum kml_received *ret)
{
	if (receiver->running) {
		atomic_store(&receiver->finish_ns,
			     clock_ns(CLOCK_BOOTTIME) + FINISH_S * 1000000000ULL);
		pthread_join(receiver->thread, NULL);
		close(receiver->port);
		receiver->running = false;
		receiver->port = -1;
	}
	*ret = receiver->received;
	return receiver->err;
}

void kml_receiver_free(struct kml_receiver *receiver)
{
	enum kml_received received;

	if (!receiver)
		return;
	kml_receiver_end(receiver, &received);
	kml_sink_free(receiver->sink);
	free(receiver->bytes);
	free(receiver);
}
