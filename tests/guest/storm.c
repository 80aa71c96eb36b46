// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm SECONDS SEED MODULE: does to the recorder everything at once that users, programs and the
 * machine can do, for so many seconds and until memory pressure has reached the recorder: writers,
 * readers, processes that come and go, memory pressure, a CPU that goes and comes back, other
 * intervals, and the module (MODULE is its file) unloaded and loaded again in the middle of it all.
 * Prints `name value` for what was done, and fails when a worker met what it must not meet, or did
 * not end by itself; that is said on standard error. The module is loaded before and afterwards.
 *
 * Each worker is a process of its own, called storm-KIND. They share counters, the numbers of
 * the processes that are there to be monitored, and a flag. What a worker does next is drawn from
 * a generator of its own that SEED starts: the order of what each does repeats, the timing
 * between them does not.
 *
 * Nothing grows with SECONDS: no file is written, and every process is bounded by the slots.
 *
 * storm nap FD: what a thread executes; counts that it has come so far, where FD has the counters,
 * and waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HISTORY "/sys/kernel/debug/taskmonitor"
#define STATISTICS "/sys/kernel/debug/taskmonitor_stats"
#define NEWEST "/sys/kernel/taskmonitor"
#define INTERVAL "/sys/module/taskmonitor/parameters/interval_ms"
#define CPU "/sys/devices/system/cpu/cpu1/online"
#define DROP_CACHES "/proc/sys/vm/drop_caches"

#define FORKERS 3
#define SLOTS 32
#define TARGETS (FORKERS * SLOTS)

/* The workers are there to be monitored as well: they have the longest history of all. */
#define WORKERS_MAX 32

/* So many of each forker's slots have processes that stay, and have a long history. */
#define STEADY 4

enum count {
	ADDS,
	REMOVES,
	COMMANDS_REFUSED,
	NO_MEMORY,
	HISTORY_READS,
	HISTORY_LINES,
	SHORT_READS,
	SEEKS,
	OPENS,
	NEWEST_READS,
	STATISTICS_READS,
	FORKS,
	THREADS,
	EXECS,
	OOM_KILLS,
	DROPS,
	OFFLINES,
	INTERVALS,
	LOADS,
	LOADS_REFUSED,
	UNLOADS,
	UNLOADS_REFUSED,
	/* The module's own, summed up over the loads, as they were shortly before each unload. */
	SAMPLES,
	TICKS,
	DROPPED,
	RECLAIMED,
	RECYCLED,
	FROM_RESERVE,
	COUNTS,
};

static const char * const count_name[COUNTS] = {
	[ADDS] = "adds",
	[REMOVES] = "removes",
	[COMMANDS_REFUSED] = "commands_refused",
	[NO_MEMORY] = "no_memory",
	[HISTORY_READS] = "history_reads",
	[HISTORY_LINES] = "history_lines",
	[SHORT_READS] = "short_reads",
	[SEEKS] = "seeks",
	[OPENS] = "opens",
	[NEWEST_READS] = "newest_reads",
	[STATISTICS_READS] = "statistics_reads",
	[FORKS] = "forks",
	[THREADS] = "threads",
	[EXECS] = "execs",
	[OOM_KILLS] = "oom_kills",
	[DROPS] = "drops",
	[OFFLINES] = "offlines",
	[INTERVALS] = "intervals",
	[LOADS] = "loads",
	[LOADS_REFUSED] = "loads_refused",
	[UNLOADS] = "unloads",
	[UNLOADS_REFUSED] = "unloads_refused",
	[SAMPLES] = "samples",
	[TICKS] = "ticks",
	[DROPPED] = "dropped",
	[RECLAIMED] = "reclaimed",
	[RECYCLED] = "recycled",
	[FROM_RESERVE] = "from_reserve",
};

/**
 * struct shared - what all workers see
 * @count: things done
 * @target: processes to monitor; 0 for none. A number may be out of date: so are people's
 * @leaving: the module is about to be unloaded
 * @pressed: memory pressure has reached the recorder
 */
struct shared {
	uint64_t count[COUNTS];
	pid_t target[TARGETS + WORKERS_MAX];
	bool leaving;
	bool pressed;
};

static struct shared *shared;
static const char *worker = "storm";
static uint64_t end;
static int module_file, shared_file;

/* --- what all workers use --------------------------------------------------------------- */

static void add(enum count what, uint64_t n)
{
	__atomic_add_fetch(&shared->count[what], n, __ATOMIC_RELAXED);
}

static void count(enum count what)
{
	add(what, 1);
}

static bool has_done(enum count what)
{
	return __atomic_load_n(&shared->count[what], __ATOMIC_RELAXED);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static bool is_set(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

/* Not before memory pressure has reached the recorder: how long that takes the machine decides. */
static bool over(void)
{
	return now_ns() >= end && is_set(&shared->pressed);
}

/* This process's own: the first thread's alone. */
static uint64_t random_state;

static void seed(uint64_t with)
{
	random_state = with * 0x9e3779b97f4a7c15ull | 1;
}

/* 0 to n - 1 */
static unsigned int below(unsigned int n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 32) % n;
}

static void rest(unsigned int us)
{
	usleep(below(us) + 1);
}

/* Ends the worker, and so in the end the test. Of what may go wrong only what is told may. */
static void expect(bool expected, const char *what)
{
	if (expected)
		return;
	fprintf(stderr, "storm: %s (%d): %s: %s\n", worker, getpid(), what, strerror(errno));
	_exit(1);
}

static ssize_t write_text(int fd, const char *text)
{
	return write(fd, text, strlen(text));
}

/* One write to one file; false, with errno, where that fails. */
static bool set(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;
	bool done = fd >= 0 && write_text(fd, text) >= 0;

	if (fd < 0)
		return false;
	error = errno;
	close(fd);
	errno = error;
	return done;
}

/*
 * A file of the module, or -1 when it isn't there. A module whose files someone has open cannot
 * be unloaded, and with sixteen at it someone always has: most leave them alone when it is to go.
 */
static int open_file(const char *path, int flags)
{
	int fd;

	if (is_set(&shared->leaving) && below(16)) {
		rest(20000);
		return -1;
	}
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0) {
		expect(errno == ENOENT || errno == ENXIO || errno == ENODEV, path);
		rest(20000);
	}
	return fd;
}

/* A reader or writer keeps its file, when it would go on. */
static bool may_stay(void)
{
	return !over() && !is_set(&shared->leaving);
}

static pid_t target(unsigned int index)
{
	return __atomic_load_n(&shared->target[index], __ATOMIC_RELAXED);
}

/* --- writers ---------------------------------------------------------------------------- */

static void add_or_remove(int fd, pid_t pid, bool remove)
{
	char text[16];

	snprintf(text, sizeof(text), "%s%d\n", remove ? "-" : "", pid);
	if (write_text(fd, text) > 0) {
		count(remove ? REMOVES : ADDS);
		return;
	}
	if (remove)
		expect(errno == ENOENT, "remove");
	else if (errno == ENOMEM)
		count(NO_MEMORY);
	else
		expect(errno == ESRCH || errno == EEXIST || errno == ENOSPC, "add");
	count(COMMANDS_REFUSED);
}

static void write_nonsense(int fd)
{
	static const char * const nonsense[] = { "x\n", "1x\n", "--1\n", "\n" };

	expect(write_text(fd, nonsense[below(4)]) < 0 && errno == EINVAL, "nonsense");
	count(COMMANDS_REFUSED);
}

static void command(int fd)
{
	unsigned int index = below(TARGETS + WORKERS_MAX);
	pid_t pid = target(index);

	if (!below(32))
		write_nonsense(fd);
	else if (!below(64))
		/* Whoever that is: a kernel thread, the test itself, nobody. */
		add_or_remove(fd, below(400) + 1, below(2));
	else if (pid)
		add_or_remove(fd, pid, !below(index < TARGETS ? 4 : 1024));
}

static void run_writer(unsigned int unused)
{
	while (!over()) {
		int fd = open_file(HISTORY, O_WRONLY);
		unsigned int commands = below(32) + 1;

		if (fd < 0)
			continue;
		do
			command(fd);
		while (--commands && may_stay());
		close(fd);
		rest(5000);
	}
}

/* --- readers ---------------------------------------------------------------------------- */

/**
 * struct lines - text that is read, in lines
 * @check: what every line has to pass
 * @text: of the line that is not complete yet
 * @length: of @text
 * @pid: of the line before
 * @time: of the line before
 */
struct lines {
	void (*check)(struct lines *lines);
	char text[512];
	size_t length;
	int pid;
	unsigned long long time;
};

static void check_sample(struct lines *lines)
{
	unsigned long long time, usr, sys;
	int pid;

	errno = 0;
	expect(sscanf(lines->text, "pid %d usr %llu sys %llu time %llu ", &pid, &usr, &sys,
		      &time) == 4 && strstr(lines->text, " comm "), lines->text);
	/* A later process of the same number has later times. */
	expect(pid != lines->pid || time > lines->time, "samples are not in order");
	lines->pid = pid;
	lines->time = time;
	count(HISTORY_LINES);
}

static void check_newest(struct lines *lines)
{
	unsigned long long usr, sys;
	int pid, length = 0;

	errno = 0;
	expect(sscanf(lines->text, "pid %d usr %llu sys %llu%n", &pid, &usr, &sys,
		      &length) == 3 && !lines->text[length], lines->text);
}

static void check_statistic(struct lines *lines)
{
	unsigned long long value;
	char name[32];
	int length = 0;

	errno = 0;
	expect(sscanf(lines->text, "%31[a-z_] %llu%n", name, &value, &length) == 2 &&
	       !lines->text[length], lines->text);
}

static void take_text(struct lines *lines, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool whole = text[i] == '\n';

		lines->text[lines->length++] = whole ? '\0' : text[i];
		expect(lines->length < sizeof(lines->text), "a line without an end");
		if (!whole)
			continue;
		lines->check(lines);
		lines->length = 0;
	}
}

/* In pieces of up to @most bytes, or of any size for 0. False when it did not come to the end. */
static bool read_lines(int fd, struct lines *lines, unsigned int most)
{
	static char text[1 << 16];
	ssize_t got = 0;

	do {
		got = read(fd, text, most ? below(most) + 1 : sizeof(text));
		/* sysfs lets a file go that is open. */
		expect(got >= 0 || errno == ENODEV, "read");
		if (got > 0)
			take_text(lines, text, got);
		else if (!got)
			expect(!lines->length, "half a line at the end");
	} while (got > 0 && !is_set(&shared->leaving));
	return !got;
}

static void read_history(void)
{
	struct lines lines = { .check = check_sample };
	int fd = open_file(HISTORY, O_RDONLY);

	if (fd < 0)
		return;
	if (read_lines(fd, &lines, 0))
		count(HISTORY_READS);
	close(fd);
}

static void read_short(void)
{
	struct lines lines = { .check = check_sample };
	int fd = open_file(HISTORY, O_RDONLY);
	uint64_t until = now_ns() + below(50) * 1000000ull;
	static char text[300];
	ssize_t got;

	if (fd < 0)
		return;
	do {
		got = read(fd, text, below(sizeof(text)) + 1);
		expect(got >= 0, "short read");
		take_text(&lines, text, got);
		count(SHORT_READS);
	} while (got && now_ns() < until && may_stay());
	close(fd);
}

static void seek(void)
{
	int fd = open_file(HISTORY, O_RDWR);
	unsigned int moves = below(16) + 1;
	char text[1000];

	if (fd < 0)
		return;
	do {
		unsigned int length = below(sizeof(text)) + 1;

		if (below(2))
			expect(pread(fd, text, length, below(200000)) >= 0, "pread");
		else
			expect(lseek(fd, below(100000), below(4) ? SEEK_SET : SEEK_CUR) >= 0 &&
			       read(fd, text, length) >= 0, "lseek and read");
		if (!below(8))
			command(fd);
		count(SEEKS);
	} while (--moves && may_stay());
	close(fd);
}

static void open_and_close(void)
{
	int fd = open_file(below(2) ? HISTORY : STATISTICS, O_RDONLY);

	if (fd < 0)
		return;
	close(fd);
	count(OPENS);
}

static void read_newest(void)
{
	struct lines lines = { .check = check_newest };
	int fd = open_file(NEWEST, O_RDONLY);

	if (fd < 0)
		return;
	if (read_lines(fd, &lines, 0))
		count(NEWEST_READS);
	close(fd);
}

static void read_statistics(void)
{
	struct lines lines = { .check = check_statistic };
	int fd = open_file(STATISTICS, O_RDONLY);

	if (fd < 0)
		return;
	if (read_lines(fd, &lines, below(2) * 64))
		count(STATISTICS_READS);
	close(fd);
}

/* What was never done by then, for want of time, is done at the end: the module is there again. */
static void run_reader(unsigned int unused)
{
	static const struct {
		void (*read)(void);
		enum count count;
	} ways[] = {
		{ read_history, HISTORY_READS },
		{ read_short, SHORT_READS },
		{ seek, SEEKS },
		{ open_and_close, OPENS },
		{ read_newest, NEWEST_READS },
		{ read_statistics, STATISTICS_READS },
	};

	while (!over()) {
		ways[below(6)].read();
		rest(5000);
	}
	for (unsigned int i = 0; i < 6; i++)
		while (!has_done(ways[i].count))
			ways[i].read();
}

/* --- processes that come and go --------------------------------------------------------- */

static void nap(void)
{
	for (;;)
		pause();
}

static void *nap_of(void *us)
{
	usleep((uintptr_t)us);
	return NULL;
}

/* Threads that end; half of the time after the leader. */
static void with_threads(void)
{
	bool leader_first = below(2);
	pthread_t thread;

	for (unsigned int n = below(12) + 1; n; n--) {
		if (pthread_create(&thread, NULL, nap_of, (void *)(uintptr_t)below(20000)))
			continue;
		pthread_detach(thread);
		count(THREADS);
	}
	if (leader_first)
		pthread_exit(NULL);
	rest(20000);
}

static void *execute(void *unused)
{
	char fd[16];

	snprintf(fd, sizeof(fd), "%d", shared_file);
	execl("/proc/self/exe", "storm", "nap", fd, NULL);
	/* No memory for it. */
	_exit(0);
}

/* The thread becomes the leader, with the number of the process. */
static void with_exec(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, execute, NULL))
		return;
	count(THREADS);
	nap();
}

static void stir(void)
{
	for (;;) {
		size_t length = (below(16) + 1) * 4096;
		char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			continue;
		memset(memory, 1, length / 2);
		rest(10000);
		munmap(memory, length);
	}
}

static void end_soon(void)
{
	rest(3000);
}

static _Noreturn void be_target(uint64_t with, bool steady)
{
	static void (* const ways[])(void) = {
		end_soon, end_soon, end_soon, nap, stir, with_threads, with_exec,
	};

	seed(with);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "storm-target");
	set("/proc/self/oom_score_adj", "500");
	if (steady)
		stir();
	ways[below(7)]();
	_exit(0);
}

static void end_target(pid_t *slot)
{
	pid_t pid = *slot;

	if (!pid)
		return;
	kill(pid, SIGKILL);
	expect(waitpid(pid, NULL, 0) == pid, "waitpid");
	__atomic_store_n(slot, 0, __ATOMIC_RELAXED);
}

static void start_target(pid_t *slot, bool steady)
{
	uint64_t with = below(1u << 31);
	pid_t pid = fork();

	if (!pid)
		be_target(with, steady);
	expect(pid > 0 || errno == ENOMEM || errno == EAGAIN, "fork");
	if (pid < 0)
		return;
	__atomic_store_n(slot, pid, __ATOMIC_RELAXED);
	count(FORKS);
}

static void run_forker(unsigned int index)
{
	pid_t *slots = shared->target + index * SLOTS;

	while (!over() || !has_done(THREADS) || !has_done(EXECS)) {
		unsigned int i = below(SLOTS);
		bool steady = i < STEADY;

		if (steady && slots[i] && below(64))
			continue;
		end_target(slots + i);
		start_target(slots + i, steady);
	}
	for (unsigned int i = 0; i < SLOTS; i++)
		end_target(slots + i);
}

/* --- the machine's part ----------------------------------------------------------------- */

/* Half of the time nothing presses: blocks run out only where the shrinker leaves them alone. */
static bool is_calm(void)
{
	return is_set(&shared->pressed) && now_ns() / 5000000000ull % 2;
}

/*
 * Eats memory until it is killed, which may be in the middle of a command: what its commands
 * answer is of no interest.
 */
static _Noreturn void eat(uint64_t with)
{
	char text[16];

	seed(with);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	set("/proc/self/oom_score_adj", "1000");
	while (!over() || !has_done(OOM_KILLS)) {
		mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (below(16) || is_set(&shared->leaving))
			continue;
		snprintf(text, sizeof(text), "%s%d", below(2) ? "-" : "", getpid());
		set(HISTORY, text);
	}
	_exit(0);
}

static void feed_an_eater(void)
{
	uint64_t with = below(1u << 31);
	pid_t pid = fork();
	int status;

	if (!pid)
		eat(with);
	expect(pid > 0 || errno == ENOMEM || errno == EAGAIN, "fork");
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status))
		count(OOM_KILLS);
}

static void run_eater(unsigned int unused)
{
	do {
		if (!is_calm() || !has_done(OOM_KILLS))
			feed_an_eater();
		rest(300000);
	} while (!over() || !has_done(OOM_KILLS));
}

static void run_dropper(unsigned int unused)
{
	do {
		rest(200000);
		if (is_calm() && has_done(DROPS))
			continue;
		expect(set(DROP_CACHES, "2"), DROP_CACHES);
		count(DROPS);
	} while (!over());
}

static void set_cpu(const char *online)
{
	while (!set(CPU, online)) {
		expect(errno == EBUSY || errno == ENOMEM, CPU);
		rest(10000);
	}
}

static void run_cpu(unsigned int unused)
{
	if (access(CPU, W_OK))
		return;
	do {
		rest(200000);
		set_cpu("0");
		count(OFFLINES);
		rest(200000);
		set_cpu("1");
	} while (!over());
}

static void run_tuner(unsigned int unused)
{
	static const char * const good[] = { "1", "1", "1", "1", "2", "17", "3600000" };
	static const char * const bad[] = { "0", "3600001", "-1", "x" };

	while (!over()) {
		bool right = below(8);
		bool done = set(INTERVAL, right ? good[below(7)] : bad[below(4)]);

		expect(done ? right : errno == ENOENT || errno == ENODEV ||
		       (!right && errno == EINVAL), INTERVAL);
		if (done)
			count(INTERVALS);
		rest(50000);
	}
}

/* --- the module comes and goes ---------------------------------------------------------- */

/* One of the module's own counters. */
static uint64_t statistic(enum count what)
{
	size_t length = strlen(count_name[what]);
	FILE *file = fopen(STATISTICS, "re");
	uint64_t value = 0;
	char line[64];

	expect(file, STATISTICS);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, count_name[what], length) && line[length] == ' ')
			value = strtoull(line + length, NULL, 10);
	fclose(file);
	return value;
}

/* They go with the module. */
static void keep_statistics(void)
{
	for (enum count what = SAMPLES; what < COUNTS; what++)
		add(what, statistic(what));
}

static bool load(const char *options)
{
	if (syscall(SYS_finit_module, module_file, options, 0)) {
		/* The target may have ended. */
		expect(errno == ESRCH || errno == ENOMEM, options);
		count(LOADS_REFUSED);
		return false;
	}
	count(LOADS);
	return true;
}

static void load_somehow(void)
{
	/* Mostly so little that blocks run out, and processes find no room. */
	unsigned int max_mib = below(4) ? 1 : below(8) + 1;
	unsigned int reserve = max_mib == 1 ? 124 : below(250) + 1;
	pid_t pid = below(2) ? target(below(TARGETS)) : 0;
	char options[100];

	snprintf(options, sizeof(options), "interval_ms=%u max_mib=%u reserve=%u target=%d",
		 below(4) ? 1 : below(100) + 1, max_mib, reserve, pid);
	load(options);
}

static void unload(void)
{
	__atomic_store_n(&shared->leaving, true, __ATOMIC_RELAXED);
	while (syscall(SYS_delete_module, "taskmonitor", O_NONBLOCK)) {
		expect(errno == EAGAIN, "unload");
		count(UNLOADS_REFUSED);
		rest(2000);
	}
	__atomic_store_n(&shared->leaving, false, __ATOMIC_RELAXED);
	count(UNLOADS);
}

static bool is_loaded(void)
{
	return !access(STATISTICS, F_OK);
}

/* For up to so long, but not beyond the end. */
static void stay(unsigned int us)
{
	uint64_t until = now_ns() + below(us) * 1000ull;

	while (now_ns() < until && !over())
		rest(20000);
}

static void run_loader(unsigned int unused)
{
	while (!statistic(RECLAIMED))
		rest(100000);
	__atomic_store_n(&shared->pressed, true, __ATOMIC_RELAXED);
	do {
		if (is_loaded()) {
			keep_statistics();
			unload();
		}
		rest(50000);
		load_somehow();
		/* Time for a long history, now and then. */
		stay(below(2) ? 200000 : 8000000);
	} while (!over());
	while (!is_loaded() && !load("interval_ms=1"))
		rest(50000);
}

/* --- all of them ------------------------------------------------------------------------ */

/**
 * struct kind - workers that do the same
 * @name: of the processes
 * @workers: how many
 * @nice: the few have their turn among the many
 * @run: returns when the time is over
 */
static const struct kind {
	const char *name;
	unsigned int workers;
	int nice;
	void (*run)(unsigned int index);
} kinds[] = {
	{ "storm-writer", 8, 0, run_writer },
	{ "storm-reader", 8, 0, run_reader },
	{ "storm-eater", 1, -10, run_eater },
	{ "storm-dropper", 1, -5, run_dropper },
	{ "storm-cpu", 1, -5, run_cpu },
	{ "storm-tuner", 1, -5, run_tuner },
	{ "storm-loader", 1, -10, run_loader },
	{ "storm-forker", FORKERS, 0, run_forker },
	{ }
};

static void start(const struct kind *kind, unsigned int index, unsigned int place, uint64_t with)
{
	pid_t pid = fork();

	expect(pid >= 0, "fork");
	if (pid) {
		__atomic_store_n(&shared->target[TARGETS + place], pid, __ATOMIC_RELAXED);
		return;
	}
	seed(with);
	worker = kind->name;
	prctl(PR_SET_NAME, worker);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Not the one to be killed; and never all that is left: then the kernel panics. */
	expect(set("/proc/self/oom_score_adj", "-900"), "oom_score_adj");
	expect(!setpriority(PRIO_PROCESS, 0, kind->nice), "setpriority");
	kind->run(index);
	_exit(0);
}

static unsigned int start_all(uint64_t with)
{
	unsigned int workers = 0;

	for (const struct kind *kind = kinds; kind->name; kind++)
		for (unsigned int i = 0; i < kind->workers; i++, workers++)
			start(kind, i, workers, with * WORKERS_MAX + workers);
	return workers;
}

/* True when each has ended by itself and has nothing to complain of. */
static bool all_ended_well(unsigned int workers)
{
	bool well = true;

	while (workers--) {
		int status;
		pid_t pid = wait(&status);

		expect(pid > 0, "wait");
		if (WIFSIGNALED(status))
			fprintf(stderr, "storm: worker %d: %s\n", pid,
				strsignal(WTERMSIG(status)));
		well &= !status;
	}
	return well;
}

static void map_shared(int fd)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	expect(shared != MAP_FAILED, "mmap");
}

static void prepare(const char *module)
{
	shared_file = memfd_create("storm", 0);
	expect(shared_file >= 0 && !ftruncate(shared_file, sizeof(*shared)), "memfd");
	map_shared(shared_file);
	module_file = open(module, O_RDONLY | O_CLOEXEC);
	expect(module_file >= 0, module);
	/* The program's pages stay for all: without that each would wait for the disk. */
	expect(!mlockall(MCL_CURRENT | MCL_FUTURE), "mlockall");
}

int main(int argc, char **argv)
{
	bool well;

	if (argc == 3 && !strcmp(argv[1], "nap")) {
		map_shared(atoi(argv[2]));
		count(EXECS);
		nap();
	}
	if (argc != 4) {
		fprintf(stderr, "usage: storm SECONDS SEED MODULE\n");
		return 2;
	}
	prepare(argv[3]);
	end = now_ns() + strtoull(argv[1], NULL, 10) * 1000000000ull;
	well = all_ended_well(start_all(strtoull(argv[2], NULL, 10)));
	for (enum count what = 0; what < COUNTS; what++)
		printf("%s %llu\n", count_name[what], (unsigned long long)shared->count[what]);
	return !well;
}
