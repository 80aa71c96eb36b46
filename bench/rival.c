// SPDX-License-Identifier: GPL-2.0-only
/*
 * The strongest reader of /proc there can be, as a rival of the recorder:
 *
 *  rival kept US OUT PID...	stat and statm of each process, by pread() on descriptors that stay
 *				open, at a real-time priority, from memory that is locked; the text
 *				is kept as it is, in memory that was there from the start
 *  rival open US OUT PID...	the same, but opens and closes both files each time
 *  rival plain US OUT PID...	as open, with neither priority nor locked memory
 *  rival file US OUT FILE	as kept, but reads one file whole, opened each time: an iterator of
 *				BPF, or the recorder's history. OUT has one process, 0
 *
 * A round each US microseconds on a grid, until SIGTERM; then OUT has a line `PID TIME` for each
 * sample, the CLOCK_BOOTTIME at which it was there, in ns. An empty OUT says that all is ready.
 *
 *  rival WHAT rounds=N OUT ...	N rounds without a pause; OUT has `cpu NS bytes N` for all of them: CPU
 *				time of this program, and what it has read
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_MAX 1024
#define FILES_EACH 2
#define STAMPS_MAX (1u << 18)
#define RECORD_MAX 1024
#define NS_PER_S 1000000000ull

static const char *const file_names[FILES_EACH] = { "stat", "statm" };

static struct process {
	int pid;
	char path[FILES_EACH][64];
	int fd[FILES_EACH];
} processes[PROCESSES_MAX];
static unsigned int process_count;

static struct { int pid; uint64_t time; } stamps[STAMPS_MAX];
static unsigned int stamp_count;

/* What was read: a ring, as the recorder's history has a limit too. */
static char text[1 << 20];
static size_t text_at;
static uint64_t bytes_read;

static volatile sig_atomic_t ended;

static void end(int signal)
{
	ended = 1;
}

static void die(const char *what)
{
	fputs("rival: ", stderr);
	perror(what);
	exit(1);
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void stamp(int pid)
{
	if (stamp_count == STAMPS_MAX) {
		fputs("rival: too many samples\n", stderr);
		exit(1);
	}
	stamps[stamp_count].pid = pid;
	stamps[stamp_count++].time = now_ns(CLOCK_BOOTTIME);
}

/* Where the next text goes. */
static char *room(void)
{
	if (text_at + RECORD_MAX > sizeof(text))
		text_at = 0;
	return text + text_at;
}

static bool keep(ssize_t got)
{
	if (got <= 0)
		return false;
	text_at += got;
	bytes_read += got;
	return true;
}

static void round_kept(void)
{
	for (struct process *p = processes; p < processes + process_count; p++) {
		bool there = true;

		for (int i = 0; i < FILES_EACH; i++)
			there &= keep(pread(p->fd[i], room(), RECORD_MAX, 0));
		if (there)
			stamp(p->pid);
	}
}

static bool read_once(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool there = fd >= 0 && keep(read(fd, room(), RECORD_MAX));

	if (fd >= 0)
		close(fd);
	return there;
}

static void round_open(void)
{
	for (struct process *p = processes; p < processes + process_count; p++) {
		bool there = true;

		for (int i = 0; i < FILES_EACH; i++)
			there &= read_once(p->path[i]);
		if (there)
			stamp(p->pid);
	}
}

static const char *whole_file = "";

static void round_file(void)
{
	static char piece[1 << 16];
	int fd = open(whole_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		die(whole_file);
	while ((got = read(fd, piece, sizeof(piece))) > 0)
		bytes_read += got;
	if (got < 0 && errno != EAGAIN)
		die(whole_file);
	close(fd);
	stamp(0);
}

static void add_process(const char *pid)
{
	struct process *p = &processes[process_count++];

	if (process_count > PROCESSES_MAX) {
		fputs("rival: too many processes\n", stderr);
		exit(2);
	}
	p->pid = atoi(pid);
	for (int i = 0; i < FILES_EACH; i++) {
		snprintf(p->path[i], sizeof(p->path[i]), "/proc/%d/%s", p->pid, file_names[i]);
		p->fd[i] = open(p->path[i], O_RDONLY | O_CLOEXEC);
		if (p->fd[i] < 0)
			die(p->path[i]);
	}
}

static void need_no_memory(void)
{
	const struct sched_param lowest = { .sched_priority = 1 };
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "-1000", 5) != 5)
		die("oom_score_adj");
	close(fd);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
	if (sched_setscheduler(0, SCHED_FIFO, &lowest))
		die("SCHED_FIFO");
}

/* Slots that pass during a round are not made up for. */
static void run_on_grid(void (*one_round)(void), uint64_t interval)
{
	uint64_t slot = now_ns(CLOCK_MONOTONIC);

	while (!ended) {
		struct timespec until;

		slot += interval;
		while (slot < now_ns(CLOCK_MONOTONIC))
			slot += interval;
		until.tv_sec = slot / NS_PER_S;
		until.tv_nsec = slot % NS_PER_S;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		if (!ended)
			one_round();
	}
}

static void run_at_once(void (*one_round)(void), unsigned long rounds)
{
	uint64_t began;

	/* The first one finds what the others have at hand. */
	one_round();
	bytes_read = 0;
	began = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned long i = 0; i < rounds; i++) {
		stamp_count = 0;
		one_round();
	}
	printf("cpu %llu bytes %llu\n",
	       (unsigned long long)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - began),
	       (unsigned long long)bytes_read);
}

static void print_stamps(void)
{
	for (unsigned int i = 0; i < stamp_count; i++)
		printf("%d %llu\n", stamps[i].pid, (unsigned long long)stamps[i].time);
}

static void allow_descriptors(void)
{
	const struct rlimit enough = { .rlim_cur = 4096, .rlim_max = 4096 };

	if (setrlimit(RLIMIT_NOFILE, &enough))
		die("RLIMIT_NOFILE");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	const char *what = argc > 4 ? argv[1] : "";
	void (*one_round)(void) = round_open;

	if (!strcmp(what, "kept")) {
		one_round = round_kept;
	} else if (!strcmp(what, "file")) {
		one_round = round_file;
		whole_file = argv[4];
	} else if (strcmp(what, "open") && strcmp(what, "plain")) {
		fputs("rival kept, open, plain or file, US or rounds=N, OUT, PID... or FILE\n", stderr);
		return 2;
	}
	allow_descriptors();
	for (int i = 4; !*whole_file && i < argc; i++)
		add_process(argv[i]);
	sigaction(SIGTERM, &action, NULL);
	if (strcmp(what, "plain"))
		need_no_memory();
	if (!freopen(argv[3], "w", stdout))
		die(argv[3]);
	if (!strncmp(argv[2], "rounds=", 7)) {
		run_at_once(one_round, strtoul(argv[2] + 7, NULL, 10));
	} else {
		run_on_grid(one_round, strtoull(argv[2], NULL, 10) * 1000);
		print_stamps();
	}
	return fclose(stdout) ? 1 : 0;
}
