// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "files.h"
#include "ports.h"
#include "relay.h"
#include "verdict.h"

/* How long the host may take to end a machine that has failed. */
#define LAST_SECONDS 10

void power_off(void)
{
	reboot(RB_AUTOBOOT);	/* the host runs us with -no-reboot: the quickest way out */
	for (;;)
		pause();
}

void die(const char *format, ...)
{
	char reason[256];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);

	fprintf(stderr, "kmemlab-init: %s\n", reason);
	if (ports[PORT_VERDICT] >= 0)
		dprintf(ports[PORT_VERDICT], "failed %s\n", reason);
	tcdrain(STDERR_FILENO);
	if (ports[PORT_VERDICT] >= 0)
		poll(NULL, 0, LAST_SECONDS * 1000);
	power_off();
}

void verdict_ready(void)
{
	if (write(ports[PORT_VERDICT], "ready\n", 6) != 6)
		die("the host does not listen: %s", strerror(errno));
}

void verdict_give(int status)
{
	char taint[32], consoles[256], line[256];
	int length;

	sync();
	read_file("/proc/sys/kernel/tainted", taint, sizeof(taint));
	/* Reading this takes the console's lock: whatever was printed is out then. */
	read_file("/proc/consoles", consoles, sizeof(consoles));
	length = snprintf(line, sizeof(line),
			  "{\"version\":1,\"status\":%d,\"signal\":%d,\"taint\":%s,"
			  "\"stdout\":%llu,\"stderr\":%llu}\n",
			  WIFEXITED(status) ? WEXITSTATUS(status) : 0,
			  WIFSIGNALED(status) ? WTERMSIG(status) : 0, taint,
			  relay_total(PORT_STDOUT), relay_total(PORT_STDERR));
	while (write(ports[PORT_VERDICT], line, length) < 0 &&
	       (errno == EAGAIN || errno == ENOMEM))
		poll(NULL, 0, 10);
	/* Whoever reads what the command printed may be slow; the host ends the machine after. */
	for (;;)
		pause();
}
