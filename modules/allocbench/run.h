/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_RUN_H
#define ALLOCBENCH_RUN_H

#include "request.h"
#include "worker.h"

/**
 * struct result - what has become of a request
 * @request: the request
 * @there: it was measured
 * @refused: why not, in words; NULL: there is nothing to say
 * @end: why it has ended
 * @objects: that one call has handed out
 * @workers: threads that have done it
 * @usable: bytes of an object that may be used
 * @alloc: what allocating took, on all CPUs together
 * @free: what freeing took
 */
struct result {
	struct request request;
	bool there;
	const char *refused;
	enum worker_end end;
	unsigned int objects;
	unsigned int workers;
	size_t usable;
	struct measure alloc;
	struct measure free;
};

int run_request(struct result *result);

#endif
