// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"
#include "record/facts.h"

/* Return: how many bytes; a NUL is behind them. */
static size_t read_file(pid_t pid, const char *name, char *to, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	*to = '\0';
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, to, size - 1);
	close(fd);
	to[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* When it was created, as /proc counts: its number may be another's by now. */
static bool is_it(uint64_t start_ns, unsigned long long ticks)
{
	uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);

	return !start_ns || start_ns / tick_ns == ticks;
}

/* Behind the name, which ends at the last parenthesis. Return: whether it is the process. */
static bool read_parent(struct kml_process_facts *facts, pid_t pid, uint64_t start_ns)
{
	unsigned long long ticks;
	char text[1024], *at;
	int parent;

	read_file(pid, "stat", text, sizeof(text));
	at = strrchr(text, ')');
	if (!at || sscanf(at, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			  &parent, &ticks) != 2)
		return false;
	if (!is_it(start_ns, ticks))
		return false;
	facts->parent = (uint64_t)parent;
	facts->has_parent = parent >= 0;
	return true;
}

/* The one of cgroup v2, "0::/system.slice/some.service". */
static void read_cgroup(struct kml_process_facts *facts, pid_t pid)
{
	char text[4096], *line;

	read_file(pid, "cgroup", text, sizeof(text));
	line = strncmp(text, "0::", 3) ? strstr(text, "\n0::") : text;
	if (!line)
		return;
	line = strchr(line, '/');
	if (line)
		kml_escape(facts->cgroup, sizeof(facts->cgroup), line, strcspn(line, "\n"));
}

static void read_command(struct kml_process_facts *facts, pid_t pid)
{
	char text[KML_PROCESS_COMMAND];
	size_t n = read_file(pid, "cmdline", text, sizeof(text));

	while (n && !text[n - 1])
		n--;
	for (size_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	/* None once it has given its memory up: then what it was holds. */
	if (n)
		kml_escape(facts->command, sizeof(facts->command), text, n);
}

void facts_read(struct kml_process_facts *facts, pid_t pid, uint64_t start_ns)
{
	if (!read_parent(facts, pid, start_ns))
		return;
	read_cgroup(facts, pid);
	read_command(facts, pid);
}
