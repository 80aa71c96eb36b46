/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_MESSAGE_H
#define KMEMLAB_LIB_MESSAGE_H

/* One line on standard error, "kmemlab: " in front. Verbs print; libraries return -errno. */
void kml_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void kml_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
