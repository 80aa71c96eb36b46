// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab dump: what /dev/taskmonitor says, as text. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/message.h"
#include "lib/stream.h"
#include "lib/stream_text.h"
#include "lib/taskmonitor.h"
#include "no_device.h"
#include "usage.h"
#include "verb.h"

struct options {
	const char *file;
	bool follow;
	bool now;
};

static const struct kml_usage usage = {
	.verb = "dump",
	.forms = "dump [options] [FILE]",
	.about = "Print what the recorder tells: all it has kept, up to now. FILE is what was read\n"
		 "from " TASKMONITOR_DEVICE ", '-' standard input.",
	.options = (const struct kml_option[]){
		{ 'f', "follow", NULL, "go on with what comes" },
		{ 'n', "now", NULL, "leave out what was kept, and go on with what comes" },
		{},
	},
};

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

	if (fd < 0 && !strcmp(options->file, TASKMONITOR_DEVICE))
		return kml_no_device(options->file, errno == ENOENT ? -ENODEV : -errno);
	if (fd < 0)
		return fail("open", options->file, -errno);
	if (options->now && lseek(fd, 0, SEEK_END)) {
		close(fd);
		return fail("seek", options->file, errno ? -errno : -ESPIPE);
	}
	*ret = fd;
	return KML_GO_ON;
}

static int print_all(struct kml_stream *stream, const struct options *options, int fd)
{
	static char buffer[1 << 16];
	ssize_t n;
	int err;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		err = kml_stream_add(stream, buffer, (size_t)n);
		if (options->follow || options->now)
			fflush(stdout);
		/* Told at the end, by who has called. */
		if (ferror(stdout))
			return KML_EXIT_OK;
		if (err)
			return fail("understand", options->file, err);
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
		.header = kml_text_header,
		.process = kml_text_process,
		.sample = kml_text_sample,
		.gap = kml_text_gap,
		.thinned = kml_text_thinned,
		.event = kml_text_event,
		.system = kml_text_system,
	};
	struct kml_stream *stream;
	int fd = -1, status = open_source(options, &fd);

	if (status != KML_GO_ON)
		return status;
	stream = kml_stream_new(&calls, stdout);
	status = stream ? print_all(stream, options, fd) : fail("read", options->file, -ENOMEM);
	if (status == KML_EXIT_OK)
		print_account(stream);
	kml_stream_free(stream);
	close(fd);
	return status;
}

static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	if (id == 'f')
		options->follow = true;
	else
		options->now = true;
	return KML_GO_ON;
}

int verb_dump(int argc, char **argv)
{
	struct options options = { .file = TASKMONITOR_DEVICE };
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status != KML_GO_ON)
		return status;
	if (optind + 1 < argc)
		return kml_misused(&usage, "takes one FILE at most");
	if (optind < argc)
		options.file = argv[optind];
	return dump(&options);
}
