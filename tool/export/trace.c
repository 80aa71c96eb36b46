// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace format of Chrome, which the Perfetto UI opens: a process is a track with its life, its
 * memory and its CPU as counters, what has happened to it as instants and what is missing as slices.
 * The machine is process 0.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export/export.h"
#include "lib/json.h"

/* A process as its samples need it. */
struct seen {
	int64_t id;
	int64_t pid;
	int64_t time_ns;	/* of the sample before; 0: there was none */
	int64_t usr_ns;
	int64_t sys_ns;
};

struct trace {
	struct seen *seen;
	size_t n;
	int64_t began_ns;	/* the recording */
	uint64_t gaps;		/* so far: each has a number, as they may overlap */
};

static int64_t number(const struct export_table *table, const struct export_value *values,
		      const char *column)
{
	const struct export_value *value = export_find(table, values, column);

	return value && value->kind == EXPORT_NUMBER ? value->number : 0;
}

static bool is_known(const struct export_table *table, const struct export_value *values,
		     const char *column)
{
	const struct export_value *value = export_find(table, values, column);

	return value && value->kind != EXPORT_NULL;
}

static const char *text(const struct export_table *table, const struct export_value *values,
			const char *column)
{
	const struct export_value *value = export_find(table, values, column);

	return value && value->kind == EXPORT_TEXT ? value->text : "";
}

static struct seen *find(const struct trace *trace, int64_t id)
{
	for (size_t i = 0; i < trace->n; i++)
		if (trace->seen[i].id == id)
			return &trace->seen[i];
	return NULL;
}

/* us with three decimals: no digit of ns is lost. */
static void put_time(FILE *out, const char *key, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	fprintf(out, ", \"%s\": %" PRId64 ".%03" PRId64, key, ns / 1000, ns % 1000);
}

/* What every event begins with. */
static void put_event(struct export *to, const char *phase, int64_t pid, const char *name)
{
	fprintf(to->out, "%s{\"ph\": \"%s\", \"pid\": %" PRId64 ", \"tid\": %" PRId64
		", \"name\": ", to->empty ? "" : ",\n", phase, pid, pid);
	to->empty = false;
	kml_json_string(to->out, name);
}

static void put_name(struct export *to, int64_t pid, const char *name)
{
	put_event(to, "M", pid, "process_name");
	fputs(", \"args\": {\"name\": ", to->out);
	kml_json_string(to->out, name);
	fputs("}}", to->out);
}

static void put_figures(struct export *to, const struct export_table *table,
			const struct export_value *values, const char * const *columns)
{
	const char *comma = "";

	fputs(", \"args\": {", to->out);
	for (; *columns; columns++) {
		if (!is_known(table, values, *columns))
			continue;
		fprintf(to->out, "%s\"%s\": %" PRId64, comma, *columns,
			number(table, values, *columns));
		comma = ", ";
	}
	fputs("}}", to->out);
}

/* --- the tables ---------------------------------------------------------------------- */

static int put_process(struct export *to, const struct export_table *table,
		       const struct export_value *values)
{
	static const char * const figures[] = { "parent", "status", NULL };
	struct trace *trace = to->state;
	int64_t pid = number(table, values, "pid"), start = number(table, values, "start_ns");
	struct seen *seen = reallocarray(trace->seen, trace->n + 1, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	trace->seen = seen;
	seen[trace->n++] = (struct seen){ .id = number(table, values, "id"), .pid = pid };
	put_name(to, pid, text(table, values, "name"));
	if (!start)
		return 0;
	/* A slice without an end is one that goes on. */
	put_event(to, is_known(table, values, "ended_ns") ? "X" : "B", pid,
		  text(table, values, is_known(table, values, "command") ? "command" : "name"));
	put_time(to->out, "ts", start);
	if (is_known(table, values, "ended_ns"))
		put_time(to->out, "dur", number(table, values, "ended_ns") - start);
	put_figures(to, table, values, figures);
	return 0;
}

static void put_cpu(struct export *to, struct seen *seen, int64_t time, int64_t usr, int64_t sys)
{
	int64_t span = time - seen->time_ns;

	if (seen->time_ns && span > 0) {
		put_event(to, "C", seen->pid, "CPU %");
		put_time(to->out, "ts", time);
		fputs(", \"args\": {\"usr\": ", to->out);
		kml_json_number(to->out, 100.0 * (double)(usr - seen->usr_ns) / (double)span, 2);
		fputs(", \"sys\": ", to->out);
		kml_json_number(to->out, 100.0 * (double)(sys - seen->sys_ns) / (double)span, 2);
		fputs("}}", to->out);
	}
	seen->time_ns = time;
	seen->usr_ns = usr;
	seen->sys_ns = sys;
}

static int put_sample(struct export *to, const struct export_table *table,
		      const struct export_value *values)
{
	static const char * const figures[] = {
		"rss_kib", "anon_kib", "file_kib", "shmem_kib", "swap_kib", NULL
	};
	struct seen *seen = find(to->state, number(table, values, "process"));
	int64_t time = number(table, values, "time_ns");

	/* Its row may be lost. */
	if (!seen)
		return 0;
	put_event(to, "C", seen->pid, "memory");
	put_time(to->out, "ts", time);
	put_figures(to, table, values, figures);
	put_cpu(to, seen, time, number(table, values, "usr_ns"), number(table, values, "sys_ns"));
	return 0;
}

static int put_happening(struct export *to, const struct export_table *table,
			 const struct export_value *values)
{
	static const char * const figures[] = { "child", "status", "count", "rss_kib", NULL };
	char name[128];

	snprintf(name, sizeof(name), "%s: %s", text(table, values, "kind"),
		 text(table, values, "name"));
	put_event(to, "i", number(table, values, "pid"), name);
	put_time(to->out, "ts", number(table, values, "time_ns"));
	fputs(strcmp(text(table, values, "kind"), "victim") ? ", \"s\": \"p\"" : ", \"s\": \"g\"",
	      to->out);
	put_figures(to, table, values, figures);
	return 0;
}

static void put_gap_end(struct export *to, const char *phase, int64_t pid, const char *name,
			int64_t time)
{
	const struct trace *trace = to->state;

	put_event(to, phase, pid, name);
	fprintf(to->out, ", \"cat\": \"gap\", \"id\": %" PRIu64, trace->gaps);
	put_time(to->out, "ts", time);
}

static int put_gap(struct export *to, const struct export_table *table,
		   const struct export_value *values)
{
	static const char * const figures[] = { "count", NULL };
	struct trace *trace = to->state;
	const struct seen *seen = find(trace, number(table, values, "process"));
	int64_t pid = seen ? seen->pid : 0;
	char name[192];

	trace->gaps++;
	snprintf(name, sizeof(name), "missing: %s", text(table, values, "reason"));
	/* 0: from the first sample on, which may be older than anything here. */
	put_gap_end(to, "b", pid, name, number(table, values, "from_ns") ?: trace->began_ns);
	put_figures(to, table, values, figures);
	put_gap_end(to, "e", pid, name, number(table, values, "to_ns"));
	fputs("}", to->out);
	return 0;
}

static int put_recording(struct export *to, const struct export_table *table,
			 const struct export_value *values)
{
	struct trace *trace = to->state;

	trace->began_ns = number(table, values, "began_ns");
	return 0;
}

static int put_system(struct export *to, const struct export_table *table,
		      const struct export_value *values)
{
	static const char * const figures[] = {
		"free_kib", "available_kib", "swap_free_kib", "anon_kib", "file_kib", "shmem_kib",
		"slab_reclaimable_kib", "slab_unreclaimable_kib", "pgtables_kib",
		"kernel_stacks_kib", "vmalloc_kib", NULL
	};

	put_event(to, "C", 0, "memory");
	put_time(to->out, "ts", number(table, values, "time_ns"));
	put_figures(to, table, values, figures);
	return 0;
}

static int put_pressure(struct export *to, const struct export_table *table,
			const struct export_value *values)
{
	static const char * const figures[] = { "some_avg10", "full_avg10", NULL };

	put_event(to, "C", 0, "pressure (hundredths of a percent)");
	put_time(to->out, "ts", number(table, values, "time_ns"));
	put_figures(to, table, values, figures);
	return 0;
}

/* --- all of it ------------------------------------------------------------------------- */

static void begin_trace(struct export *to)
{
	static struct trace trace;

	to->state = &trace;
	fputs("{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n", to->out);
	to->empty = true;
	put_name(to, 0, "machine");
}

static int put_trace(struct export *to, const struct export_table *table,
		     const struct export_value *values)
{
	static const struct {
		const char *table;
		int (*put)(struct export *to, const struct export_table *table,
			   const struct export_value *values);
	} parts[] = {
		{ "recording", put_recording }, { "processes", put_process },
		{ "samples", put_sample }, { "events", put_happening }, { "gaps", put_gap },
		{ "system", put_system }, { "pressure", put_pressure },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].table, table->name))
			return parts[i].put(to, table, values);
	return 0;
}

static void end_trace(struct export *to)
{
	struct trace *trace = to->state;

	free(trace->seen);
	trace->seen = NULL;
	fputs("\n]}\n", to->out);
}

const struct export_format export_trace = {
	.name = "trace", .begin = begin_trace, .row = put_trace, .end = end_trace,
};
