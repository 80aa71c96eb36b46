/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_OUTPUT_H
#define KMEMLAB_LIB_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * One writer for people and for programs: facts and tables go in as raw values and come out as
 * text (tables by libsmartcols, sizes in MiB, times in s) or as one JSON object (KiB and ns as
 * integers), so the two cannot drift apart.
 *
 * Order of calls: new, then facts and tables, then close. A table is begun, gets rows, and ends
 * with whatever is called next. In text, a heading starts a new block of rows under the same
 * columns; in JSON all rows of a table are one array.
 */
struct kml_output;

enum kml_kind {
	KML_TEXT,
	KML_COUNT,
	KML_KIB,
	KML_KIB_CHANGE,		/* int64 KiB, shown with its sign */
	KML_SECONDS,		/* int64 ns, shown in s */
	KML_MILLISECONDS,	/* int64 ns, shown in ms */
	KML_PERCENT,		/* double */
	KML_FIGURE,		/* double, in a unit that is told elsewhere */
	KML_RATIO,		/* double, with three decimals */
};

struct kml_column {
	const char *key;	/* in JSON; the unit is part of it: "rss_kib" */
	const char *label;	/* in text; NULL: the heading says it */
	enum kml_kind kind;
};

struct kml_value {
	bool known;		/* otherwise "-" and null */
	union {
		const char *text;
		uint64_t count;	/* KML_COUNT and KML_KIB */
		int64_t ns;
		int64_t change;
		double percent;
		double figure;	/* KML_FIGURE and KML_RATIO */
	};
};

#define KML_UNKNOWN	   ((struct kml_value){})
#define KML_TEXT_VALUE(v)  ((struct kml_value){ .known = true, .text = (v) })
#define KML_COUNT_VALUE(v) ((struct kml_value){ .known = true, .count = (v) })
#define KML_NS_VALUE(v)	   ((struct kml_value){ .known = true, .ns = (v) })
#define KML_CHANGE_VALUE(v) ((struct kml_value){ .known = true, .change = (v) })
#define KML_PERCENT_VALUE(v) ((struct kml_value){ .known = true, .percent = (v) })
#define KML_FIGURE_VALUE(v) ((struct kml_value){ .known = true, .figure = (v) })

/* An empty text, and none, is not known. */
struct kml_value kml_text_or_unknown(const char *text);

/* NULL without memory. @schema is the version of the JSON object's form. */
struct kml_output *kml_output_new(FILE *out, bool json, unsigned int schema);

void kml_output_fact(struct kml_output *output, const struct kml_column *column,
		     struct kml_value value);

/* @columns must live until the table ends. */
void kml_output_table(struct kml_output *output, const char *key, const struct kml_column *columns,
		      size_t n_columns);
void kml_output_heading(struct kml_output *output, const char *text);
/* Where the columns do not live until the next call. */
void kml_output_end_table(struct kml_output *output);
void kml_output_row(struct kml_output *output, const struct kml_value *values);

/* Ends and frees. Return: 0, -ENOMEM if something was left out. */
int kml_output_close(struct kml_output *output);

#endif
