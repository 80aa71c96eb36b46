// SPDX-License-Identifier: GPL-2.0-only
#include <unistd.h>

#include "chance.h"

static uint64_t state;

void seed(uint64_t with)
{
	state = with * 0x9e3779b97f4a7c15ull | 1;
}

unsigned int below(unsigned int n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 32) % n;
}

void rest(unsigned int us)
{
	usleep(below(us) + 1);
}
