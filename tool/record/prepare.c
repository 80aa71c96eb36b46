// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever is needed at the end is opened and allocated here, at the start: by then the machine
 * may have no memory left.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "lib/privileges.h"
#include "lib/shield.h"
#include "lib/signals.h"
#include "lib/text.h"
#include "record/pressure.h"
#include "record/state.h"
#include "refused_file.h"

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

static void read_boot_id(char *id, int size)
{
	FILE *in = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!in)
		return;
	if (fgets(id, size, in))
		id[strcspn(id, "\n")] = '\0';
	fclose(in);
}

static void describe_machine(struct kml_recording_head *head)
{
	struct utsname name;
	struct sysinfo info;

	if (!uname(&name)) {
		snprintf(head->kernel, sizeof(head->kernel), "%s", name.release);
		kml_escape(head->host, sizeof(head->host), name.nodename, strlen(name.nodename));
	}
	read_boot_id(head->boot_id, sizeof(head->boot_id));
	if (!sysinfo(&info)) {
		head->memory_kib = (uint64_t)info.totalram * info.mem_unit / 1024;
		head->swap_kib = (uint64_t)info.totalswap * info.mem_unit / 1024;
	}
	head->cpus = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	head->began = (uint64_t)time(NULL);
	head->began_boottime_ns = clock_ns(CLOCK_BOOTTIME);
}

static size_t most_processes(const struct record_options *options)
{
	return options->selections.n ? options->max_processes : options->n_pids + !!options->command;
}

/* A file that rotates is not replaced by one that begins either. */
static int open_file(struct recorder *r)
{
	const struct record_options *options = r->options;
	const struct kml_keeper_options keeper = {
		.path = options->file,
		.processes = most_processes(options),
		.rotate_bytes = options->rotate_mib << 20,
		.rotate_ns = options->rotate_s * 1000000000,
		.keep = options->rotate_mib || options->rotate_s ? options->keep : 0,
	};
	int err = kml_keeper_new(&keeper, &r->keeper);

	if (!err)
		return GO_ON;
	kml_refuse_file(options->file, err);
	return KML_EXIT_FAILED;
}

/*
 * Who is selected runs without us: all that is needed is to open the module again, and to lock what is
 * allocated later. What then cannot be written cannot be written now.
 */
static int drop_privileges(const struct recorder *r)
{
	static const int kept[] = { CAP_SYS_PTRACE, CAP_IPC_LOCK };
	int err = recorder_selects(r) ? privileges_keep(kept, sizeof(kept) / sizeof(kept[0])) : 0;

	if (!err)
		return GO_ON;
	kml_error("cannot give up privileges: %s", strerror(-err));
	return KML_EXIT_FAILED;
}

static int protect(struct recorder *r)
{
	int err = shield_raise(r->oom_score_adj, sizeof(r->oom_score_adj));

	if (err)
		kml_note("the recorder is not protected from running out of memory: %s",
			 strerror(-err));
	return drop_privileges(r);
}

static int make_table(struct recorder *r)
{
	int err = tracked_init(&r->tracked, (uint32_t)most_processes(r->options));

	if (!err)
		return GO_ON;
	kml_error("not enough memory");
	return KML_EXIT_FAILED;
}

static void describe(struct recorder *r)
{
	join_command(r->options->command, r->head.command, sizeof(r->head.command));
	if (r->options->command)
		kml_escape(r->program, sizeof(r->program), r->options->command[0],
			   strlen(r->options->command[0]));
	describe_machine(&r->head);
	r->began_ns = r->head.began_boottime_ns;
	r->looked_ns = r->began_ns;
	r->next_progress_ns = r->began_ns + 1000000000;
	r->available_kib = r->head.memory_kib;
	r->pressure = pressure_open();
}

int recorder_prepare(struct recorder *r)
{
	int status;

	status = recorder_connect(r);
	if (status == GO_ON) {
		/* A recording goes on when nobody sees its progress any more. */
		r->signals = kml_catch_signals(&r->mask);
		status = r->signals < 0 ? KML_EXIT_FAILED : GO_ON;
	}
	if (status == GO_ON)
		status = protect(r);
	if (status == GO_ON)
		status = open_file(r);
	if (status == GO_ON)
		status = make_table(r);
	if (status != GO_ON)
		return status;
	describe(r);
	recorder_begin_taking(r);
	return recorder_set_interval(r);
}
