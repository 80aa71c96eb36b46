// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "lib/holes.h"
#include "lib/ordered.h"

enum {
	OF_SAMPLES = KML_GAP_RECLAIMED | KML_GAP_RECYCLED | KML_GAP_REMOVED | KML_GAP_DROPPED,
	OF_TICKS = KML_GAP_MISSED | KML_GAP_DROPPED,
};

static void mark_gap(const struct kml_recording *recording, const struct kml_process *process,
		     const struct kml_gap *gap, bool *holes)
{
	size_t n = KML_COUNT_UNTIL(process->samples, process->n, time_ns, gap->from_ns);

	if (n && n < process->n)
		holes[&process->samples[n - 1] - recording->samples] = true;
}

static void mark_ticks(const struct kml_recording *recording, const struct kml_process *process,
		       const struct kml_gap *gap, bool *holes)
{
	uint64_t most = 2 * recording->head.interval_ms * 1000000;
	size_t i = KML_COUNT_UNTIL(process->samples, process->n, time_ns, gap->from_ns);

	for (i -= i > 0; i + 1 < process->n && process->samples[i].time_ns < gap->to_ns; i++)
		if (process->samples[i + 1].time_ns - process->samples[i].time_ns > most)
			holes[&process->samples[i] - recording->samples] = true;
}

bool *kml_find_holes(const struct kml_recording *recording)
{
	bool *holes = calloc(recording->n_samples + 1, sizeof(*holes));

	for (size_t i = 0; holes && i < recording->n_gaps; i++) {
		const struct kml_gap *gap = &recording->gaps[i];

		for (size_t j = 0; j < recording->n_processes; j++) {
			const struct kml_process *process = &recording->processes[j];

			if (gap->of_all && gap->reasons & OF_TICKS)
				mark_ticks(recording, process, gap, holes);
			else if (gap->pid == process->pid && gap->reasons & OF_SAMPLES)
				mark_gap(recording, process, gap, holes);
		}
	}
	return holes;
}
