// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thinning: of each group of 2, 4, 8 ... samples that follow each other one is kept.
 *
 * It is the one with most resident memory, and the last of these where there are several. So no
 * peak of resident memory is ever hidden, however often its block is thinned; and a process whose
 * memory stays, or grows, is kept on an even grid, which takes least room. Every other figure that
 * only grows (CPU time, faults) tells in the sample after it what went on in between.
 *
 * Pure functions over the caller's memory: no locks, no allocation, any context. The work is
 * bounded by the bytes of the code, not by the samples: a run is passed over in one piece. This
 * file is compiled into the module and, for tests, on the host.
 */
#include "thin.h"

static bool keep(struct thin_target *target, const struct kml_sample *sample)
{
	return codec_append(&target->state, &target->fill, target->buffer, target->size, sample);
}

/* Whole groups of one run lie on an even grid: from the third one on they are as predicted. */
static bool keep_run(struct thin_target *target, struct thin_source *source, unsigned int shift)
{
	__u32 groups = codec_run_left(&source->cursor, &source->fill, source->code) >> shift;

	if (groups <= 2)
		return true;
	for (int i = 0; i < 2; i++) {
		codec_skip(&source->cursor, 1u << shift);
		if (!keep(target, &source->cursor.state.last))
			return false;
	}
	codec_skip(&source->cursor, (groups - 2) << shift);
	return codec_append_run(&target->state, &target->fill, groups - 2);
}

/**
 * thin() - take what is kept of a source
 * @target: it is added to this one; of no further use when this fails
 * @source: at its beginning; read to its end
 * @shift: log2 of the samples of a group; the last group of the source may be smaller
 *
 * Return: false when @target has no room for all of it, or the code is broken.
 */
bool thin(struct thin_target *target, struct thin_source *source, unsigned int shift)
{
	__u32 seen = 0;
	int status;

	for (;;) {
		if (!seen && !keep_run(target, source, shift))
			return false;
		status = codec_next(&source->cursor, &source->fill, source->code, &source->sample);
		if (status != 1)
			break;
		if (!seen || kml_sample_rss(&source->sample) >= kml_sample_rss(&source->kept))
			source->kept = source->sample;
		if (++seen < 1u << shift)
			continue;
		if (!keep(target, &source->kept))
			return false;
		seen = 0;
	}
	return !status && (!seen || keep(target, &source->kept));
}
