// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has the module sample some processes, and writes their history to a file when they have ended.
 *
 * Whatever is needed at the end is opened and allocated at the start: by then the machine may have
 * no memory left.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/held_command.h"
#include "lib/message.h"
#include "lib/new_file.h"
#include "lib/recording.h"
#include "lib/shield.h"
#include "lib/taskmonitor.h"
#include "lib/text.h"
#include "lib/watch.h"
#include "recorder.h"
#include "verb.h"

enum {
	GO_ON = -1,		/* no exit code yet */
	MAX_WATCHES = RECORD_MAX_PIDS + 1,
	HASTE_MS = 10,		/* interval for the last samples */
	TERMINATE_MS = 1000,	/* how long COMMAND may take to end after SIGTERM */
	LAST_SAMPLES_MS = 3000,	/* how long to wait for them */
};

struct recorder {
	const struct record_options *options;
	struct taskmonitor *monitor;
	struct new_file file;
	struct kml_recording_head head;
	struct kml_counters before;
	unsigned int interval_ms;	/* the module's own, to be restored; 0: not changed */
	char oom_score_adj[16];
	sigset_t mask;			/* of before */
	int signals;
	bool stopped;			/* by a signal */
	bool running;			/* COMMAND's process is there */
	struct held_command command;
	struct watch watches[MAX_WATCHES];	/* COMMAND's is the last */
	size_t n;
	size_t unreadable;		/* lines of our processes that were not understood */
	uint64_t next_progress_ns;
};

/* What the module counts when something is not in the history. */
static const char *const losses[] = {
	"recycled", "recycled_samples", "reclaimed", "reclaimed_samples", "dropped", "late", "missed",
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* --- what is recorded ------------------------------------------------------- */

static int watch_pid(struct recorder *r, pid_t pid)
{
	struct watch *watch = &r->watches[r->n];
	int err = watch_open(watch, pid);

	if (err == -ESRCH) {
		kml_error("there is no process %d", pid);
		return KML_EXIT_FAILED;
	}
	if (err) {
		kml_error("%d is no process: %s", pid,
			  err == -EINVAL || err == -ENOENT ? "it is a thread of one" :
							      strerror(-err));
		return KML_EXIT_FAILED;
	}
	r->n++;

	/* Somebody else's monitor serves as well, and stays theirs. */
	err = taskmonitor_add(r->monitor, pid);
	watch->added = !err;
	if (!err || err == -EEXIST)
		return GO_ON;
	kml_error("taskmonitor does not take process %d: %s", pid, strerror(-err));
	return KML_EXIT_FAILED;
}

static int start_command(struct recorder *r)
{
	char **command = r->options->command;
	int err, status;

	if (!command)
		return GO_ON;
	err = held_command_start(command, &r->mask, r->oom_score_adj, &r->command);
	if (err) {
		kml_error("cannot start a process: %s", strerror(-err));
		return KML_EXIT_FAILED;
	}
	status = watch_pid(r, r->command.pid);
	if (status != GO_ON) {
		held_command_cancel(&r->command);
		return status;
	}
	err = held_command_go(&r->command);
	if (err) {
		kml_error("cannot run '%s': %s", command[0], strerror(-err));
		waitpid(r->command.pid, NULL, 0);
		return KML_EXIT_FAILED;
	}
	r->running = true;
	return GO_ON;
}

static int start(struct recorder *r)
{
	const struct record_options *options = r->options;
	int status = GO_ON;

	for (size_t i = 0; i < options->n_pids && status == GO_ON; i++)
		status = watch_pid(r, options->pids[i]);
	return status == GO_ON ? start_command(r) : status;
}

/* --- waiting ---------------------------------------------------------------- */

static void show_progress(struct recorder *r)
{
	bool terminal = isatty(STDERR_FILENO);
	uint64_t now = boottime_ns(), resident = 0;
	size_t running = 0;
	char memory[32], line[128];

	if (now < r->next_progress_ns)
		return;
	r->next_progress_ns = now + (terminal ? 1000000000ULL : 5000000000ULL);
	for (size_t i = 0; i < r->n; i++) {
		running += !r->watches[i].ended;
		resident += watch_resident(&r->watches[i]);
	}
	snprintf(line, sizeof(line), "recording: %.0f s, %zu process%s, %s resident",
		 (double)(now - r->head.began_boottime_ns) / 1e9, running,
		 running == 1 ? "" : "es", kml_human_kib(resident, memory, sizeof(memory)));
	if (terminal)
		fprintf(stderr, "\r%s\033[K", line);
	else
		kml_note("%s", line);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

/* Waits until a process ends, a signal comes, or @timeout_ms is over. */
static void wait_for_events(struct recorder *r, int timeout_ms)
{
	struct pollfd fds[MAX_WATCHES + 1];

	for (size_t i = 0; i < r->n; i++) {
		/* poll() passes over a negative descriptor. */
		fds[i] = (struct pollfd){
			.fd = r->watches[i].ended ? -1 : r->watches[i].pidfd,
			.events = POLLIN,
		};
	}
	fds[r->n] = (struct pollfd){ .fd = r->stopped ? -1 : r->signals, .events = POLLIN };
	if (poll(fds, r->n + 1, timeout_ms) < 0)
		return;
	for (size_t i = 0; i < r->n; i++)
		r->watches[i].ended |= !!fds[i].revents;
	r->stopped |= !!fds[r->n].revents;
}

/* A recording of COMMAND ends with it, whoever is recorded beside it. */
static bool is_done(const struct recorder *r)
{
	size_t running = 0;

	for (size_t i = 0; i < r->n; i++)
		running += !r->watches[i].ended;
	return r->stopped || !running || (r->running && r->watches[r->n - 1].ended);
}

static void wait_until_done(struct recorder *r)
{
	while (!is_done(r)) {
		wait_for_events(r, 1000);
		show_progress(r);
	}
	clear_progress();
}

/*
 * A recording that was stopped takes COMMAND with it: nobody else would know of it. It gets the
 * chance to end in time for its end to be recorded.
 */
static void stop_command(struct recorder *r)
{
	struct watch *watch = &r->watches[r->n - 1];
	uint64_t deadline = boottime_ns() + TERMINATE_MS * 1000000ULL;

	if (!r->stopped || !r->running || watch->ended)
		return;
	pidfd_send_signal(watch->pidfd, SIGTERM, NULL, 0);
	while (!watch->ended && boottime_ns() < deadline)
		wait_for_events(r, TERMINATE_MS);
	if (!watch->ended)
		kml_note("'%s' goes on: it has not ended within %d ms of SIGTERM",
			 r->options->command[0], TERMINATE_MS);
}

/* --- collecting ------------------------------------------------------------- */

static struct watch *find_watch(struct recorder *r, uint64_t pid)
{
	for (size_t i = 0; i < r->n; i++)
		if ((uint64_t)r->watches[i].pid == pid)
			return &r->watches[i];
	return NULL;
}

static int take_end(const char *line, void *data)
{
	struct sample_line sample;
	char name[KML_NAME_SIZE];
	struct watch *watch;

	/* Most lines are not the one: this is cheaper than reading them. */
	if (!strstr(line, " ended 1") || sample_line_parse(line, &sample, name))
		return 0;
	watch = find_watch(data, sample.pid);
	if (watch && sample.ended)
		watch->told = true;
	return 0;
}

static bool ends_are_told(struct recorder *r)
{
	taskmonitor_history(r->monitor, take_end, r);
	for (size_t i = 0; i < r->n; i++)
		if (r->watches[i].ended && !r->watches[i].told)
			return false;
	return true;
}

/*
 * The last sample of a process comes with the tick after its end. Where ticks are rare, they are
 * hurried: nobody wants to wait for an hour.
 */
static void wait_for_last_samples(struct recorder *r)
{
	uint64_t deadline = boottime_ns() + LAST_SAMPLES_MS * 1000000ULL;
	unsigned int interval_ms = (unsigned int)r->head.interval_ms;
	int pause_ms = HASTE_MS;

	if (ends_are_told(r))
		return;
	if (interval_ms > HASTE_MS && !taskmonitor_set_interval(r->monitor, HASTE_MS) &&
	    !r->interval_ms)
		r->interval_ms = interval_ms;
	do {
		poll(NULL, 0, pause_ms);
		pause_ms = pause_ms < 200 ? 2 * pause_ms : pause_ms;
	} while (!ends_are_told(r) && boottime_ns() < deadline);
}

static int take_sample(const char *line, void *data)
{
	struct recorder *r = data;
	struct sample_line sample;
	char name[KML_NAME_SIZE];
	struct watch *watch;

	if (sample_line_parse(line, &sample, name)) {
		r->unreadable++;
		return 0;
	}
	watch = find_watch(r, sample.pid);
	if (!watch)
		return 0;
	watch->samples++;
	watch->victim |= !!sample.victim;
	if (sample.ended)
		watch->status = sample.status;
	watch->told |= !!sample.ended;
	kml_recording_write_sample(r->file.out, line);
	return ferror(r->file.out) ? -EIO : 0;
}

static size_t count_samples(const struct recorder *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->watches[i].samples;
	return n;
}

static void count_losses(struct recorder *r)
{
	struct kml_counters *lost = &r->head.lost;

	for (size_t i = 0; i < LENGTH(losses); i++) {
		struct kml_counter *counter = &lost->counters[lost->n++];

		strcpy(counter->name, losses[i]);
		counter->value = kml_counters_get(&r->head.stats, losses[i]) -
				 kml_counters_get(&r->before, losses[i]);
	}
}

static int collect(struct recorder *r)
{
	int err;

	wait_for_last_samples(r);
	err = taskmonitor_stats(r->monitor, &r->head.stats);
	if (!err) {
		count_losses(r);
		kml_recording_write_head(r->file.out, &r->head);
		err = taskmonitor_history(r->monitor, take_sample, r);
	}
	if (err && !ferror(r->file.out)) {
		kml_error("cannot read '%s': %s", taskmonitor_path(r->monitor), strerror(-err));
		return KML_EXIT_FAILED;
	}
	kml_recording_write_end(r->file.out, count_samples(r));
	err = new_file_commit(&r->file);
	if (err) {
		kml_error("cannot write '%s': %s", r->options->file, strerror(-err));
		return KML_EXIT_FAILED;
	}
	return KML_EXIT_OK;
}

/* --- telling ---------------------------------------------------------------- */

/* How COMMAND ended, by its own account if the module's is missing. */
static const char *command_end(struct recorder *r, char *out, size_t size)
{
	const struct watch *watch = &r->watches[r->n - 1];
	char end[32];
	int status;

	*out = '\0';
	if (!r->running)
		return out;
	if (waitpid(r->command.pid, &status, WNOHANG) == r->command.pid)
		kml_status_text((uint64_t)status, end, sizeof(end));
	else
		strcpy(end, "still running");
	snprintf(out, size, "; %s: %s%s", r->options->command[0], end,
		 watch->victim ? ", out of memory" : "");
	return out;
}

static unsigned long long lost(const struct recorder *r, const char *name)
{
	return kml_counters_get(&r->head.lost, name);
}

static void tell(struct recorder *r)
{
	uint64_t span = boottime_ns() - r->head.began_boottime_ns;
	char end[256];

	kml_note("%s: %zu samples of %zu process%s in %.1f s%s; %llu ticks late, %llu missed",
		 r->options->file, count_samples(r), r->n, r->n == 1 ? "" : "es",
		 (double)span / 1e9, command_end(r, end, sizeof(end)), lost(r, "late"),
		 lost(r, "missed"));
	if (lost(r, "recycled") || lost(r, "reclaimed") || lost(r, "dropped"))
		kml_note("history was lost meanwhile: %llu blocks recycled, %llu reclaimed, %llu samples dropped; a larger max_mib or a longer interval keeps more",
			 lost(r, "recycled"), lost(r, "reclaimed"), lost(r, "dropped"));
	if (r->unreadable)
		kml_note("%zu lines of the module were left out: this kmemlab does not understand them",
			 r->unreadable);
	for (size_t i = 0; i < r->n; i++)
		if (r->watches[i].ended && !r->watches[i].told)
			kml_note("the end of process %d is not in the recording", r->watches[i].pid);
}

/* --- setting up ------------------------------------------------------------- */

static int open_module(struct recorder *r)
{
	int err = taskmonitor_open(r->options->root, &r->monitor);
	const char *path = r->monitor ? taskmonitor_path(r->monitor) : "";

	switch (err) {
	case 0:
		return GO_ON;
	case -ENODEV:
		kml_error("the module taskmonitor is not loaded: run 'modprobe taskmonitor', or insmod build/modules/$(uname -r)/taskmonitor.ko");
		return KML_EXIT_UNSUPPORTED;
	case -EACCES:
		kml_error("no permission to open '%s': run as root", path);
		return KML_EXIT_FAILED;
	case -EPERM:
		kml_error("no permission to open '%s': the kernel is locked down (Secure Boot), or root lacks CAP_SYS_ADMIN",
			  path);
		return KML_EXIT_FAILED;
	case -ENOENT:
		kml_error("there is no '%s': run 'mount -t debugfs none /sys/kernel/debug'", path);
		return KML_EXIT_FAILED;
	default:
		kml_error("cannot open '%s': %s", path, strerror(-err));
		return KML_EXIT_FAILED;
	}
}

/* The words of COMMAND, and no byte that a terminal or the recording's lines would stumble over. */
static void join_command(char **command, char *out, size_t size)
{
	char *end = out + size;

	for (size_t i = 0; command && command[i] && end - out > 2; i++) {
		if (i)
			*out++ = ' ';
		kml_escape(out, (size_t)(end - out), command[i], strlen(command[i]));
		out += strlen(out);
	}
}

static void describe_machine(struct kml_recording_head *head)
{
	struct utsname name;
	struct sysinfo info;

	if (!uname(&name))
		snprintf(head->kernel, sizeof(head->kernel), "%s", name.release);
	if (!sysinfo(&info)) {
		head->memory_kib = (uint64_t)info.totalram * info.mem_unit / 1024;
		head->swap_kib = (uint64_t)info.totalswap * info.mem_unit / 1024;
	}
	head->cpus = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	head->began = (uint64_t)time(NULL);
	head->began_boottime_ns = boottime_ns();
}

static int set_interval(struct recorder *r)
{
	unsigned int now, wanted = r->options->interval_ms;
	int err = taskmonitor_get_interval(r->monitor, &now);

	if (!err && wanted && wanted != now) {
		err = taskmonitor_set_interval(r->monitor, wanted);
		if (!err)
			r->interval_ms = now;
	}
	if (err) {
		kml_error("cannot use '%s': %s", taskmonitor_path(r->monitor), strerror(-err));
		return KML_EXIT_FAILED;
	}
	r->head.interval_ms = wanted ? wanted : now;
	return GO_ON;
}

static int catch_signals(struct recorder *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &r->mask);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (r->signals >= 0)
		return GO_ON;
	kml_error("cannot wait for signals: %s", strerror(errno));
	return KML_EXIT_FAILED;
}

static int open_file(struct recorder *r)
{
	int err = new_file_create(&r->file, r->options->file, 0600);

	if (!err)
		return GO_ON;
	kml_error("cannot create '%s': %s", r->options->file, strerror(-err));
	return KML_EXIT_FAILED;
}

static int prepare(struct recorder *r)
{
	int status, err;

	status = open_module(r);
	if (status == GO_ON)
		status = open_file(r);
	if (status == GO_ON)
		status = catch_signals(r);
	if (status != GO_ON)
		return status;
	err = shield_raise(r->oom_score_adj, sizeof(r->oom_score_adj));
	if (err)
		kml_note("the recorder is not protected from running out of memory: %s",
			 strerror(-err));
	err = taskmonitor_stats(r->monitor, &r->before);
	if (err) {
		kml_error("cannot read '%s': %s", taskmonitor_path(r->monitor), strerror(-err));
		return KML_EXIT_FAILED;
	}
	join_command(r->options->command, r->head.command, sizeof(r->head.command));
	describe_machine(&r->head);
	r->next_progress_ns = r->head.began_boottime_ns + 1000000000;
	return set_interval(r);
}

/* Leaves the module as it was, however far we came. */
static void undo(struct recorder *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->watches[i].added)
			taskmonitor_remove(r->monitor, r->watches[i].pid);
		watch_close(&r->watches[i]);
	}
	if (r->interval_ms && taskmonitor_set_interval(r->monitor, r->interval_ms))
		kml_note("the interval of taskmonitor could not be set back to %u ms",
			 r->interval_ms);
	if (r->signals >= 0)
		close(r->signals);
	new_file_discard(&r->file);
	taskmonitor_close(r->monitor);
}

int recorder_run(const struct record_options *options)
{
	static struct recorder recorder;
	struct recorder *r = &recorder;
	int status;

	*r = (struct recorder){ .options = options, .signals = -1 };
	status = prepare(r);
	if (status == GO_ON)
		status = start(r);
	if (status == GO_ON) {
		wait_until_done(r);
		stop_command(r);
		status = collect(r);
		if (status == KML_EXIT_OK)
			tell(r);
	}
	undo(r);
	return status;
}
