/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_REPORT_DATA_H
#define KMEMLAB_REPORT_DATA_H

#include <stdio.h>

/* What the page shows of @data, a struct kml_recording, as JSON. Return: 0, -ENOMEM. */
int report_write_data(FILE *out, const void *data);

#endif
