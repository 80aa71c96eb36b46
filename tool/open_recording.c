// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/message.h"
#include "open_recording.h"

static void complain(const char *path, int err, const struct kml_recording_error *error)
{
	if (error->why)
		kml_error("%s: line %zu: %s", path, error->line, error->why);
	else
		kml_error("cannot read '%s': %s", path, strerror(-err));
}

struct kml_recording *kml_open_recording(const char *path)
{
	struct kml_recording_error error = {};
	struct kml_recording *recording;
	FILE *in = fopen(path, "re");
	int err;

	if (!in) {
		complain(path, -errno, &error);
		return NULL;
	}
	err = kml_recording_read(in, &recording, &error);
	fclose(in);
	if (err) {
		complain(path, err, &error);
		return NULL;
	}
	return recording;
}
