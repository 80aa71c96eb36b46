// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare [-m] [-v] [-t TID] PID NAME[:TOLERANCE]...: does the recorder say what the kernel says?
 *
 * The kernel's own files and clocks are read, then a tick that begins afterwards is waited for,
 * the newest recorded sample is read, and then the kernel's figures once more. When they are the
 * same before and after, the process stood still and the sample must be equal. With -m the
 * process may move: the sample must lie between the two. TOLERANCE is in the unit of the figure
 * and widens both.
 *
 * -t TID reads memory through another thread, for a process whose leader has ended: /proc shows
 * no memory for those. -v prints what agrees, too.
 *
 * Names are those of a line of the history. Those with a dot say where else to look.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HISTORY "/sys/kernel/debug/taskmonitor"
#define STATISTICS "/sys/kernel/debug/taskmonitor_stats"
#define SECONDS 30
#define FIGURES_MAX 32

/* Clock ticks, in which /proc/PID/stat tells CPU time: USER_HZ is 100. */
#define TICK 10000000

enum source {
	STATUS,		/* /proc/PID/status: a name; KiB or a number */
	ROLLUP,		/* /proc/PID/smaps_rollup, from the page tables: a name; KiB */
	STATM,		/* /proc/PID/statm: a word, from 0; pages */
	STAT,		/* /proc/PID/stat: a field, counted as in proc(5) */
	CLOCK,		/* the process's CPU clock, ns */
};

struct figure {
	const char *name;
	enum source source;
	const char *key;
	int word;
	const char *recorded[3];	/* names whose sum is meant, when it is not @name */
	uint64_t unit;			/* the recorded sum is divided by it */
};

static const struct figure figures[] = {
	{ "total", STATUS, .key = "VmSize:" },
	{ "data", STATUS, .key = "VmData:" },
	{ "stack", STATUS, .key = "VmStk:" },
	{ "rss", STATUS, .key = "VmRSS:" },
	{ "anon", STATUS, .key = "RssAnon:" },
	{ "file", STATUS, .key = "RssFile:" },
	{ "shmem", STATUS, .key = "RssShmem:" },
	{ "swap", STATUS, .key = "VmSwap:" },
	{ "peak", STATUS, .key = "VmHWM:" },
	{ "pgtables", STATUS, .key = "VmPTE:" },
	{ "threads", STATUS, .key = "Threads:" },
	{ "rss.rollup", ROLLUP, .key = "Rss:", .recorded = { "rss" } },
	{ "anon.rollup", ROLLUP, .key = "Anonymous:", .recorded = { "anon" } },
	{ "swap.rollup", ROLLUP, .key = "Swap:", .recorded = { "swap" } },
	{ "total.statm", STATM, .word = 0, .recorded = { "total" }, .unit = 4 },
	{ "rss.statm", STATM, .word = 1, .recorded = { "rss" }, .unit = 4 },
	{ "shared.statm", STATM, .word = 2, .recorded = { "file", "shmem" }, .unit = 4 },
	{ "data.statm", STATM, .word = 5, .recorded = { "data", "stack" }, .unit = 4 },
	{ "minflt", STAT, .word = 10 },
	{ "majflt", STAT, .word = 12 },
	{ "usr", STAT, .word = 14, .unit = TICK },
	{ "sys", STAT, .word = 15, .unit = TICK },
	{ "cpu", CLOCK, .recorded = { "usr", "sys" } },
};

struct wish {
	const struct figure *figure;
	uint64_t tolerance;
	uint64_t before, recorded, after;
};

static struct wish wishes[FIGURES_MAX];
static unsigned int wish_count;
static int pid, tid;

static void die(const char *what)
{
	fprintf(stderr, "compare: %s\n", what);
	exit(3);
}

/* The whole of a file; it stays valid until the next call. */
static const char *slurp(const char *path)
{
	static char *text;
	static size_t size;
	size_t length = 0, got;
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(3);
	}
	do {
		if (length + 4096 > size) {
			size = 2 * size + 8192;
			text = realloc(text, size);
			if (!text)
				die("no memory");
		}
		got = fread(text + length, 1, size - length - 1, file);
		length += got;
	} while (got);
	fclose(file);
	text[length] = '\0';
	return text;
}

/* What follows @key, which begins a line; 0 where it is missing, as it is where no mm is. */
static uint64_t value_of_line(const char *text, const char *key)
{
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, strlen(key)))
			return strtoull(text + strlen(key), NULL, 10);
	}
	return 0;
}

static uint64_t word_of(const char *text, int word)
{
	while (word--) {
		text = strchr(text, ' ');
		if (!text)
			die("too few words");
		text++;
	}
	return strtoull(text, NULL, 10);
}

/* Field 3 follows the name, which may hold anything. */
static uint64_t field_of_stat(const char *text, int field)
{
	return word_of(strrchr(text, ')') + 2, field - 3);
}

static uint64_t process_clock(void)
{
	struct timespec t;
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) || clock_gettime(id, &t))
		die("no CPU clock");
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static const char *slurp_proc(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	return slurp(path);
}

static uint64_t ask_kernel(const struct figure *figure)
{
	char path[32];

	switch (figure->source) {
	case STATUS:
		return value_of_line(slurp_proc("status"), figure->key);
	case ROLLUP:
		return value_of_line(slurp_proc("smaps_rollup"), figure->key);
	case STATM:
		return word_of(slurp_proc("statm"), figure->word);
	case STAT:
		/* Of the process, not of one thread. */
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		return field_of_stat(slurp(path), figure->word);
	case CLOCK:
		return process_clock();
	}
	return 0;
}

/* A tick that began after the call has ended when this returns: the second one has begun. */
static void wait_for_tick(time_t deadline)
{
	uint64_t ticks = value_of_line(slurp(STATISTICS), "ticks ");

	while (value_of_line(slurp(STATISTICS), "ticks ") < ticks + 2)
		if (time(NULL) > deadline)
			die("no tick");
}

static const char *newest_line(void)
{
	const char *line, *newest = NULL;
	char begin[32];

	snprintf(begin, sizeof(begin), "pid %d ", pid);
	for (line = slurp(HISTORY); *line; line++) {
		if (!strncmp(line, begin, strlen(begin)))
			newest = line;
		line = strchr(line, '\n');
		if (!line)
			die("half a line");
	}
	if (!newest)
		die("no sample");
	return newest;
}

static uint64_t value_of_pair(const char *line, const char *name)
{
	size_t length = strlen(name);
	const char *end = strchr(line, '\n');

	while (line && line < end) {
		if (!strncmp(line, name, length) && line[length] == ' ')
			return strtoull(line + length + 1, NULL, 10);
		line = strchr(line, ' ');
		line = line ? strchr(line + 1, ' ') : NULL;
		line += !!line;
	}
	fprintf(stderr, "compare: no '%s' in the history\n", name);
	exit(3);
}

static uint64_t ask_recorder(const struct figure *figure, const char *line)
{
	uint64_t sum = 0;
	int i;

	if (!figure->recorded[0])
		sum = value_of_pair(line, figure->name);
	for (i = 0; figure->recorded[i]; i++)
		sum += value_of_pair(line, figure->recorded[i]);
	return sum / (figure->unit ?: 1);
}

/* Returns true when the kernel said the same before and after. */
static bool look(time_t deadline)
{
	bool still = true;
	const char *line;
	unsigned int i;

	for (i = 0; i < wish_count; i++)
		wishes[i].before = ask_kernel(wishes[i].figure);
	wait_for_tick(deadline);
	line = newest_line();
	for (i = 0; i < wish_count; i++)
		wishes[i].recorded = ask_recorder(wishes[i].figure, line);
	for (i = 0; i < wish_count; i++) {
		wishes[i].after = ask_kernel(wishes[i].figure);
		still &= wishes[i].before == wishes[i].after;
	}
	return still;
}

static bool agrees(const struct wish *wish)
{
	uint64_t low = wish->before < wish->after ? wish->before : wish->after;
	uint64_t high = wish->before < wish->after ? wish->after : wish->before;

	return wish->recorded + wish->tolerance >= low &&
	       wish->recorded <= high + wish->tolerance;
}

static int report(bool verbose)
{
	unsigned int i, bad = 0;

	for (i = 0; i < wish_count; i++) {
		const struct wish *wish = &wishes[i];

		bad += !agrees(wish);
		if (!agrees(wish) || verbose)
			printf("%s: recorded %" PRIu64 ", kernel %" PRIu64 " to %" PRIu64 "%s\n",
			       wish->figure->name, wish->recorded, wish->before, wish->after,
			       agrees(wish) ? "" : " - WRONG");
	}
	return bad ? 1 : 0;
}

static void add_wish(char *text)
{
	const char *name = strsep(&text, ":");
	size_t i;

	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		if (!strcmp(figures[i].name, name) && wish_count < FIGURES_MAX) {
			wishes[wish_count++] = (struct wish) {
				.figure = &figures[i],
				.tolerance = text ? strtoull(text, NULL, 10) : 0,
			};
			return;
		}
	fprintf(stderr, "compare: no figure '%s'\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	time_t deadline = time(NULL) + SECONDS;
	bool moves = false, verbose = false;
	int c;

	while ((c = getopt(argc, argv, "mvt:")) != -1)
		if (c == 'm')
			moves = true;
		else if (c == 'v')
			verbose = true;
		else if (c == 't')
			tid = atoi(optarg);
		else
			return 2;
	if (argc - optind < 2) {
		fprintf(stderr, "usage: compare [-m] [-v] [-t TID] PID NAME[:TOLERANCE]...\n");
		return 2;
	}
	pid = atoi(argv[optind++]);
	tid = tid ?: pid;
	while (optind < argc)
		add_wish(argv[optind++]);

	while (!look(deadline) && !moves)
		if (time(NULL) > deadline)
			die("the process does not stand still");
	return report(verbose);
}
