/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_REFUSED_FILE_H
#define KMEMLAB_REFUSED_FILE_H

/* Says why no recording can be made at @file. @err: what kml_writer_new() has. */
void kml_refuse_file(const char *file, int err);

#endif
