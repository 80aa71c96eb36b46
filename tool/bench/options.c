// SPDX-License-Identifier: GPL-2.0-only
/* Numbers and lists of the command line. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/options.h"
#include "lib/message.h"
#include "usage.h"
#include "verb.h"

/* 2^40 bytes are more than any allocator has. */
#define MAX_SIZE (1ull << 40)
#define MAX_CPU 4095

/* Digits, and what is behind them. */
static bool read_number(const char *text, char **end, uint64_t max, uint64_t *ret)
{
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoull(text, end, 10);
	return !errno && *ret <= max;
}

static bool read_size(const char *text, char **end, uint64_t *ret)
{
	static const char units[] = "KMG";
	const char *unit;

	if (!read_number(text, end, MAX_SIZE, ret))
		return false;
	unit = **end ? strchr(units, **end) : NULL;
	if (unit) {
		*ret <<= 10 * (unit - units + 1);
		(*end)++;
	}
	return *ret && *ret <= MAX_SIZE;
}

int bench_take_sizes(struct bench_options *options, const char *text)
{
	const char *at = text;
	char *end = NULL;

	options->sizes = 0;
	for (;;) {
		if (options->sizes == BENCH_LIST ||
		    !read_size(at, &end, &options->size[options->sizes]) ||
		    (*end && *end != ',')) {
			kml_error("--size: '%s': bytes are wanted, with K, M or G maybe, up to %d "
				  "sizes between commas", text, BENCH_LIST);
			return KML_EXIT_USAGE;
		}
		options->sizes++;
		if (!*end)
			return KML_GO_ON;
		at = end + 1;
	}
}

static bool add_cpus(struct bench_options *options, uint64_t from, uint64_t to)
{
	if (from > to)
		return false;
	for (uint64_t cpu = from; cpu <= to; cpu++) {
		for (size_t i = 0; i < options->cpus; i++)
			if (options->cpu[i] == cpu)
				return false;
		if (options->cpus == BENCH_LIST)
			return false;
		options->cpu[options->cpus++] = (unsigned int)cpu;
	}
	return true;
}

int bench_take_cpus(struct bench_options *options, const char *text)
{
	const char *at = text;
	uint64_t from, to;
	char *end = NULL;

	options->cpus = 0;
	for (;;) {
		if (!read_number(at, &end, MAX_CPU, &from))
			break;
		to = from;
		if (*end == '-' && !read_number(end + 1, &end, MAX_CPU, &to))
			break;
		if ((*end && *end != ',') || !add_cpus(options, from, to))
			break;
		if (!*end)
			return KML_GO_ON;
		at = end + 1;
	}
	kml_error("--cpus: '%s': numbers or ranges are wanted, 0,2-3 for example, each CPU once, up "
		  "to %d", text, BENCH_LIST);
	return KML_EXIT_USAGE;
}
