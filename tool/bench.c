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

#include "bad_option.h"
#include "bench/bench.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/options.h"
#include "bench/read.h"
#include "bench/tell.h"
#include "lib/message.h"
#include "page.h"
#include "verb.h"

enum { GO_ON = -1 };	/* no exit code yet */

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
	char *html;		/* NULL: no page */
	char *kernels;		/* between commas; NULL: one */
	char **files;		/* to compare; ends with NULL */
};

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab bench [options]\n kmemlab bench --compare [--json] A.json B.json\n\n"
	      "Measure what the kernel's allocators cost, in a throw-away machine.\n"
	      "\nOptions:\n"
	      "     --allocator A,...     which allocators (all)\n"
	      "     --size S,...          sizes of objects, bytes, or with K, M or G (64,1K,4K,64K)\n"
	      "     --pattern P,...       pair, cold, in-order, reverse, shuffled, remote, together, or "
	      "all (pair)\n"
	      "     --cpus LIST           which CPUs do it, 0,2-3 for example (all, in their order)\n"
	      "     --ops N               operations of each kind, on each CPU (10000)\n"
	      "     --batch N             objects that are held, where the pattern holds any (64)\n"
	      "     --time MS             each measurement ends after so long (1000)\n"
	      "     --json                tell it as JSON, with all histograms\n"
	      "     --html FILE           write a page with curves and histograms as well\n"
	      "     --compare             compare two files that --json has written\n"
	      "     --host                in the kernel that runs here, not in a machine\n"
	      "     --count-instructions  a nanosecond in the machine is an executed instruction\n"
	      "     --zeroing             once more with init_on_alloc=0, and tell the difference\n"
	      "     --kernel NAME         the kernel, a name of vm/kernels (6.1)\n"
	      "     --kernels A,B,...     in each of these, and compare them with the first one\n"
	      "     --mem MIB             memory of the machine (512)\n"
	      "     --append TEXT         more arguments for the machine's kernel\n"
	      " -h, --help                this text\n"
	      "\nExit status: 0 measured, 2 usage, 3 something went wrong, 4 not supported here, and "
	      "what\n'kmemlab vm' ends with.\n", out);
}

/* --- options ------------------------------------------------------------------------- */

static int take_option(int option, struct options *o, char **argv)
{
	int status = 0;

	switch (option) {
	case 'a':
		o->bench.allocators = optarg;
		break;
	case 'p':
		o->bench.patterns = optarg;
		break;
	case 's':
		status = bench_take_sizes(&o->bench, optarg);
		break;
	case 'C':
		status = bench_take_cpus(&o->bench, optarg);
		break;
	case 'o':
		status = bench_take_number("--ops", optarg, MAX_OPS, &o->bench.ops);
		break;
	case 'b':
		status = bench_take_number("--batch", optarg, MAX_BATCH, &o->bench.batch);
		break;
	case 't':
		status = bench_take_number("--time", optarg, MAX_TIME, &o->bench.time_ms);
		break;
	case 'j':
		o->json = true;
		break;
	case 'f':
		o->html = optarg;
		break;
	case 'c':
		o->compare = true;
		break;
	case 'H':
		o->host = true;
		break;
	case 'i':
		o->machine.count_instructions = true;
		break;
	case 'z':
		o->zeroing = true;
		break;
	case 'k':
		o->machine.kernel = optarg;
		break;
	case 'K':
		o->kernels = optarg;
		break;
	case 'm':
		o->machine.mem = optarg;
		break;
	case 'A':
		o->machine.append = optarg;
		break;
	case 'h':
		print_usage(stdout);
		return KML_EXIT_OK;
	default:
		return kml_bad_option(option, argv);
	}
	return status ?: GO_ON;
}

static int refuse(const char *why)
{
	kml_error("%s; 'kmemlab bench --help' tells more", why);
	return KML_EXIT_USAGE;
}

static int check(const struct options *o)
{
	bool of_machine = o->machine.kernel || o->kernels || o->machine.mem || o->machine.append ||
			  o->machine.count_instructions || o->zeroing;

	if (o->compare && (!o->files[0] || !o->files[1] || o->files[2]))
		return refuse("--compare takes two files");
	if (!o->compare && o->files[0])
		return refuse("there are words that are no options");
	if (o->compare && (o->host || of_machine))
		return refuse("--compare measures nothing");
	if (o->host && of_machine)
		return refuse("--host takes no option of a machine");
	if (o->html && (o->compare || o->kernels))
		return refuse("--html is for one measurement");
	if (o->kernels && (o->machine.kernel || o->zeroing))
		return refuse("--kernels goes neither with --kernel nor with --zeroing");
	return GO_ON;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{ "allocator", required_argument, NULL, 'a' },
		{ "pattern", required_argument, NULL, 'p' },
		{ "size", required_argument, NULL, 's' },
		{ "cpus", required_argument, NULL, 'C' },
		{ "ops", required_argument, NULL, 'o' },
		{ "batch", required_argument, NULL, 'b' },
		{ "time", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "html", required_argument, NULL, 'f' },
		{ "compare", no_argument, NULL, 'c' },
		{ "host", no_argument, NULL, 'H' },
		{ "count-instructions", no_argument, NULL, 'i' },
		{ "zeroing", no_argument, NULL, 'z' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "kernels", required_argument, NULL, 'K' },
		{ "mem", required_argument, NULL, 'm' },
		{ "append", required_argument, NULL, 'A' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int option, status = GO_ON;

	*ret = (struct options){
		.bench = { .ops = 10000, .batch = 64, .time_ms = 1000 },
	};
	while (status == GO_ON &&
	       (option = getopt_long(argc, argv, ":h", known, NULL)) != -1)
		status = take_option(option, ret, argv);
	ret->files = argv + optind;
	return status == GO_ON ? check(ret) : status;
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

static int in_kernels(const struct options *o)
{
	struct bench bench[BENCH_LIST] = {};
	char *name[BENCH_LIST], *rest = o->kernels;
	struct bench_machine machine = o->machine;
	size_t n = 0;
	int status = 0;

	for (char *at = strsep(&rest, ","); at && n < BENCH_LIST; at = strsep(&rest, ","))
		name[n++] = at;
	if (n < 2)
		return refuse("--kernels takes two or more");
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

int verb_bench(int argc, char **argv)
{
	struct options options;
	int status = read_options(argc, argv, &options);

	if (status != GO_ON)
		return status;
	if (options.compare)
		return compare(&options);
	if (options.host)
		return here(&options);
	return options.kernels ? in_kernels(&options) : in_machine(&options);
}
