// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and unloads a module again and again, with nothing around it that needs memory.
 *
 * reload FILE N [PARAMETERS]
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void die(const char *what)
{
	fputs("reload: ", stderr);
	perror(what);
	exit(1);
}

int main(int argc, char **argv)
{
	const char *path = argc > 2 ? argv[1] : "";
	const char *base = strrchr(path, '/');
	int times = argc > 2 ? atoi(argv[2]) : 0;
	char name[64];
	int fd;

	if (times <= 0)
		return 2;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	snprintf(name, sizeof(name), "%s", base ? base + 1 : path);
	name[strcspn(name, ".")] = '\0';
	while (times--) {
		if (syscall(SYS_finit_module, fd, argc > 3 ? argv[3] : "", 0))
			die("load");
		if (syscall(SYS_delete_module, name, O_NONBLOCK))
			die("unload");
	}
	return 0;
}
