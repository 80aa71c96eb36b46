// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab bench: what each of the kernel's allocators costs. In a throw-away machine, or with --host in
 * the kernel that runs here; how it is measured and told is in bench/.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/options.h"
#include "bench/read.h"
#include "bench/tell.h"
#include "lib/message.h"
#include "page.h"
#include "usage.h"
#include "verb.h"

/* What the module takes. */
#define MAX_OPS 100000000u
#define MAX_BATCH 65536u
#define MAX_TIME 600000u

#define NO_ZEROING "init_on_alloc=0"

extern const char asset_bench_html[], asset_bench_html_end[];

struct options {
	struct bench_options bench;
	struct bench_machine machine;
	bool host;
	bool json;
	bool zeroing;
	bool compare;
	const char *html;	/* NULL: no page */
	const char *kernels;	/* between commas; NULL: one */
	char **files;		/* to compare; ends with NULL */
};

enum {
	OPT_ALLOCATOR = KML_LONG_ONLY, OPT_SIZE, OPT_PATTERN, OPT_CPUS, OPT_OPS, OPT_BATCH, OPT_TIME,
	OPT_JSON, OPT_HTML, OPT_COMPARE, OPT_HOST, OPT_COUNT_INSTRUCTIONS, OPT_ZEROING, OPT_KERNEL,
	OPT_KERNELS, OPT_MEM, OPT_APPEND,
};

static const struct kml_usage usage = {
	.verb = "bench",
	.forms = "bench [options]\nbench --compare [--json] A.json B.json",
	.about = "Measure what the kernel's allocators cost, in a throw-away machine.",
	.options = (const struct kml_option[]){
		{ OPT_ALLOCATOR, "allocator", "NAMES", "which allocators (all)" },
		{ OPT_SIZE, "size", "SIZES", "sizes of objects, bytes, or with K, M or G\n"
			"(64,1K,4K,64K)" },
		{ OPT_PATTERN, "pattern", "NAMES", "pair, cold, in-order, reverse, shuffled,\n"
			"remote, together, or all (pair)" },
		{ OPT_CPUS, "cpus", "LIST", "which CPUs do it, 0,2-3 for example (all, in\n"
			"their order)" },
		{ OPT_OPS, "ops", "N", "operations of each kind, on each CPU (10000)" },
		{ OPT_BATCH, "batch", "N", "objects that are held, where the pattern\n"
			"holds any (64)" },
		{ OPT_TIME, "time", "MS", "each measurement ends after so long (1000)" },
		{ OPT_JSON, "json", NULL, "tell it as JSON, with all histograms" },
		{ OPT_HTML, "html", "FILE", "write a page with curves and histograms, too" },
		{ OPT_COMPARE, "compare", NULL, "compare two files that --json has written" },
		{ OPT_HOST, "host", NULL, "in the kernel that runs here, not in a\nmachine" },
		{ OPT_COUNT_INSTRUCTIONS, "count-instructions", NULL,
			"a nanosecond in the machine is an executed\ninstruction" },
		{ OPT_ZEROING, "zeroing", NULL, "once more with init_on_alloc=0, and tell the\n"
			"difference" },
		{ OPT_KERNEL, "kernel", "KERNEL", "a name of vm/kernels (6.1)" },
		{ OPT_KERNELS, "kernels", "KERNELS", "in each of these, and compare them with the\n"
			"first one" },
		{ OPT_MEM, "mem", "MIB", "memory of the machine (512)" },
		{ OPT_APPEND, "append", "TEXT", "more arguments for the machine's kernel" },
		{},
	},
	.notes = "Exit status: 0 measured, 2 usage, 3 something went wrong, 4 not supported here,\n"
		 "and what 'kmemlab vm' ends with.",
};

/* --- options ------------------------------------------------------------------------- */

static int take_number(const char *option, const char *value, unsigned int max, unsigned int *ret)
{
	uint64_t number;
	int status = kml_take_number(option, value, 1, max, &number);

	if (status == KML_GO_ON)
		*ret = (unsigned int)number;
	return status;
}

static int take_measured(int id, const char *value, struct bench_options *bench)
{
	switch (id) {
	case OPT_ALLOCATOR:
		bench->allocators = value;
		break;
	case OPT_PATTERN:
		bench->patterns = value;
		break;
	case OPT_SIZE:
		return bench_take_sizes(bench, value);
	case OPT_CPUS:
		return bench_take_cpus(bench, value);
	case OPT_OPS:
		return take_number("ops", value, MAX_OPS, &bench->ops);
	case OPT_BATCH:
		return take_number("batch", value, MAX_BATCH, &bench->batch);
	case OPT_TIME:
		return take_number("time", value, MAX_TIME, &bench->time_ms);
	}
	return KML_GO_ON;
}

static int take(int id, const char *value, void *to)
{
	struct options *o = to;

	switch (id) {
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_HTML:
		o->html = value;
		break;
	case OPT_COMPARE:
		o->compare = true;
		break;
	case OPT_HOST:
		o->host = true;
		break;
	case OPT_COUNT_INSTRUCTIONS:
		o->machine.count_instructions = true;
		break;
	case OPT_ZEROING:
		o->zeroing = true;
		break;
	case OPT_KERNEL:
		o->machine.kernel = value;
		break;
	case OPT_KERNELS:
		o->kernels = value;
		break;
	case OPT_MEM:
		o->machine.mem = value;
		break;
	case OPT_APPEND:
		o->machine.append = value;
		break;
	default:
		return take_measured(id, value, &o->bench);
	}
	return KML_GO_ON;
}

static int check(const struct options *o)
{
	bool of_machine = o->machine.kernel || o->kernels || o->machine.mem || o->machine.append ||
			  o->machine.count_instructions || o->zeroing;

	if (o->compare && (!o->files[0] || !o->files[1] || o->files[2]))
		return kml_misused(&usage, "takes two files with --compare");
	if (!o->compare && o->files[0])
		return kml_misused(&usage, "takes options alone");
	if (o->compare && (o->host || of_machine))
		return kml_misused(&usage, "takes no option of a measurement with --compare");
	if (o->host && of_machine)
		return kml_misused(&usage, "takes no option of a machine with --host");
	if (o->html && (o->compare || o->kernels))
		return kml_misused(&usage, "takes --html for one measurement only");
	if (o->kernels && (o->machine.kernel || o->zeroing))
		return kml_misused(&usage, "takes neither --kernel nor --zeroing with --kernels");
	return KML_GO_ON;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	int status;

	*ret = (struct options){
		.bench = { .ops = 10000, .batch = 64, .time_ms = 1000 },
	};
	status = kml_read_options(&usage, argc, argv, take, ret);
	ret->files = argv + optind;
	return status == KML_GO_ON ? check(ret) : status;
}

/* --- what is done ---------------------------------------------------------------------- */

static int read_file(const char *path, struct bench *ret_bench)
{
	FILE *in = fopen(path, "re");
	char why[160];
	int error;

	*ret_bench = (struct bench){};
	if (!in) {
		kml_error("%s: %s", path, strerror(errno));
		return KML_EXIT_USAGE;
	}
	error = bench_read(in, ret_bench, why, sizeof(why));
	fclose(in);
	if (!error)
		return 0;
	kml_error("%s: %s", path, why);
	return KML_EXIT_USAGE;
}

static int compare(const struct options *o)
{
	const char *names[2] = { o->files[0], o->files[1] };
	struct bench a, b = {};
	int status = read_file(names[0], &a);

	if (!status)
		status = read_file(names[1], &b);
	if (!status)
		status = bench_tell_ratios(stdout, &a, &b, names, o->json);
	bench_free(&a);
	bench_free(&b);
	return status;
}

/* The page's data is what --json prints. */
static int write_json(FILE *out, const void *data)
{
	return bench_tell(out, data, NULL, true) == KML_EXIT_OK ? 0 : -ENOMEM;
}

static int tell(const struct options *o, const struct bench *bench, const struct bench *bare)
{
	int status = bench_tell(stdout, bench, bare, o->json);

	if (status || !o->html)
		return status;
	return kml_write_page(o->html, asset_bench_html, asset_bench_html_end, write_json, bench);
}

static int here(const struct options *o)
{
	struct bench bench;
	int status = bench_measure(&o->bench, &bench);

	if (!status)
		status = tell(o, &bench, NULL);
	bench_free(&bench);
	return status;
}

static int in_machine(const struct options *o)
{
	struct bench bench, bare = {};
	int status = bench_in_machine(&o->bench, &o->machine, NULL, &bench);

	if (!status && o->zeroing)
		status = bench_in_machine(&o->bench, &o->machine, NO_ZEROING, &bare);
	if (!status)
		status = tell(o, &bench, o->zeroing ? &bare : NULL);
	bench_free(&bench);
	bench_free(&bare);
	return status;
}

/* As one array, where there is more than one comparison. */
static int compare_kernels(const struct options *o, const struct bench *bench, char **name, size_t n)
{
	int status = 0;

	if (o->json)
		fputs("[", stdout);
	for (size_t i = 1; i < n && !status; i++) {
		const char *names[2] = { name[0], name[i] };

		fputs(i == 1 ? "" : o->json ? ",\n" : "\n", stdout);
		status = bench_tell_ratios(stdout, &bench[0], &bench[i], names, o->json);
	}
	if (o->json)
		fputs("]\n", stdout);
	return status;
}

static int in_each(const struct options *o, char **name, size_t n)
{
	struct bench bench[BENCH_LIST] = {};
	struct bench_machine machine = o->machine;
	int status = bench_check_kernels(name, n);

	for (size_t i = 0; i < n && !status; i++) {
		machine.kernel = name[i];
		status = bench_in_machine(&o->bench, &machine, NULL, &bench[i]);
	}
	if (!status)
		status = compare_kernels(o, bench, name, n);
	for (size_t i = 0; i < n; i++)
		bench_free(&bench[i]);
	return status;
}

static int in_kernels(const struct options *o)
{
	char *names = strdup(o->kernels), *rest = names, *name[BENCH_LIST];
	size_t n = 0;
	int status;

	for (char *at = strsep(&rest, ","); at && n < BENCH_LIST; at = strsep(&rest, ","))
		name[n++] = at;
	status = n < 2 ? kml_misused(&usage, "needs two or more for --kernels") : in_each(o, name, n);
	free(names);
	return status;
}

int verb_bench(int argc, char **argv)
{
	struct options options;
	int status = read_options(argc, argv, &options);

	if (status != KML_GO_ON)
		return status;
	if (options.compare)
		return compare(&options);
	if (options.host)
		return here(&options);
	return options.kernels ? in_kernels(&options) : in_machine(&options);
}
