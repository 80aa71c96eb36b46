// SPDX-License-Identifier: GPL-2.0-only
/*
 * puppet: a process that does what it is told, so that its figures are known. It prints its
 * number, then reads one command after the other from standard input, prints `done` when it has
 * obeyed, and stands still until the next one comes. Whoever pulls the strings sends a command
 * only after the answer to the one before.
 */
#include <alloca.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096ul
#define MIB (1024 * 1024ul)
#define NS_PER_MS 1000000ul
#define NS_PER_S 1000000000ul
#define THREADS_MAX 64

static pthread_t leader;
static pthread_t threads[THREADS_MAX];
static unsigned int thread_count;
static pthread_barrier_t worked, told_to_stop;

static char *mapping;
static size_t touched;

static void die(const char *what)
{
	perror(what);
	_exit(99);
}

static void say(const char *text)
{
	size_t length = strlen(text);

	if (write(1, text, length) != (ssize_t)length)
		die("puppet: write");
}

static void say_number(void)
{
	char text[16];

	snprintf(text, sizeof(text), "%d\n", getpid());
	say(text);
}

/* One command; without stdio, which would lose what it had read when another image goes on. */
static bool hear(char *command, size_t size)
{
	ssize_t length = read(0, command, size - 1);

	if (length <= 0)
		return false;
	command[length] = '\0';
	command[strcspn(command, "\n")] = '\0';
	return true;
}

/* --- CPU time --------------------------------------------------------------- */

static unsigned long own_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Looks at the clock, which takes system time, rarely. */
static void use_user_time(unsigned long ms)
{
	unsigned long end = own_ns() + ms * NS_PER_MS;

	while (own_ns() < end)
		for (volatile int i = 0; i < 200000; i++)
			;
}

static void use_system_time(unsigned long ms)
{
	unsigned long end = own_ns() + ms * NS_PER_MS;
	static char buffer[MIB];
	int fd = open("/dev/zero", O_RDONLY);

	while (own_ns() < end)
		if (read(fd, buffer, sizeof(buffer)) < 0)
			die("puppet: /dev/zero");
	close(fd);
}

static void do_user(const char *ms)
{
	use_user_time(strtoul(ms, NULL, 10));
}

static void do_system(const char *ms)
{
	use_system_time(strtoul(ms, NULL, 10));
}

/* --- threads ---------------------------------------------------------------- */

static void *thread_main(void *ms)
{
	use_user_time((unsigned long)ms);
	pthread_barrier_wait(&worked);
	pthread_barrier_wait(&told_to_stop);
	return NULL;
}

/* start N MS: N threads, each of which uses so much user time, then stands still */
static void do_start(const char *argument)
{
	unsigned long ms;
	unsigned int i;

	if (sscanf(argument, "%u %lu", &thread_count, &ms) != 2 || thread_count > THREADS_MAX)
		_exit(98);
	pthread_barrier_init(&worked, NULL, thread_count + 1);
	pthread_barrier_init(&told_to_stop, NULL, thread_count + 1);
	for (i = 0; i < thread_count; i++)
		if (pthread_create(&threads[i], NULL, thread_main, (void *)ms))
			die("puppet: pthread_create");
	pthread_barrier_wait(&worked);
}

static void do_stop(const char *unused)
{
	unsigned int i;

	pthread_barrier_wait(&told_to_stop);
	for (i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
}

static void obey(void);

static void *go_on(void *unused)
{
	pthread_join(leader, NULL);
	say("done\n");
	obey();
	return NULL;
}

/* The leader ends; another thread takes over. */
static void do_leave(const char *unused)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, go_on, NULL))
		die("puppet: pthread_create");
	pthread_exit(NULL);
}

static void *exec_again(void *unused)
{
	execl("/proc/self/exe", "again", NULL);
	die("puppet: exec");
	return NULL;
}

/* A thread other than the leader calls exec; the answer is the number that the new image has. */
static void do_exec(const char *unused)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, exec_again, NULL))
		die("puppet: pthread_create");
	pthread_join(thread, NULL);
}

/* A child that shares this process's memory says its number and waits for a line. */
static void do_vfork(const char *unused)
{
	static char line[16];
	pid_t child = vfork();

	if (child < 0)
		die("puppet: vfork");
	if (!child) {
		say_number();
		hear(line, sizeof(line));
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

/* --- memory ----------------------------------------------------------------- */

static void touch(char *from, size_t bytes)
{
	size_t at;

	for (at = 0; at < bytes; at += PAGE)
		*(volatile char *)&from[at] += 1;
}

/* map MIB: private memory in small pages, not touched yet */
static void do_map(const char *mib)
{
	size_t bytes = strtoul(mib, NULL, 10) * MIB;

	mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapping == MAP_FAILED)
		die("puppet: mmap");
	madvise(mapping, bytes, MADV_NOHUGEPAGE);
}

/* touch MIB: writes to the first so many of the mapping */
static void do_touch(const char *mib)
{
	touched = strtoul(mib, NULL, 10) * MIB;
	touch(mapping, touched);
}

/* grow KIB MS: by a step of so much, then again no sooner than so much later, without end */
static void do_grow(const char *argument)
{
	struct timespec pause = {};
	unsigned long kib, ms;
	char *step;

	if (sscanf(argument, "%lu %lu", &kib, &ms) != 2)
		_exit(98);
	pause.tv_nsec = ms * 1000000;
	for (;;) {
		step = mmap(NULL, kib * 1024, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (step == MAP_FAILED)
			die("puppet: mmap");
		touch(step, kib * 1024);
		nanosleep(&pause, NULL);
	}
}

/* free MIB: unmaps the first so many of the mapping */
static void do_free(const char *mib)
{
	size_t bytes = strtoul(mib, NULL, 10) * MIB;

	if (munmap(mapping, bytes))
		die("puppet: munmap");
	mapping += bytes;
	touched -= bytes;
}

/* Writes what was touched to swap. */
static void do_pageout(const char *unused)
{
	if (madvise(mapping, touched, MADV_PAGEOUT))
		die("puppet: MADV_PAGEOUT");
}

/* share MIB: shared memory, touched */
static void do_share(const char *mib)
{
	size_t bytes = strtoul(mib, NULL, 10) * MIB;
	int fd = memfd_create("shared", 0);
	char *shared;

	if (fd < 0 || ftruncate(fd, bytes))
		die("puppet: memfd_create");
	shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		die("puppet: mmap");
	touch(shared, bytes);
}

/* file PATH: maps a file and reads all of it */
static void do_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	volatile char *file;
	struct stat st;
	off_t at;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	file = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (file == MAP_FAILED)
		die("puppet: mmap");
	for (at = 0; at < st.st_size; at += PAGE)
		file[at];
}

/* deep KIB: makes the stack so much deeper, page by page */
static void do_deep(const char *kib)
{
	size_t bytes = strtoul(kib, NULL, 10) * 1024;
	volatile char *frame = alloca(bytes);
	size_t at;

	for (at = bytes; at >= PAGE; at -= PAGE)
		frame[at - 1] = 1;
}

/* --- the end ---------------------------------------------------------------- */

static void do_exit(const char *status)
{
	_exit(strtoul(status, NULL, 10));
}

/* This thread alone ends; the process with it when there is no other. */
static void do_exit_thread(const char *status)
{
	syscall(SYS_exit, (int)strtoul(status, NULL, 10));
}

static void do_raise(const char *signal)
{
	kill(getpid(), strtoul(signal, NULL, 10));
}

static const struct command {
	const char *name;
	void (*fn)(const char *argument);
} commands[] = {
	{ "user", do_user },
	{ "system", do_system },
	{ "start", do_start },
	{ "stop", do_stop },
	{ "leave", do_leave },
	{ "exec", do_exec },
	{ "vfork", do_vfork },
	{ "map", do_map },
	{ "touch", do_touch },
	{ "grow", do_grow },
	{ "free", do_free },
	{ "pageout", do_pageout },
	{ "share", do_share },
	{ "file", do_file },
	{ "deep", do_deep },
	{ "exit", do_exit },
	{ "exit_thread", do_exit_thread },
	{ "raise", do_raise },
};

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	fprintf(stderr, "puppet: no command '%s'\n", name);
	_exit(98);
}

static void obey(void)
{
	char command[256];

	while (hear(command, sizeof(command))) {
		char *argument = command;
		const char *name = strsep(&argument, " ");

		find(name)->fn(argument ?: "");
		say("done\n");
	}
}

int main(void)
{
	leader = pthread_self();
	say_number();
	obey();
	return 0;
}
