/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_JSON_H
#define KMEMLAB_LIB_JSON_H

#include <stdio.h>

/*
 * A JSON string with its quotes, in ASCII only. <, > and & are written as \u escapes, so the text
 * can stand inside an HTML script element. Bytes beyond ASCII are taken for Latin-1.
 */
void kml_json_string(FILE *out, const char *text);

/* A number with @digits after the point, whatever the locale says; null if it is not finite. */
void kml_json_number(FILE *out, double number, int digits);

#endif
