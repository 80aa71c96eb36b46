// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device says. An input is the length of the pieces and any bytes: in pieces they mean
 * what they mean at once, and every sample that should have come is accounted for.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/stream.h"
#include "target.h"

/* A few bytes stand for many samples; so many show what there is to see. */
enum { SAMPLES = 4096 };

/* What was heard: how often, and a hash of all of it in order. */
struct heard {
	uint64_t hash;
	uint64_t processes;
	uint64_t samples;
	uint64_t gone;
	uint64_t thinned;
};

static void hear(struct heard *heard, const void *what, size_t size)
{
	const uint8_t *byte = what;

	for (size_t i = 0; i < size; i++)
		heard->hash = (heard->hash ^ byte[i]) * 0x100000001b3ull;
}

static int hear_header(const struct kml_stream_header *header, void *data)
{
	struct heard *heard = data;

	check(header->magic == KML_STREAM_MAGIC && header->fields <= KML_FIELDS);
	hear(heard, header, sizeof(*header));
	heard->samples = 0;
	heard->gone = 0;
	heard->thinned = 0;
	return 0;
}

static int hear_process(const struct kml_stream_process *process, void *data)
{
	struct heard *heard = data;

	check(memchr(process->comm, '\0', sizeof(process->comm)));
	hear(heard, process, sizeof(*process));
	heard->processes++;
	return 0;
}

static int hear_sample(const struct kml_stream_process *process, const struct kml_sample *sample,
		       void *data)
{
	struct heard *heard = data;

	check(heard->processes);
	hear(heard, process, sizeof(*process));
	hear(heard, sample, sizeof(*sample));
	return ++heard->samples == SAMPLES ? -EPIPE : 0;
}

static int hear_gap(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		    void *data)
{
	struct heard *heard = data;

	check(!process || process->process == gap->process);
	hear(heard, gap, sizeof(*gap));
	if (gap->process)
		heard->gone += gap->count;
	return 0;
}

static int hear_thinned(const struct kml_stream_process *process,
			const struct kml_thinned *thinned, void *data)
{
	struct heard *heard = data;

	check(thinned->count);
	hear(heard, process, sizeof(*process));
	hear(heard, thinned, sizeof(*thinned));
	heard->thinned += thinned->count;
	return 0;
}

static int hear_event(const struct kml_stream_process *process,
		      const struct kml_stream_event *event, const struct kml_sample *sample,
		      void *data)
{
	struct heard *heard = data;

	check(!process || process->process == event->process);
	check(memchr(event->comm, '\0', sizeof(event->comm)));
	hear(heard, event, offsetof(struct kml_stream_event, sample));
	if (sample)
		hear(heard, sample, sizeof(*sample));
	if (event->kind == KML_EVENT_REMOVED)
		heard->gone += event->count;
	return 0;
}

static int hear_system(const struct kml_system *system, void *data)
{
	hear(data, system, sizeof(*system));
	return 0;
}

static void check_account(const struct kml_stream *stream, const struct heard *heard)
{
	struct kml_account account = kml_stream_account(stream);

	check(account.delivered == heard->samples);
	check(account.gone == heard->gone);
	check(account.thinned == heard->thinned);
}

/* Returns what the decoder said; what it told of is in @heard. */
static int read_in_pieces(const uint8_t *bytes, size_t size, size_t piece, struct heard *heard,
			  bool *whole)
{
	static const struct kml_stream_calls calls = {
		.header = hear_header,
		.process = hear_process,
		.sample = hear_sample,
		.gap = hear_gap,
		.thinned = hear_thinned,
		.event = hear_event,
		.system = hear_system,
	};
	struct kml_stream *stream = kml_stream_new(&calls, heard);
	int err = 0;

	check(stream);
	*heard = (struct heard){ .hash = 0xcbf29ce484222325ull };
	while (size && !err) {
		size_t n = size < piece ? size : piece;
		uint8_t *exact = malloc(n);

		check(exact);
		memcpy(exact, bytes, n);
		err = kml_stream_add(stream, exact, n);
		free(exact);
		bytes += n;
		size -= n;
	}
	check(err <= 0);
	if (!err)
		check_account(stream, heard);
	*whole = kml_stream_is_whole(stream);
	kml_stream_free(stream);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard at_once, in_pieces;
	bool whole, whole_in_pieces;
	int err;

	if (size < 2)
		return 0;
	err = read_in_pieces(data + 1, size - 1, size - 1, &at_once, &whole);
	check(read_in_pieces(data + 1, size - 1, 1 + data[0] % 64, &in_pieces, &whole_in_pieces) ==
	      err);
	check(at_once.hash == in_pieces.hash);
	check(whole == whole_in_pieces || err);
	return 0;
}
