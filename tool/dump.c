// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab dump: what /dev/taskmonitor says, as text. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bad_option.h"
#include "lib/message.h"
#include "lib/stream.h"
#include "verb.h"

#define DEVICE "/dev/taskmonitor"

enum { GO_ON = -1 };	/* no exit code yet */

struct options {
	const char *file;
	bool follow;
	bool now;
};

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab dump [options] [FILE]\n\n"
	      "Print what the recorder tells: all it has kept, up to now. FILE is what was read from\n"
	      DEVICE ", '-' standard input.\n\n"
	      "Options:\n"
	      " -f, --follow  go on with what comes\n"
	      " -n, --now     leave out what was kept, and go on with what comes\n"
	      " -h, --help    this text\n", out);
}

/* As the module's own files show it: what could break a line or a terminal is \xHH. */
static void print_name(const char *name)
{
	if (!*name)
		fputs("\"\"", stdout);
	for (; *name; name++) {
		if (*name > ' ' && *name <= '~' && *name != '"' && *name != '\\')
			putchar(*name);
		else
			printf("\\x%02x", (unsigned char)*name);
	}
}

static int print_header(const struct kml_stream_header *header, void *unused)
{
	printf("header time %" PRIu64 " realtime %" PRIu64 " interval %" PRIu64 " fields %" PRIu32
	       "\n", (uint64_t)header->time, (uint64_t)header->realtime,
	       (uint64_t)header->interval, header->fields);
	return 0;
}

static int print_process(const struct kml_stream_process *process, void *unused)
{
	printf("process %" PRIu64 " pid %" PRId32 " start %" PRIu64 " next %" PRIu64 " comm ",
	       (uint64_t)process->process, process->pid, (uint64_t)process->start,
	       (uint64_t)process->next);
	print_name(process->comm);
	putchar('\n');
	return 0;
}

static void print_fields(const struct kml_sample *sample)
{
	static const struct {
		const char *name;
		enum kml_field field;
	} pairs[] = {
		{ "usr", KML_USR }, { "sys", KML_SYS }, { "time", KML_TIME },
		{ "total", KML_TOTAL }, { "stack", KML_STACK }, { "data", KML_DATA },
		{ "rss", KML_FIELDS }, { "anon", KML_ANON }, { "file", KML_FILE },
		{ "shmem", KML_SHMEM }, { "swap", KML_SWAP }, { "pgtables", KML_PGTABLES },
		{ "peak", KML_PEAK }, { "minflt", KML_MINFLT }, { "majflt", KML_MAJFLT },
		{ "threads", KML_THREADS },
	};
	const __u64 *field = sample->field;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		printf(" %s %" PRIu64, pairs[i].name,
		       (uint64_t)(pairs[i].field == KML_FIELDS ?
				  field[KML_ANON] + field[KML_FILE] + field[KML_SHMEM] :
				  field[pairs[i].field]));
}

/* The very line of /sys/kernel/debug/taskmonitor. */
static int print_sample(const struct kml_stream_process *process, const struct kml_sample *sample,
			void *unused)
{
	const __u64 *field = sample->field;

	printf("pid %" PRId32, process->pid);
	print_fields(sample);
	fputs(" comm ", stdout);
	print_name(process->comm);
	if (field[KML_FLAGS] & KML_VICTIM)
		fputs(" victim 1", stdout);
	if (field[KML_FLAGS] & KML_LEFT)
		fputs(" left 1", stdout);
	if (field[KML_FLAGS] & KML_ENDED)
		printf(" ended 1 status %" PRIu64, (uint64_t)field[KML_STATUS]);
	putchar('\n');
	return 0;
}

static int print_event(const struct kml_stream_process *process,
		       const struct kml_stream_event *event, const struct kml_sample *sample,
		       void *unused)
{
	static const char * const kinds[] = {
		[KML_EVENT_FORK] = "fork", [KML_EVENT_EXEC] = "exec", [KML_EVENT_EXIT] = "exit",
		[KML_EVENT_VICTIM] = "victim", [KML_EVENT_REMOVED] = "removed",
	};
	bool known = event->kind < sizeof(kinds) / sizeof(kinds[0]) && kinds[event->kind];

	printf("event %s process %" PRIu64 " pid %" PRId32 " at %" PRIu64,
	       known ? kinds[event->kind] : "unknown", (uint64_t)event->process,
	       process ? process->pid : event->pid, (uint64_t)event->time);
	if (event->kind == KML_EVENT_FORK)
		printf(" child %" PRId32, event->other);
	if (event->kind == KML_EVENT_EXIT)
		printf(" status %" PRIu32, event->status);
	if (event->kind == KML_EVENT_REMOVED)
		printf(" count %" PRIu64, (uint64_t)event->count);
	if (sample)
		print_fields(sample);
	fputs(" comm ", stdout);
	print_name(event->comm);
	putchar('\n');
	return 0;
}

static int print_system(const struct kml_system *system, void *unused)
{
	static const struct {
		const char *name;
		size_t offset;
	} pairs[] = {
#define PAIR(name) { #name, offsetof(struct kml_system, name) }
		PAIR(time), PAIR(free), PAIR(available), PAIR(swap_free), PAIR(anon), PAIR(file),
		PAIR(shmem), PAIR(slab_reclaimable), PAIR(slab_unreclaimable), PAIR(pagetables),
		PAIR(kernel_stacks), PAIR(vmalloc),
#undef PAIR
	};

	fputs("system", stdout);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		uint64_t value;

		memcpy(&value, (const char *)system + pairs[i].offset, sizeof(value));
		if (value != KML_UNKNOWN_FIGURE)
			printf(" %s %" PRIu64, pairs[i].name, value);
	}
	putchar('\n');
	return 0;
}

static int print_gap(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		     void *unused)
{
	static const char * const reasons[] = {
		"reclaimed", "recycled", "removed", "late", "missed", "dropped", "events", "system",
		"refused", "overrun",
	};

	printf("gap %" PRIu64 " count %" PRIu64 " first %" PRIu64 " from %" PRIu64 " to %" PRIu64,
	       (uint64_t)gap->process, (uint64_t)gap->count, (uint64_t)gap->first,
	       (uint64_t)gap->from, (uint64_t)gap->to);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (gap->reasons & (1U << i))
			printf(" %s 1", reasons[i]);
	putchar('\n');
	return 0;
}

static int fail(const char *what, const char *file, int err)
{
	kml_error("cannot %s '%s': %s", what, file, strerror(-err));
	return KML_EXIT_FAILED;
}

/* Standard input is duplicated, so that whatever is opened can be closed. */
static int open_source(const struct options *options, int *ret)
{
	bool waits = options->follow || options->now;
	int fd = strcmp(options->file, "-") ?
		open(options->file, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK)) :
		fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	if (fd < 0 && errno == ENOENT && !strcmp(options->file, DEVICE)) {
		kml_error("the module taskmonitor is not loaded: run 'modprobe taskmonitor'");
		return KML_EXIT_UNSUPPORTED;
	}
	if (fd < 0)
		return fail("open", options->file, -errno);
	if (options->now && lseek(fd, 0, SEEK_END)) {
		close(fd);
		return fail("seek", options->file, errno ? -errno : -ESPIPE);
	}
	*ret = fd;
	return GO_ON;
}

static int print_all(struct kml_stream *stream, const struct options *options, int fd)
{
	static char buffer[1 << 16];
	ssize_t n;
	int err;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		err = kml_stream_add(stream, buffer, (size_t)n);
		if (err)
			return fail("understand", options->file, err);
		if (options->follow || options->now)
			fflush(stdout);
		if (ferror(stdout))
			return KML_EXIT_OK;
	}
	if (n < 0 && errno != EAGAIN)
		return fail("read", options->file, -errno);
	if (!kml_stream_is_whole(stream))
		return fail("understand", options->file, -EBADMSG);
	return KML_EXIT_OK;
}

static void print_account(const struct kml_stream *stream)
{
	struct kml_account account = kml_stream_account(stream);

	printf("account delivered %" PRIu64 " thinned %" PRIu64 " gone %" PRIu64
	       " unexplained %" PRIu64 "\n",
	       account.delivered, account.thinned, account.gone, account.unexplained);
}

static int dump(const struct options *options)
{
	static const struct kml_stream_calls calls = {
		.header = print_header,
		.process = print_process,
		.sample = print_sample,
		.gap = print_gap,
		.event = print_event,
		.system = print_system,
	};
	struct kml_stream *stream;
	int fd, status = open_source(options, &fd);

	if (status != GO_ON)
		return status;
	stream = kml_stream_new(&calls, NULL);
	status = stream ? print_all(stream, options, fd) : fail("read", options->file, -ENOMEM);
	if (status == KML_EXIT_OK)
		print_account(stream);
	kml_stream_free(stream);
	close(fd);
	return status;
}

int verb_dump(int argc, char **argv)
{
	static const struct option known[] = {
		{ "follow", no_argument, NULL, 'f' },
		{ "now", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	struct options options = { .file = DEVICE };
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":fnh", known, NULL)) != -1) {
		switch (option) {
		case 'f':
			options.follow = true;
			break;
		case 'n':
			options.now = true;
			break;
		case 'h':
			print_usage(stdout);
			return KML_EXIT_OK;
		default:
			return kml_bad_option(option, argv);
		}
	}
	if (optind + 1 < argc) {
		kml_error("more than one FILE; 'kmemlab dump --help' tells more");
		return KML_EXIT_USAGE;
	}
	if (optind < argc)
		options.file = argv[optind];
	return dump(&options);
}
