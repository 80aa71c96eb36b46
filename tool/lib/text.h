/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_TEXT_H
#define KMEMLAB_LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * kml_escape() - make bytes of another's choosing harmless
 * @out: where to; always a string afterwards, cut at a whole character if it is too small
 * @size: of @out, at least 1
 * @bytes: what a process, or a file, said
 * @length: of @bytes
 *
 * Printable ASCII stays, everything else becomes \xHH: no terminal reads it as a command, and it
 * is valid in any encoding. A backslash stays as it is, since names come from the kernel escaped.
 */
void kml_escape(char *out, size_t size, const char *bytes, size_t length);

/* Whether what comes from elsewhere is a string: it ends within its @size bytes. */
bool kml_text_ends(const char *text, size_t size);

/* 184320 becomes "180.0 MiB". */
const char *kml_human_kib(uint64_t kib, char *out, size_t size);

/* A wait status in words: "exit 3", "SIGKILL", "signal 40". */
const char *kml_status_text(uint64_t status, char *out, size_t size);

#endif
