// SPDX-License-Identifier: GPL-2.0-only
/* What the machine says at its end: a whole verdict in its one form, or nothing. */
#include <errno.h>
#include <string.h>

#include "machine/verdict.h"
#include "target.h"

/* As vm/init/verdict.c writes it. */
static int write_verdict(char *text, size_t size, const struct verdict *v)
{
	return snprintf(text, size,
			"{\"version\":1,\"status\":%d,\"signal\":%d,\"taint\":%lu,"
			"\"stdout\":%llu,\"stderr\":%llu}\n",
			v->status, v->signal, v->taint, v->out_bytes, v->err_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verdict verdict, before;
	char *line = malloc(size + 1), again[256];
	int err;

	check(line);
	memcpy(line, data, size);
	line[size] = '\0';
	memset(&verdict, 0xa5, sizeof(verdict));
	before = verdict;
	err = verdict_parse(line, &verdict);
	if (err) {
		check(err == -EBADMSG);
		check(!memcmp(&verdict, &before, sizeof(verdict)));
	} else {
		check(verdict_exit_status(&verdict) >= 0 && verdict_exit_status(&verdict) <= 255);
		write_verdict(again, sizeof(again), &verdict);
		check(!strcmp(line, again));
	}
	free(line);
	return 0;
}
