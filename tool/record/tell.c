// SPDX-License-Identifier: GPL-2.0-only
/* What has come of it, in a line, and what is missing. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "lib/text.h"
#include "record/state.h"

/* How COMMAND ended, by its own account if the module's is missing. */
static const char *command_end(struct recorder *r, char *out, size_t size)
{
	const struct watch *watch = &r->watches[r->n - 1];
	char end[32];
	int status;

	*out = '\0';
	if (!r->running)
		return out;
	if (waitpid(r->command.pid, &status, WNOHANG) == r->command.pid)
		kml_status_text((uint64_t)status, end, sizeof(end));
	else
		strcpy(end, "still running");
	snprintf(out, size, "; %s: %s%s", r->program, end, watch->victim ? ", out of memory" : "");
	return out;
}

static unsigned long long lost(const struct recorder *r, const char *name)
{
	return kml_counters_get(&r->lost, name);
}

void recorder_tell(struct recorder *r)
{
	uint64_t span = clock_ns(CLOCK_BOOTTIME) - r->began_ns;
	uint64_t processes = recorder_selects(r) ? r->n_selected : r->n;
	char end[320];

	kml_note("%s: %llu samples of %llu process%s in %.1f s%s; %llu ticks late, %llu missed",
		 r->options->file, (unsigned long long)r->samples,
		 (unsigned long long)processes, processes == 1 ? "" : "es",
		 (double)span / 1e9, command_end(r, end, sizeof(end)), lost(r, "late"),
		 lost(r, "missed"));
	if (lost(r, "recycled") || lost(r, "thinned") || lost(r, "reclaimed") || lost(r, "dropped"))
		kml_note("history was lost before it was read: %llu samples thinned out, %llu reclaimed, %llu recycled, %llu dropped; a larger max_mib or a longer interval keeps more",
			 lost(r, "thinned"), lost(r, "reclaimed"), lost(r, "recycled"),
			 lost(r, "dropped"));
	if (lost(r, "refused"))
		kml_note("there was no room for %llu processes", lost(r, "refused"));
	if (lost(r, "removed"))
		kml_note("somebody removed a process from the module: %llu samples were lost",
			 lost(r, "removed"));
	if (r->was_behind)
		kml_note("the disk was too slow at times: what was not read meanwhile stayed with the module");
	for (size_t i = 0; i < r->n; i++)
		if (r->watches[i].ended && !r->watches[i].told)
			kml_note("the end of process %d is not in the recording", r->watches[i].pid);
}
