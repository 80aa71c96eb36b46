// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab show: a recording as tables, or as JSON. */
#include <getopt.h>

#include "lib/message.h"
#include "lib/output.h"
#include "open_recording.h"
#include "show/options.h"
#include "show/show.h"
#include "show/table.h"
#include "usage.h"
#include "verb.h"

enum {
	OPT_ALL = KML_LONG_ONLY,
	OPT_JSON,
	OPT_KILL,
	OPT_SINCE,
	OPT_SORT,
	OPT_UNTIL,
};

static const struct kml_usage usage = {
	.verb = "show",
	.forms = "show [options] FILE",
	.about = "Print a recording as a table.",
	.options = (const struct kml_option[]){
		{ OPT_ALL, "all", NULL, "every sample, not about 20 per process" },
		{ 'c', "comm", "NAME", "only processes of this name; *, ? and [] are patterns" },
		{ 'o', "columns", "LIST", "these columns of the table; +LIST: these as well" },
		{ OPT_JSON, "json", NULL, "one JSON object, sizes in KiB, times in ns" },
		{ OPT_KILL, "kill", NULL, "what led to the kill, in one screen" },
		{ 'p', "pid", "PID", "only this process; may be repeated, as --comm may" },
		{ OPT_SINCE, "since", "TIME", "nothing before that" },
		{ OPT_SORT, "sort", "COLUMN", "the highest of this column first" },
		{ 't', "table", "TABLE", "this table alone" },
		{ OPT_UNTIL, "until", "TIME", "nothing behind that" },
		{},
	},
	.notes =
		"A TIME is in seconds since the recording began, or like 300ms, 2m, 1h; with a\n"
		"minus, before its end; or like 22:15, 22:15:30, '2026-11-21 22:15:30'.\n"
		"\n"
		"Tables, and their columns:\n"
		" processes  PID NAME SAMPLES FROM TO PEAK PEAK-AT GROWTH USR SYS CPU MINFLT\n"
		"            MAJFLT END\n"
		" history    PID NAME TIME RSS GROWTH ANON FILE SHMEM SWAP TOTAL DATA STACK\n"
		"            PGTABLES PEAK USR SYS CPU MINFLT MAJFLT THREADS\n"
		" system     TIME FREE AVAILABLE ANON FILE SHMEM SLAB-RECLAIMABLE\n"
		"            SLAB-UNRECLAIMABLE PGTABLES STACKS VMALLOC SWAP-FREE\n"
		" events     TIME PID NAME EVENT WHAT\n"
		" gaps       FROM TO PID COUNT WHY\n"
		"--sort alone is of the processes, --columns alone of the history.",
};

static int show(struct kml_recording *recording, const struct show_options *options,
		const struct show_table *table)
{
	struct kml_output *output;
	int status = KML_EXIT_OK;

	if (!options->kill && !show_select(recording, options))
		return KML_EXIT_FAILED;
	output = kml_output_new(stdout, options->json, SHOW_SCHEMA);
	if (!output)
		goto no_memory;
	/* A table alone is one that other programs read, and what led to a kill is one screen. */
	if (options->json || (!table && !options->kill))
		show_facts(output, recording);
	if (options->kill)
		status = show_what_led_to_kill(output, recording, options);
	else if (table)
		status = show_print_table(table, recording, options, output);
	else
		show_overview(output, recording, options);
	if (!kml_output_close(output))
		return status;
no_memory:
	kml_error("not enough memory");
	return KML_EXIT_FAILED;
}

static int take_pid(const char *value, struct show_options *options)
{
	if (options->n_pids < SHOW_MAX_PIDS)
		return kml_take_number("pid", value, 0, UINT64_MAX,
				       &options->pids[options->n_pids++]);
	kml_error("show: more than %d times --pid", SHOW_MAX_PIDS);
	return KML_EXIT_USAGE;
}

static int take_name(const char *value, struct show_options *options)
{
	if (options->n_names < SHOW_MAX_NAMES) {
		options->names[options->n_names++] = value;
		return KML_GO_ON;
	}
	kml_error("show: more than %d times --comm", SHOW_MAX_NAMES);
	return KML_EXIT_USAGE;
}

static int take(int id, const char *value, void *to)
{
	struct show_options *options = to;

	switch (id) {
	case OPT_ALL:
		options->all = true;
		break;
	case OPT_JSON:
		options->json = true;
		break;
	case OPT_KILL:
		options->kill = true;
		break;
	case OPT_SINCE:
		return show_take_time("since", value, &options->since);
	case OPT_SORT:
		options->sort = value;
		break;
	case OPT_UNTIL:
		return show_take_time("until", value, &options->until);
	case 'c':
		return take_name(value, options);
	case 'o':
		options->columns = value;
		break;
	case 'p':
		return take_pid(value, options);
	case 't':
		options->table = value;
		break;
	}
	return KML_GO_ON;
}

/* *@ret stays NULL without one. Return: KML_GO_ON, or KML_EXIT_USAGE when it was told. */
static int find_table(struct show_options *options, const struct show_table **ret)
{
	if (options->kill && (options->table || options->columns || options->sort))
		return kml_misused(&usage, "has no table with --kill");
	if (!options->table && options->sort)
		options->table = "processes";
	if (!options->table && options->columns)
		options->table = "history";
	if (options->table)
		*ret = show_find_table(options);
	return !options->table || *ret ? KML_GO_ON : KML_EXIT_USAGE;
}

int verb_show(int argc, char **argv)
{
	const struct show_table *table = NULL;
	struct show_options options = {};
	struct kml_recording *recording;
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status == KML_GO_ON)
		status = find_table(&options, &table);
	if (status != KML_GO_ON)
		return status;
	if (argc - optind != 1)
		return kml_misused(&usage, "needs one FILE, a recording");
	options.file = argv[optind];
	recording = kml_open_recording(options.file);
	if (!recording)
		return KML_EXIT_FAILED;
	status = show(recording, &options, table);
	kml_recording_free(recording);
	return status;
}
