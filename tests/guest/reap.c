// SPDX-License-Identifier: GPL-2.0-only
/*
 * reap FILE COMMAND...: runs COMMAND, waits for its end, and writes to FILE what wait4() tells:
 *
 *  status S usr NS sys NS minflt N majflt N
 *  maxrss KIB
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long long ns(const struct timeval *t)
{
	return t->tv_sec * 1000000000ull + t->tv_usec * 1000ull;
}

int main(int argc, char **argv)
{
	struct rusage use;
	int status;
	pid_t child;
	FILE *file;

	if (argc < 3) {
		fprintf(stderr, "usage: reap FILE COMMAND...\n");
		return 2;
	}
	child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &use) != child) {
		perror("reap");
		return 3;
	}
	file = fopen(argv[1], "w");
	if (!file) {
		perror(argv[1]);
		return 3;
	}
	fprintf(file, "status %d usr %llu sys %llu minflt %ld majflt %ld\nmaxrss %ld\n", status,
		ns(&use.ru_utime), ns(&use.ru_stime), use.ru_minflt, use.ru_majflt, use.ru_maxrss);
	return fclose(file) ? 3 : 0;
}
