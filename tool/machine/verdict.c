// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "machine/verdict.h"

/* Documentation/admin-guide/tainted-kernels.rst */
#define TAINT_MACHINE_CHECK	(1UL << 4)
#define TAINT_BAD_PAGE		(1UL << 5)
#define TAINT_DIE		(1UL << 7)
#define TAINT_WARN		(1UL << 9)
#define TAINT_SOFTLOCKUP	(1UL << 14)

/* The one form there is, to read and to write: vm/init/verdict.c has the other end. */
#define FORMAT \
	"{\"version\":1,\"status\":%d,\"signal\":%d,\"taint\":%lu,\"stdout\":%llu,\"stderr\":%llu}\n"

/* sscanf() takes white space, signs, numbers of any size: what it read has to be what is there. */
int verdict_parse(const char *line, struct verdict *ret_verdict)
{
	struct verdict v = { };
	char again[256];

	if (sscanf(line, FORMAT, &v.status, &v.signal, &v.taint, &v.out_bytes, &v.err_bytes) != 5)
		return -EBADMSG;
	snprintf(again, sizeof(again), FORMAT, v.status, v.signal, v.taint, v.out_bytes,
		 v.err_bytes);
	if (strcmp(line, again))
		return -EBADMSG;
	if (v.status < 0 || v.status > 255 || v.signal < 0 || v.signal > 127)
		return -EBADMSG;
	*ret_verdict = v;
	return 0;
}

int verdict_exit_status(const struct verdict *verdict)
{
	return verdict->signal ? 128 + verdict->signal : verdict->status;
}

bool verdict_tainted_by_splat(const struct verdict *verdict)
{
	return verdict->taint & (TAINT_MACHINE_CHECK | TAINT_BAD_PAGE | TAINT_DIE | TAINT_WARN |
				 TAINT_SOFTLOCKUP);
}
