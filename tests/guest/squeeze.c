// SPDX-License-Identifier: GPL-2.0-only
/*
 * squeeze FILE NAME N [PAUSE]: takes memory, little by little, until the counter NAME of FILE has
 * risen by N: memory pressure just as large as needed. Then the memory is given back. Where memory is
 * scarce it waits for PAUSE microseconds (0) each time: the kernel then reclaims in the background,
 * which goes deeper, but comes back where it finds a lock taken, and this process is not ended before
 * that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define STEP (1UL << 18)
/* So little is left where reclaim has begun, or soon will. */
#define SCARCE (32UL << 20)

static long counter(int fd, const char *name)
{
	static char text[1 << 14];
	size_t length = strlen(name);
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

	text[got < 0 ? 0 : got] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == ' ')
			return atol(line + length);
	}
	fprintf(stderr, "squeeze: no counter %s\n", name);
	exit(1);
}

/* When there is no memory left the kernel ends this process rather than another one. */
static void be_the_victim(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, "1000", 4) != 4)
		exit(1);
	close(fd);
}

static void pause_if_scarce(useconds_t pause)
{
	struct sysinfo info;

	if (pause && !sysinfo(&info) && info.freeram * info.mem_unit < SCARCE)
		usleep(pause);
}

int main(int argc, char **argv)
{
	long wanted;
	int fd;

	if (argc < 4 || argc > 5)
		return 2;
	fd = open(argv[1], O_RDONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 2;
	}
	be_the_victim();
	wanted = counter(fd, argv[2]) + atol(argv[3]);
	while (counter(fd, argv[2]) < wanted) {
		char *memory = mmap(NULL, STEP, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			return 1;
		memset(memory, 1, STEP);
		pause_if_scarce(argc > 4 ? (useconds_t)atol(argv[4]) : 0);
	}
	return 0;
}
