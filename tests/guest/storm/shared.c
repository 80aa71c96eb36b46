// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mman.h>
#include <unistd.h>

#include "expect.h"
#include "shared.h"

struct shared *shared;
int shared_file;

void shared_join(int fd)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	expect(shared != MAP_FAILED, "mmap");
}

void shared_create(void)
{
	shared_file = memfd_create("storm", 0);
	expect(shared_file >= 0 && !ftruncate(shared_file, sizeof(*shared)), "memfd");
	shared_join(shared_file);
}
