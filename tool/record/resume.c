// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "record/resume.h"

void resume_begin(struct resume *resume)
{
	for (int i = 0; i < HEARD_KINDS; i++) {
		/* What was not news does not become so by another attempt. */
		if (resume->newest[i] > resume->floor[i])
			resume->floor[i] = resume->newest[i];
		if (resume->newest[i] > resume->heard)
			resume->heard = resume->newest[i];
	}
	/* A stream that ended before it was settled has told nothing that counts. */
	if (!resume->pending)
		memcpy(resume->before, resume->told, sizeof(resume->before));
	memset(resume->told, 0, sizeof(resume->told));
	memset(resume->held, 0, sizeof(resume->held));
	resume->first = 0;
	resume->pending = true;
}

bool resume_hear(struct resume *resume, enum heard kind, uint64_t time)
{
	if (!resume->first || time < resume->first)
		resume->first = time;
	if (time > resume->newest[kind])
		resume->newest[kind] = time;
	if (kind == HEARD_EVENT)
		resume->told[__builtin_ctz(KML_GAP_EVENTS)]++;
	if (kind == HEARD_SYSTEM)
		resume->told[__builtin_ctz(KML_GAP_SYSTEM)]++;
	return time > resume->floor[kind];
}

bool resume_gap(struct resume *resume, const struct kml_stream_gap *gap)
{
	unsigned int reason = (unsigned int)__builtin_ctz(gap->reasons | 1U << 31);

	if (reason >= RESUME_REASONS)
		return true;
	resume->told[reason] += gap->count;
	if (!resume->pending || gap->from)
		return true;
	resume->held[reason] = *gap;
	return false;
}

/* Of what the module counts since it was loaded, what the stream before had not told. */
static void settle_held(struct resume *resume, bool is_same,
			void (*take)(const struct kml_stream_gap *gap, void *data), void *data)
{
	for (unsigned int i = 0; i < RESUME_REASONS; i++) {
		struct kml_stream_gap *gap = &resume->held[i];
		uint64_t before = is_same ? resume->before[i] : 0;

		if (gap->count <= before)
			continue;
		gap->count -= before;
		gap->from = resume->heard;
		take(gap, data);
	}
}

/* The ticks that there would have been. */
static void tell_absence(const struct resume *resume, uint64_t interval_ns,
			 void (*take)(const struct kml_stream_gap *gap, void *data), void *data)
{
	uint64_t slots = interval_ns ? (resume->first - resume->heard) / interval_ns : 0;
	const struct kml_stream_gap gap = {
		.count = slots ? slots - 1 : 0, .from = resume->heard, .to = resume->first,
		.reasons = KML_GAP_MISSED,
	};

	take(&gap, data);
}

bool resume_settle(struct resume *resume, uint64_t interval_ns,
		   void (*take)(const struct kml_stream_gap *gap, void *data), void *data)
{
	bool is_same = resume->first <= resume->heard;

	if (!resume->pending || !resume->first)
		return false;
	if (!is_same)
		tell_absence(resume, interval_ns, take, data);
	settle_held(resume, is_same, take, data);
	resume->pending = false;
	return true;
}
