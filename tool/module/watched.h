/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_WATCHED_H
#define KMEMLAB_MODULE_WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WATCHED_FRAMES = 16, WATCHED_PROBLEMS = 64 };

/**
 * struct watched_frame - of a call stack
 * @function: its name; "?" when the kernel did not find it
 * @offset: in the function, of where the call returns to
 * @size: of the function, as the kernel knows it
 * @module: that it is in; an empty string: the kernel
 */
struct watched_frame {
	char function[128];
	uint64_t offset;
	uint64_t size;
	char module[64];
};

/**
 * struct watched_stack - of a call
 * @frame: innermost first
 * @frames: how many
 */
struct watched_stack {
	struct watched_frame frame[WATCHED_FRAMES];
	size_t frames;
};

/**
 * struct watched_site - a call stack whose objects are not all freed
 * @allocator: what was called
 * @objects: that are left
 * @bytes: of them all
 * @allocated: allocations in all
 * @address: of the oldest, as text
 * @age: of the oldest, ns
 * @stack: the calls
 */
struct watched_site {
	char allocator[32];
	uint64_t objects;
	uint64_t bytes;
	uint64_t allocated;
	char address[24];
	uint64_t age;
	struct watched_stack stack;
};

/**
 * struct watched_free - a call stack on which the target frees what it should not
 * @again: it is free already; else the target was not seen to allocate it
 * @count: how many times
 * @stack: the calls
 */
struct watched_free {
	bool again;
	uint64_t count;
	struct watched_stack stack;
};

enum watched_phase { WATCHED_INIT, WATCHED_USE, WATCHED_EXIT, WATCHED_PHASES };

/**
 * struct watched_calls - a call stack that asks for memory
 * @function: what is called
 * @key: the same each time
 * @calls: how many there were in each phase
 * @stack: the calls
 */
struct watched_calls {
	char function[32];
	uint64_t key;
	uint64_t calls[WATCHED_PHASES];
	struct watched_stack stack;
};

/**
 * struct watched - what allocwatch tells
 * @state: of the target: awaited, coming, live, gone, failed or refused
 * @allocated: allocations that were recorded
 * @freed: of these
 * @sites: those that have something left
 * @n_sites: how many
 * @frees: those that are wrong, or may be
 * @n_frees: how many
 * @calls: where memory is asked for, of a watcher that lets calls fail
 * @n_calls: how many
 * @failed: a call has been made to fail
 * @failed_in: when
 * @problem: what may be missing, each in words
 * @n_problems: how many
 */
struct watched {
	char state[16];
	uint64_t allocated;
	uint64_t freed;
	struct watched_site *sites;
	size_t n_sites;
	struct watched_free *frees;
	size_t n_frees;
	struct watched_calls *calls;
	size_t n_calls;
	bool failed;
	enum watched_phase failed_in;
	char problem[WATCHED_PROBLEMS][96];
	size_t n_problems;
};

/*
 * Reads the lines of include/uapi/kmemlab/allocwatch.h up to their end. Return: 0; -EPROTO for another
 * version, -EINVAL for what is none of it or cut off, -ENOMEM. To be freed in any case.
 */
int watched_read(FILE *in, struct watched *ret_watched);
void watched_free(struct watched *watched);

/* One line of a kind that stands in other texts as well. Return: 0, or -EINVAL for what is none. */
int watched_parse_site(const char *line, struct watched_site *ret_site);
int watched_parse_calls(const char *line, struct watched_calls *ret_calls);
int watched_parse_frame(const char *line, struct watched_stack *stack);
int watched_parse_phase(const char *word, enum watched_phase *ret_phase);

/*
 * A line of a site or of one of its frames, where there are no others; it is added to the sites. Return:
 * 0 or -errno.
 */
int watched_take_site_line(struct watched *watched, const char *line);
int watched_add_site(struct watched *watched, const struct watched_site *site);

/* And likewise to write them. */
void watched_print_site(FILE *out, const struct watched_site *site);
void watched_print_calls(FILE *out, const struct watched_calls *calls);
uint64_t watched_all_calls(const struct watched_calls *calls);
const char *watched_phase_name(enum watched_phase phase);

/* Most bytes first. */
void watched_sort(struct watched *watched);

#endif
