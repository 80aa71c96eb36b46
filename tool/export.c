// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab export: a recording for other programs. What it becomes is in export/. */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "export/export.h"
#include "lib/message.h"
#include "lib/new_file.h"
#include "open_recording.h"
#include "recording/open.h"
#include "usage.h"
#include "verb.h"

struct options {
	const char *input;
	const char *output;	/* NULL: standard output */
	const char *table;	/* NULL: not chosen */
	const struct export_format *format;
};

static const struct export_format * const formats[] = {
	&export_csv, &export_json_lines, &export_sql, &export_trace,
};

static const struct kml_usage usage = {
	.verb = "export",
	.forms = "export [options] FILE",
	.about = "Turn a recording into what other programs read, every sample unpacked.",
	.options = (const struct kml_option[]){
		{ 'f', "format", "FORMAT", "csv: one table\n"
					   "jsonl: every row of all tables as a JSON object\n"
					   "sql: tables for any database\n"
					   "trace: for ui.perfetto.dev and chrome://tracing" },
		{ 'o', "output", "FILE", "write FILE, not standard output" },
		{ 't', "table", "TABLE", "this table alone; csv: samples otherwise" },
		{},
	},
	.notes = "Tables: recording, machine, settings, processes, samples, events, gaps, system,\n"
		 "pressure, lost. kmemlab-recording(5) tells what is in them.",
};

static int take_format(struct options *options, const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i]->name, name)) {
			options->format = formats[i];
			return KML_GO_ON;
		}
	kml_error("--format: '%s' is none of csv, jsonl, sql, trace", name);
	return KML_EXIT_USAGE;
}

static int take_table(struct options *options, const char *name)
{
	for (size_t i = 0; export_tables[i]; i++)
		if (!strcmp(export_tables[i], name)) {
			options->table = name;
			return KML_GO_ON;
		}
	kml_error("--table: there is no table '%s'; 'kmemlab export --help' lists them", name);
	return KML_EXIT_USAGE;
}

static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	if (id == 'f')
		return take_format(options, value);
	if (id == 't')
		return take_table(options, value);
	options->output = value;
	return KML_GO_ON;
}

static int write_all(const struct options *options, FILE *out)
{
	struct export to = {
		.out = out, .format = options->format, .only = options->table,
	};
	struct kml_recording_error error = {};
	int err;

	if (!to.only && to.format->one_table)
		to.only = export_samples.name;
	if (to.format->begin)
		to.format->begin(&to);
	err = kml_is_database(options->input) ? export_database(&to, options->input, &error) :
						export_text(&to, options->input, &error);
	if (to.format->end)
		to.format->end(&to);
	if (err) {
		kml_explain_recording(options->input, err, &error);
		return KML_EXIT_FAILED;
	}
	kml_tell_harm(options->input, &to.harm);
	return KML_EXIT_OK;
}

static int write_file(const struct options *options)
{
	static struct new_file file;
	int status, err = new_file_create(&file, options->output, 0600);

	if (!err) {
		status = write_all(options, file.out);
		if (status == KML_EXIT_OK)
			err = new_file_commit(&file);
		new_file_discard(&file);
		if (!err)
			return status;
	}
	kml_error("cannot write '%s': %s", options->output, strerror(-err));
	return KML_EXIT_FAILED;
}

int verb_export(int argc, char **argv)
{
	struct options options = {};
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status != KML_GO_ON)
		return status;
	if (argc - optind != 1)
		return kml_misused(&usage, "needs one FILE, a recording");
	if (!options.format)
		return kml_misused(&usage, "needs a --format");
	options.input = argv[optind];
	return options.output ? write_file(&options) : write_all(&options, stdout);
}
