/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_OPEN_RECORDING_H
#define KMEMLAB_OPEN_RECORDING_H

#include "lib/recording.h"

/* For verbs: reads @path, or says on standard error why it cannot be read and returns NULL. */
struct kml_recording *kml_open_recording(const char *path);

/* Says why @path, of which reading has failed with @err, cannot be read. */
void kml_explain_recording(const char *path, int err, const struct kml_recording_error *error);

/* Says what is wrong with what was read all the same; nothing if it is whole. */
void kml_tell_harm(const char *path, const struct kml_recording_harm *harm);

#endif
