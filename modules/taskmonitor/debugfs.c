// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/taskmonitor: the whole history as text, and commands by writing.
 * /sys/kernel/debug/taskmonitor_stats: counters.
 *
 * Data flow: a cursor walks over the processes and over the samples of each, oldest first, up to
 * the newest one there was when it came to the process; seq_file asks for one line at a time.
 *
 * Locking: none of its own; see registry.c and history.c. Between two read() calls the cursor
 * keeps a reference to its monitor and to one block, and no lock: samples come and blocks go
 * meanwhile. seq_file serialises the reads of one open file.
 *
 * Lifetime: debugfs holds the module while a file is open; removing the files waits for the calls
 * that run.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>

#include "control.h"
#include "debugfs.h"
#include "history_reader.h"
#include "monitor.h"
#include "registry.h"
#include "selection.h"
#include "stats.h"

static struct dentry *history_file, *stats_file;

/**
 * struct cursor - where an open file stands
 * @ns: the opener's PID namespace, with a reference
 * @monitor: the process it is at, with a reference; NULL at the beginning
 * @nr: its number in @ns
 * @reader: the place in its history
 * @end: sequence number behind the last of its samples to show
 * @sample: at this place
 * @index: of the sample, as seq_file counts; -1 before the first
 * @at_end: no sample is left
 */
struct cursor {
	struct pid_namespace *ns;
	struct monitor *monitor;
	pid_t nr;
	struct history_reader reader;
	u64 end;
	struct kml_sample sample;
	loff_t index;
	bool at_end;
};

static void rewind(struct cursor *cursor)
{
	history_reader_rewind(&cursor->reader);
	monitor_put(cursor->monitor);
	cursor->monitor = NULL;
	cursor->end = 0;
	cursor->index = -1;
	cursor->at_end = false;
}

/* To the next process that the opener can see. */
static bool next_monitor(struct cursor *cursor)
{
	struct monitor *next;

	do {
		next = registry_next(cursor->monitor);
		if (!next)
			return false;
		history_reader_rewind(&cursor->reader);
		monitor_put(cursor->monitor);
		cursor->monitor = next;
		cursor->nr = pid_nr_ns(next->pid, cursor->ns);
	} while (!cursor->nr);
	cursor->end = history_end_sequence(&next->history);
	return true;
}

/*
 * To the next sample. Returns the cursor, NULL at the end, or an error: a seek walks over any
 * number of samples inside one system call, and a person may end it.
 */
static void *next_sample(struct cursor *cursor)
{
	cond_resched();
	if (fatal_signal_pending(current))
		return ERR_PTR(-EINTR);
	while (cursor->reader.next >= cursor->end ||
	       !history_reader_next(&cursor->monitor->history, &cursor->reader, &cursor->sample) ||
	       cursor->reader.next > cursor->end) {
		if (next_monitor(cursor))
			continue;
		cursor->at_end = true;
		return NULL;
	}
	cursor->index++;
	return cursor;
}

static void *history_start(struct seq_file *file, loff_t *pos)
{
	struct cursor *cursor = file->private;

	/* seq_file begins again for seeks, else it asks for the sample that found no room. */
	if (*pos == 0 || *pos < cursor->index)
		rewind(cursor);
	while (cursor->index < *pos) {
		void *place = cursor->at_end ? NULL : next_sample(cursor);

		if (IS_ERR_OR_NULL(place))
			return place;
	}
	return cursor;
}

static void *history_next(struct seq_file *file, void *place, loff_t *pos)
{
	struct cursor *cursor = place;

	++*pos;
	return next_sample(cursor);
}

static void history_stop(struct seq_file *file, void *place)
{
}

static void put_pair(struct seq_file *file, const char *name, u64 value)
{
	seq_put_decimal_ull(file, name, value);
}

/* A name is its owner's to choose: what could break a line or a terminal is escaped. */
static void put_comm(struct seq_file *file, struct monitor *monitor)
{
	char comm[TASK_COMM_LEN];

	monitor_comm(monitor, comm);
	seq_puts(file, " comm ");
	if (comm[0])
		seq_escape_mem(file, comm, strlen(comm),
			       ESCAPE_HEX | ESCAPE_NAP | ESCAPE_APPEND, " \"\\");
	else
		seq_puts(file, "\"\"");
}

static int history_show(struct seq_file *file, void *place)
{
	const struct cursor *cursor = place;
	const struct kml_sample *sample = &cursor->sample;
	const u64 *field = sample->field;

	put_pair(file, "pid ", cursor->nr);
	put_pair(file, " usr ", field[KML_USR]);
	put_pair(file, " sys ", field[KML_SYS]);
	put_pair(file, " time ", field[KML_TIME]);
	put_pair(file, " total ", field[KML_TOTAL]);
	put_pair(file, " stack ", field[KML_STACK]);
	put_pair(file, " data ", field[KML_DATA]);
	put_pair(file, " rss ", kml_sample_rss(sample));
	put_pair(file, " anon ", field[KML_ANON]);
	put_pair(file, " file ", field[KML_FILE]);
	put_pair(file, " shmem ", field[KML_SHMEM]);
	put_pair(file, " swap ", field[KML_SWAP]);
	put_pair(file, " pgtables ", field[KML_PGTABLES]);
	put_pair(file, " peak ", field[KML_PEAK]);
	put_pair(file, " minflt ", field[KML_MINFLT]);
	put_pair(file, " majflt ", field[KML_MAJFLT]);
	put_pair(file, " threads ", field[KML_THREADS]);
	put_comm(file, cursor->monitor);
	if (field[KML_FLAGS] & KML_VICTIM)
		seq_puts(file, " victim 1");
	if (field[KML_FLAGS] & KML_LEFT)
		seq_puts(file, " left 1");
	if (field[KML_FLAGS] & KML_ENDED) {
		seq_puts(file, " ended 1");
		put_pair(file, " status ", field[KML_STATUS]);
	}
	seq_putc(file, '\n');
	return 0;
}

static const struct seq_operations history_ops = {
	.start = history_start,
	.next = history_next,
	.stop = history_stop,
	.show = history_show,
};

static int history_open(struct inode *inode, struct file *file)
{
	struct cursor *cursor = __seq_open_private(file, &history_ops, sizeof(*cursor));

	if (!cursor)
		return -ENOMEM;
	cursor->ns = get_pid_ns(task_active_pid_ns(current));
	cursor->index = -1;
	return 0;
}

static int history_release(struct inode *inode, struct file *file)
{
	struct cursor *cursor = ((struct seq_file *)file->private_data)->private;

	rewind(cursor);
	put_pid_ns(cursor->ns);
	return seq_release_private(inode, file);
}

static ssize_t history_write(struct file *file, const char __user *from, size_t length, loff_t *pos)
{
	return control_write(from, length);
}

static const struct file_operations history_fops = {
	.owner = THIS_MODULE,
	.open = history_open,
	.release = history_release,
	.read = seq_read,
	.llseek = seq_lseek,
	.write = history_write,
};

static void put_stat(struct seq_file *file, const char *name, u64 value)
{
	seq_printf(file, "%s %llu\n", name, value);
}

static int stats_show(struct seq_file *file, void *unused)
{
	struct history_packed packed;
	struct block_counts blocks;
	enum counter counter;

	block_counts(&blocks);
	history_packed(&packed);
	put_stat(file, "monitors", registry_count());
	put_stat(file, "selected", registry_selected());
	put_stat(file, "selections", selection_count());
	put_stat(file, "blocks", blocks.histories);
	put_stat(file, "blocks_spare", blocks.spare);
	put_stat(file, "blocks_reserve", blocks.reserve);
	put_stat(file, "blocks_evictable", history_evictable());
	put_stat(file, "blocks_max", blocks.capacity);
	put_stat(file, "bytes", (u64)blocks.total * BLOCK_BYTES);
	put_stat(file, "sealed", packed.blocks);
	put_stat(file, "sealed_bytes", packed.bytes);
	put_stat(file, "sealed_samples", packed.samples);
	put_stat(file, "from_spare", blocks.from_spare);
	put_stat(file, "from_slab", blocks.from_slab);
	put_stat(file, "from_reserve", blocks.from_reserve);
	for (counter = 0; counter < STAT_COUNT; counter++)
		put_stat(file, stats_name(counter), stats_read(counter));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

/**
 * taskmonitor_debugfs_init() - create the files
 *
 * A kernel without debugfs, or one that locks it down, is none the worse for it: errors are not
 * looked at. Context: may sleep.
 */
void taskmonitor_debugfs_init(void)
{
	history_file = debugfs_create_file("taskmonitor", 0600, NULL, NULL, &history_fops);
	stats_file = debugfs_create_file("taskmonitor_stats", 0400, NULL, NULL, &stats_fops);
}

/**
 * taskmonitor_debugfs_exit() - remove the files; no call runs any more when this returns
 *
 * Context: may sleep.
 */
void taskmonitor_debugfs_exit(void)
{
	debugfs_remove(stats_file);
	debugfs_remove(history_file);
}
