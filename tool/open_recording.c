// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/message.h"
#include "open_recording.h"

void kml_explain_recording(const char *path, int err, const struct kml_recording_error *error)
{
	if (error->why && error->line)
		kml_error("%s: line %zu: %s", path, error->line, error->why);
	else if (error->why)
		kml_error("%s: %s", path, error->why);
	else
		kml_error("cannot read '%s': %s", path, strerror(-err));
}

void kml_tell_harm(const char *path, const struct kml_recording_harm *harm)
{
	if (harm->unfinished)
		kml_note("%s: the recording has no end: it was cut off, or goes on", path);
	if (harm->blocks)
		kml_note("%s: %zu damaged block%s left out", path, harm->blocks,
			 harm->blocks == 1 ? " of samples is" : "s of samples are");
	if (harm->tables)
		kml_note("%s: pages of the file are damaged: something may be missing", path);
}

struct kml_recording *kml_open_recording(const char *path)
{
	struct kml_recording_error error = {};
	struct kml_recording *recording = NULL;
	int err = kml_recording_open(path, &recording, &error);

	if (err) {
		kml_explain_recording(path, err, &error);
		return NULL;
	}
	kml_tell_harm(path, &recording->harm);
	return recording;
}
