// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/taskmonitor: the newest samples of all processes, newest first, as many whole lines
 * as fit a page.
 *
 * Data flow: the tail of each history goes through a short table, sorted by time, of as many rows
 * as lines can ever fit; then the table is printed.
 *
 * Locking: none of its own; see registry.c and history.c. A read may sleep.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "history_reader.h"
#include "monitor.h"
#include "sysfs.h"
#include "registry.h"

/* The shortest line, and room for the longest one. */
#define SHORTEST (sizeof("pid 1 usr 0 sys 0\n") - 1)
#define LONGEST sizeof("pid 2147483647 usr 18446744073709551615 sys 18446744073709551615\n")
#define ROWS (PAGE_SIZE / SHORTEST)

/**
 * struct row - a line to be
 * @time: of the sample, ns of CLOCK_BOOTTIME
 * @usr: ns
 * @sys: ns
 * @nr: the process in the reader's PID namespace
 */
struct row {
	u64 time;
	u64 usr;
	u64 sys;
	pid_t nr;
};

/**
 * struct table - the newest samples seen so far
 * @used: rows in use
 * @row: newest first; those of one time in the order in which the processes were added
 */
struct table {
	unsigned int used;
	struct row row[ROWS];
};

static void insert(struct table *table, pid_t nr, const struct kml_sample *sample)
{
	u64 time = sample->field[KML_TIME];
	unsigned int at = table->used;

	while (at && table->row[at - 1].time < time)
		at--;
	if (at == ROWS)
		return;
	if (table->used < ROWS)
		table->used++;
	memmove(&table->row[at + 1], &table->row[at],
		(table->used - at - 1) * sizeof(table->row[0]));
	table->row[at] = (struct row) {
		.time = time,
		.usr = sample->field[KML_USR],
		.sys = sample->field[KML_SYS],
		.nr = nr,
	};
}

static void insert_tail(struct table *table, struct monitor *monitor)
{
	u64 end = history_end_sequence(&monitor->history);
	pid_t nr = pid_nr_ns(monitor->pid, task_active_pid_ns(current));
	struct history_reader reader = {};
	struct kml_sample sample;

	if (!nr)
		return;
	history_reader_tail(&monitor->history, &reader, ROWS);
	while (reader.next < end && history_reader_next(&monitor->history, &reader, &sample)) {
		if (end - reader.next < ROWS)
			insert(table, nr, &sample);
		cond_resched();
	}
	history_reader_rewind(&reader);
}

static ssize_t print(const struct table *table, char *page)
{
	char line[LONGEST];
	unsigned int i;
	int at = 0;

	for (i = 0; i < table->used; i++) {
		const struct row *row = &table->row[i];
		int length = scnprintf(line, sizeof(line), "pid %d usr %llu sys %llu\n",
				       row->nr, row->usr, row->sys);

		if (at + length >= PAGE_SIZE)
			break;
		at += sysfs_emit_at(page, at, "%s", line);
	}
	return at;
}

static ssize_t taskmonitor_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	struct monitor *monitor = NULL, *next;
	struct table *table;
	ssize_t length;

	table = kvzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	while ((next = registry_next(monitor))) {
		monitor_put(monitor);
		monitor = next;
		insert_tail(table, monitor);
	}
	monitor_put(monitor);
	length = print(table, page);
	kvfree(table);
	return length;
}

static struct kobj_attribute attribute = __ATTR(taskmonitor, 0400, taskmonitor_show, NULL);

/* sysfs itself would complain with a stack trace. */
static bool file_exists(void)
{
	struct kernfs_node *node = kernfs_find_and_get(kernel_kobj->sd, attribute.attr.name);

	kernfs_put(node);
	return node;
}

/**
 * taskmonitor_sysfs_init() - create the file
 *
 * Context: may sleep.
 * Return: 0 or a negative errno: -EBUSY when the file is another module's. modprobe would take
 * -EEXIST for a module that is loaded already, and be content.
 */
int taskmonitor_sysfs_init(void)
{
	if (file_exists()) {
		pr_err("/sys/kernel/taskmonitor exists already: unload taskmonitor_lab first\n");
		return -EBUSY;
	}
	return sysfs_create_file(kernel_kobj, &attribute.attr);
}

/**
 * taskmonitor_sysfs_exit() - remove the file; no read runs any more when this returns
 *
 * Context: may sleep.
 */
void taskmonitor_sysfs_exit(void)
{
	sysfs_remove_file(kernel_kobj, &attribute.attr);
}
