/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_OPEN_RECORDING_H
#define KMEMLAB_OPEN_RECORDING_H

#include "lib/recording.h"

/* For verbs: reads @path, or says on standard error why it cannot be read and returns NULL. */
struct kml_recording *kml_open_recording(const char *path);

#endif
