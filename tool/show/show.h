/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SHOW_SHOW_H
#define KMEMLAB_SHOW_SHOW_H

#include "lib/output.h"
#include "lib/recording.h"
#include "show/options.h"

/* On which machine, and what. */
void show_facts(struct kml_output *output, const struct kml_recording *recording);

void show_overview(struct kml_output *output, const struct kml_recording *recording,
		   const struct show_options *options);

/*
 * What led to the first kill that the options leave, which is one by the OOM killer if there is any.
 * @recording is a whole one: who else grew matters. Return: an exit code; if there is no kill, it was
 * told.
 */
int show_what_led_to_kill(struct kml_output *output, const struct kml_recording *recording,
			  const struct show_options *options);

#endif
