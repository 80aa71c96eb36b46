// SPDX-License-Identifier: GPL-2.0-only
/* Drives the module allocbench: one request for each allocator, size and pattern. */
#include <errno.h>
#include <inttypes.h>
#include <libkmod.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/device.h"
#include "bench/measure.h"
#include "lib/load.h"
#include "lib/message.h"
#include "lib/text.h"
#include "verb.h"

#define DEVICE "/dev/allocbench"

/* Without --size: small and large of a slab, a page, and what is beyond kmalloc's caches. */
static const uint64_t usual_sizes[] = { 64, 1024, 4096, 65536 };

/* What is chosen of the tables. */
struct plan {
	const struct bench_options *options;
	struct device_tables tables;
	bool allocator[DEVICE_ALLOCATORS];
	bool pattern[DEVICE_PATTERNS];
	const uint64_t *size;
	size_t sizes;
	char cpus[BENCH_LIST * 6];
};

/* --- on what ------------------------------------------------------------------------ */

/* The value of the first line of a file of /proc that begins with @name, or the first line. */
static void read_line(const char *path, const char *name, char *out, size_t size)
{
	FILE *in = fopen(path, "re");
	size_t length = strlen(name), room = 0;
	const char *value;
	char *line = NULL;

	*out = '\0';
	while (in && !*out && getline(&line, &room, in) >= 0) {
		if (strncmp(line, name, length))
			continue;
		value = line + length;
		if (length)
			value += strspn(value, " \t:");
		kml_escape(out, size, value, strcspn(value, "\n"));
	}
	free(line);
	if (in)
		fclose(in);
}

static const char *find_machine(void)
{
	const char *told = getenv("KMEMLAB_MACHINE");
	char flags[8192];

	if (told && (!strcmp(told, "icount") || !strcmp(told, "tcg") || !strcmp(told, "kvm")))
		return told;
	read_line("/proc/cpuinfo", "flags", flags, sizeof(flags));
	return strstr(flags, " hypervisor") ? "virtual" : "real";
}

static void describe(struct bench *bench)
{
	struct utsname name;

	if (!uname(&name))
		snprintf(bench->kernel, sizeof(bench->kernel), "%s", name.release);
	snprintf(bench->machine, sizeof(bench->machine), "%s", find_machine());
	read_line("/proc/cpuinfo", "model name", bench->processor, sizeof(bench->processor));
	read_line("/proc/cmdline", "", bench->command_line, sizeof(bench->command_line));
}

/* --- what --------------------------------------------------------------------------- */

/* Whether @name is one of those between commas in @list. */
static bool is_in(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, name, length) && (!at[length] || at[length] == ','))
			return true;
	}
	return false;
}

/* Each of those in @list has to be one that there is. */
static int check_names(const char *kind, const char *list, const char *known)
{
	char name[BENCH_NAME];
	const char *at = list;

	if (!list)
		return 0;
	for (;;) {
		size_t length = strcspn(at, ",");

		snprintf(name, sizeof(name), "%.*s", (int)length, at);
		if (!length || length >= sizeof(name) || !is_in(known, name)) {
			kml_error("no %s '%.*s'; there are: %s", kind, (int)length, at, known);
			return KML_EXIT_USAGE;
		}
		if (!at[length])
			return 0;
		at += length + 1;
	}
}

static void append(char *list, size_t size, const char *name)
{
	size_t length = strlen(list);

	snprintf(list + length, size - length, "%s%s", length ? "," : "", name);
}

static int choose(struct plan *plan)
{
	char allocators[DEVICE_ALLOCATORS * BENCH_NAME] = "";
	char patterns[DEVICE_PATTERNS * BENCH_NAME] = "";
	const struct bench_options *options = plan->options;
	const char *chosen = options->patterns ?: "pair";
	int status;

	for (size_t i = 0; i < plan->tables.allocators; i++)
		append(allocators, sizeof(allocators), plan->tables.allocator[i].name);
	for (size_t i = 0; i < plan->tables.patterns; i++)
		append(patterns, sizeof(patterns), plan->tables.pattern[i].name);
	if (!strcmp(chosen, "all"))
		chosen = patterns;
	status = check_names("allocator", options->allocators, allocators) ?:
		check_names("pattern", chosen, patterns);
	for (size_t i = 0; i < plan->tables.allocators; i++)
		plan->allocator[i] = options->allocators ?
			is_in(options->allocators, plan->tables.allocator[i].name) :
			!plan->tables.allocator[i].fake;
	for (size_t i = 0; i < plan->tables.patterns; i++)
		plan->pattern[i] = is_in(chosen, plan->tables.pattern[i].name);
	plan->size = options->sizes ? options->size : usual_sizes;
	plan->sizes = options->sizes ?: sizeof(usual_sizes) / sizeof(usual_sizes[0]);
	return status;
}

static void list_cpus(struct plan *plan)
{
	const struct bench_options *options = plan->options;
	size_t n = options->cpus, used = 0;
	char number[24];
	cpu_set_t set;

	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	/* In the order that was asked for. */
	for (size_t i = 0; i < (n ?: CPU_SETSIZE) && used < BENCH_LIST; i++) {
		size_t cpu = n ? options->cpu[i] : i;

		if (!n && !CPU_ISSET(cpu, &set))
			continue;
		snprintf(number, sizeof(number), "%zu", cpu);
		append(plan->cpus, sizeof(plan->cpus), number);
		used++;
	}
}

/* --- one measurement ------------------------------------------------------------------ */

static int read_device(FILE *device, struct device_tables *ret_tables, struct bench *bench,
		       struct bench_row *row)
{
	int error = device_read(device, ret_tables, bench, row);

	if (!error)
		return 0;
	kml_error("%s: %s", DEVICE, error == -EPROTO ? "of another version than this command" :
						       strerror(-error));
	return KML_EXIT_FAILED;
}

static FILE *open_device(void)
{
	FILE *device = fopen(DEVICE, "r+e");

	if (!device)
		kml_error("%s: %s", DEVICE, strerror(errno));
	return device;
}

static int request(const struct plan *plan, struct bench_row *row)
{
	char text[512];
	FILE *device = open_device();
	int status, error = 0, length;

	if (!device)
		return KML_EXIT_FAILED;
	length = snprintf(text, sizeof(text), "allocator=%s pattern=%s size=%" PRIu64
			  " ops=%u batch=%u time_ms=%u cpus=%s", row->allocator, row->pattern,
			  row->size, plan->options->ops, plan->options->batch,
			  plan->options->time_ms, plan->cpus);
	if (write(fileno(device), text, (size_t)length) < 0)
		error = errno;
	status = read_device(device, NULL, NULL, row);
	fclose(device);
	if (!status && error && !*row->why_not)
		snprintf(row->why_not, sizeof(row->why_not), "%s", strerror(error));
	return status;
}

/* Others need another CPU, or its caches: those are not there where instructions are counted. */
static bool can_be_counted(const struct bench *bench, const struct device_pattern *pattern)
{
	return pattern->cpus < 2 || strcmp(bench->machine, "icount");
}

static int measure_one(const struct plan *plan, size_t allocator, uint64_t size, size_t pattern,
		       struct bench *bench)
{
	struct bench_row *row = bench_add(bench);

	if (!row) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	snprintf(row->allocator, sizeof(row->allocator), "%s",
		 plan->tables.allocator[allocator].name);
	snprintf(row->pattern, sizeof(row->pattern), "%s", plan->tables.pattern[pattern].name);
	row->size = size;
	if (can_be_counted(bench, &plan->tables.pattern[pattern]))
		return request(plan, row);
	snprintf(row->why_not, sizeof(row->why_not), "instructions are counted on one CPU");
	return 0;
}

/* What was not asked for by name is passed over where there is no such thing. */
static bool is_wanted(const struct plan *plan, size_t allocator, uint64_t size, size_t pattern)
{
	const struct device_allocator *a = &plan->tables.allocator[allocator];
	const struct device_pattern *p = &plan->tables.pattern[pattern];
	bool has_size = size >= a->min && size <= a->max &&
			(!a->whole_pages || !(size & (size - 1)));

	return plan->allocator[allocator] && plan->pattern[pattern] &&
	       (has_size || (plan->options->allocators && plan->options->sizes)) &&
	       (!p->drains || a->drains || plan->options->allocators);
}

static int measure_all(const struct plan *plan, struct bench *bench)
{
	int status = 0;

	for (size_t a = 0; a < plan->tables.allocators; a++)
		for (size_t s = 0; s < plan->sizes; s++)
			for (size_t p = 0; p < plan->tables.patterns; p++)
				if (!status && is_wanted(plan, a, plan->size[s], p))
					status = measure_one(plan, a, plan->size[s], p, bench);
	if (!status && !bench->rows) {
		kml_error("none of these allocators has any of these sizes");
		status = KML_EXIT_USAGE;
	}
	return status;
}

/* --- the module ------------------------------------------------------------------------- */

static int load(struct kmod_ctx *ctx, struct kmod_module **ret_module)
{
	int error = kml_load(ctx, "allocbench", NULL, ret_module);

	if (!error)
		return 0;
	if (error == -ENOENT)
		kml_error("this kernel has no module allocbench: 'make modules' builds it, insmod loads it");
	else
		kml_error("cannot load allocbench: %s", strerror(-error));
	return error == -ENOENT ? KML_EXIT_UNSUPPORTED : KML_EXIT_FAILED;
}

static int with_module(struct plan *plan, struct bench *bench)
{
	FILE *device = open_device();
	int status;

	if (!device)
		return KML_EXIT_FAILED;
	status = read_device(device, &plan->tables, bench, NULL);
	fclose(device);
	list_cpus(plan);
	return status ?: choose(plan) ?: measure_all(plan, bench);
}

int bench_measure(const struct bench_options *options, struct bench *ret_bench)
{
	struct plan plan = { .options = options };
	struct kmod_module *module = NULL;
	struct kmod_ctx *ctx;
	int status = 0;

	*ret_bench = (struct bench){};
	if (geteuid()) {
		kml_error("measuring takes root");
		return KML_EXIT_FAILED;
	}
	describe(ret_bench);
	ctx = kmod_new(NULL, NULL);
	if (!ctx) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	/* One that is there already stays there. */
	if (access(DEVICE, F_OK))
		status = load(ctx, &module);
	if (!status)
		status = with_module(&plan, ret_bench);
	if (module && access(DEVICE, F_OK) == 0)
		kmod_module_remove_module(module, 0);
	kmod_module_unref(module);
	kmod_unref(ctx);
	return status;
}
