// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "modules.h"
#include "plan.h"
#include "verdict.h"

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && !strcmp(text + length - end_length, end);
}

void modules_load(void)
{
	char *at = NULL, *value;

	while ((value = plan_next("module", &at))) {
		char *options = strchr(value, ' ');
		int flags = 0, fd;

		if (options)
			*options++ = '\0';
		if (!ends_with(value, ".ko"))
			flags |= 4;	/* MODULE_INIT_COMPRESSED_FILE */
		fd = open(value, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, options ?: "", flags) &&
			       errno != EEXIST))
			die("cannot load %s: %s", value, strerror(errno));
		close(fd);
		unlink(value);
	}
}
