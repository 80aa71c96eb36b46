// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>

#include "course.h"
#include "shared.h"

static uint64_t end;

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

void course_begin(uint64_t seconds)
{
	end = now_ns() + seconds * 1000000000ull;
}

static bool is_pressed(void)
{
	return __atomic_load_n(&shared->pressed, __ATOMIC_RELAXED);
}

void set_pressed(void)
{
	__atomic_store_n(&shared->pressed, true, __ATOMIC_RELAXED);
}

void give_up(void)
{
	__atomic_store_n(&shared->given_up, true, __ATOMIC_RELAXED);
}

bool over(void)
{
	return (now_ns() >= end && is_pressed()) ||
	       __atomic_load_n(&shared->given_up, __ATOMIC_RELAXED);
}

bool is_leaving(void)
{
	return __atomic_load_n(&shared->leaving, __ATOMIC_RELAXED);
}

void set_leaving(bool leaving)
{
	__atomic_store_n(&shared->leaving, leaving, __ATOMIC_RELAXED);
}

bool may_stay(void)
{
	return !over() && !is_leaving();
}

bool is_calm(void)
{
	return now_ns() / 5000000000ull % 2;
}
