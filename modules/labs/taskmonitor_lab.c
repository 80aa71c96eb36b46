// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskmonitor_lab: a monitor of processes, built up in seven tasks. Each section below says which
 * task it is the answer to; they stand in the order in which they need each other.
 *
 *   1  samples of a process, a thread that takes them, /sys/kernel/taskmonitor
 *   2  a shrinker, which gives samples back when memory is short
 *   3  a slab cache of samples, and what ksize() says
 *   4  a memory pool on top of the cache
 *   5  samples are counted: the list's reference, the thread's, a reader's
 *   6  /sys/kernel/debug/taskmonitor: all samples
 *   7  many processes: "312" written to that file adds one, "-312" removes it
 *
 * Run it with `kmemlab lab taskmonitor_lab`. modules/taskmonitor is the same idea as a recorder
 * that lasts: it has the same two files, so only one of the two can be loaded.
 *
 * Data flow: each interval the thread walks over the monitors and appends a sample to the list of
 * each. Samples leave a list at its oldest end only: to the shrinker, or to make room for new ones
 * where there are SAMPLES_MAX; or all at once, when their process is removed.
 *
 * Locking, outermost first:
 *
 *   tasks_lock		the list of monitors. Read: the thread, the shrinker, both files. Written:
 *			who adds and removes.
 *   monitor->mutex	the samples of one process, and their number
 *
 * Nobody asks for memory in a way that may wait while holding one of them; and the shrinker, which
 * runs in the middle of anybody's request for memory, only tries both, and sleeps nowhere.
 *
 * Lifetime: a sample goes back to the pool with its last reference. A monitor is freed by who has
 * taken it off the list: nobody keeps a pointer to one without tasks_lock. It has a reference to
 * the struct pid, which no other process will ever have, and none to the process: that may end.
 * Unloading removes the files first, which waits for the calls that run, then the thread, then the
 * shrinker; the pool and the cache come last.
 */
#include <linux/debugfs.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "compat/cache.h"
#include "compat/shrinker.h"

#define INTERVAL_MAX 3600000u

/* Samples that the pool keeps for when memory runs out. */
#define RESERVE 16

/* Whatever is asked for takes no more than this: 3.4 MiB of samples, of any number of processes. */
#define SAMPLES_MAX 50000
#define MONITORS_MAX 256

/* The longest command, white space included. */
#define COMMAND_MAX 32

static unsigned int interval_ms = 1000;
static int target;
static bool show;

module_param(interval_ms, uint, 0444);
MODULE_PARM_DESC(interval_ms, "milliseconds between two samples, 1 to 3600000 (default 1000)");
module_param(target, int, 0444);
MODULE_PARM_DESC(target, "process to monitor from the start (default none)");
module_param(show, bool, 0644);
MODULE_PARM_DESC(show, "show each sample in the log, with its references (default no)");

/**
 * struct task_sample - what a process had used at one moment
 * @node: place among the samples of the process, oldest first; empty when it has left
 * @ref: one for the list, one for the thread that has just taken it, one for each reader at it
 * @time: of the tick, ns of CLOCK_BOOTTIME
 * @usr: user time of all threads, ns
 * @sys: system time of all threads, ns
 * @total: mapped memory, KiB: VmSize of /proc/PID/status
 * @stack: of it, the stack: VmStk
 * @data: of it, data: VmData
 *
 * Protected by the monitor's mutex: @node. The figures do not change.
 */
struct task_sample {
	struct list_head node;
	struct kref ref;
	u64 time;
	u64 usr;
	u64 sys;
	unsigned long total;
	unsigned long stack;
	unsigned long data;
};

/**
 * struct task_monitor - a process, and its samples
 * @node: place in the list of all monitors
 * @id: in the order of adding, from 1; never used again
 * @pid: the process
 * @usr: user time that was last told, ns: it never goes back. The thread's alone
 * @sys: and system time
 * @mutex: protects @samples, @count and @oldest
 * @samples: oldest first
 * @count: how many there are
 * @oldest: when the first of them was taken, U64_MAX when there is none; read without the mutex
 */
struct task_monitor {
	struct list_head node;
	u64 id;
	struct pid *pid;
	u64 usr;
	u64 sys;
	struct mutex mutex; /* protects what follows */
	struct list_head samples;
	unsigned long count;
	u64 oldest;
};

static DECLARE_RWSEM(tasks_lock);
static LIST_HEAD(tasks);
static unsigned int task_count;
static u64 next_id = 1;

/* Samples in all lists. */
static atomic_long_t stored;

/* --- task 3: a slab cache of samples ----------------------------------------------------- */

static struct kmem_cache *cache;

static int init_cache(void)
{
	/* Reclaimable: the shrinker can take what is in it. */
	cache = kml_cache_create("task_sample", sizeof(struct task_sample),
				 __alignof__(struct task_sample), SLAB_RECLAIM_ACCOUNT);
	return cache ? 0 : -ENOMEM;
}

/* kmalloc has caches of a few sizes only, and gives the next larger one; an own cache fits. */
static int print_sizes(void)
{
	struct task_sample *by_kmalloc, *by_cache;

	by_kmalloc = kmalloc(sizeof(*by_kmalloc), GFP_KERNEL);
	if (!by_kmalloc)
		return -ENOMEM;
	by_cache = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!by_cache) {
		kfree(by_kmalloc);
		return -ENOMEM;
	}
	pr_info("sizeof(struct task_sample): %zu\n", sizeof(struct task_sample));
	pr_info("ksize() of a sample by kmalloc: %zu\n", ksize(by_kmalloc));
	pr_info("ksize() of a sample from the cache: %zu\n", ksize(by_cache));
	kmem_cache_free(cache, by_cache);
	kfree(by_kmalloc);
	return 0;
}

/* --- task 4: a memory pool on top of it -------------------------------------------------- */

static mempool_t *pool;

/* The cache has no constructor: what is in the reserve may have been used before. */
static int init_pool(void)
{
	pool = mempool_create_slab_pool(RESERVE, cache);
	return pool ? 0 : -ENOMEM;
}

/* --- task 5: samples are counted --------------------------------------------------------- */

static void release_sample(struct kref *ref)
{
	mempool_free(container_of(ref, struct task_sample, ref), pool);
}

/* Returns whether it was the last reference. */
static bool put_sample(struct task_sample *sample)
{
	return kref_put(&sample->ref, release_sample);
}

/*
 * With one reference, the caller's. Does not wait for memory: it would wait in the pool until
 * somebody gives a sample back, and the thread could not be stopped. Where slab and reserve have
 * none, this sample is left out.
 */
static struct task_sample *alloc_sample(u64 time)
{
	struct task_sample *sample = mempool_alloc(pool, GFP_NOWAIT | __GFP_NOWARN);

	if (!sample)
		return NULL;
	memset(sample, 0, sizeof(*sample));
	INIT_LIST_HEAD(&sample->node);
	kref_init(&sample->ref);
	sample->time = time;
	return sample;
}

/* --- task 1: what a process uses --------------------------------------------------------- */

/*
 * The scheduler knows the time that was used to the nanosecond, the timer's tick only whether it
 * met user or system code: that divides it, as in /proc/PID/stat.
 */
static void get_times(struct task_monitor *monitor, struct signal_struct *sig)
{
	u64 usr, sys, run;
	struct task_struct *t;
	unsigned long flags;

	/* A thread that ends moves its times to the signal_struct under this lock. */
	rcu_read_lock();
	read_seqlock_excl_irqsave(&sig->stats_lock, flags);
	usr = sig->utime;
	sys = sig->stime;
	run = sig->sum_sched_runtime;
	__for_each_thread(sig, t) {
		usr += READ_ONCE(t->utime);
		sys += READ_ONCE(t->stime);
		run += READ_ONCE(t->se.sum_exec_runtime);
	}
	read_sequnlock_excl_irqrestore(&sig->stats_lock, flags);
	rcu_read_unlock();

	if (run < monitor->usr + monitor->sys)
		return;
	sys = sys ? mul_u64_u64_div_u64(sys, run, usr + sys) : 0;
	monitor->sys = clamp(sys, monitor->sys, run - monitor->usr);
	monitor->usr = run - monitor->sys;
}

static unsigned long pages_kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

/*
 * Of the first thread that still has its memory: the leader may have ended before the others. Who
 * lets go of its memory clears ->mm under task_lock before, so it stays for as long as that is
 * held; a reference could turn out to be the last one, and then it would be on us to tear it down.
 */
static void get_memory(struct signal_struct *sig, struct task_sample *sample)
{
	struct task_struct *t;

	rcu_read_lock();
	__for_each_thread(sig, t) {
		struct mm_struct *mm;

		/* What a kernel thread has is borrowed. */
		if (t->flags & PF_KTHREAD)
			break;
		task_lock(t);
		mm = t->mm;
		if (mm) {
			sample->total = pages_kib(READ_ONCE(mm->total_vm));
			sample->stack = pages_kib(READ_ONCE(mm->stack_vm));
			sample->data = pages_kib(READ_ONCE(mm->data_vm));
		}
		task_unlock(t);
		if (mm)
			break;
	}
	rcu_read_unlock();
}

/* A process, not a thread, and one that has not ended; with a reference, or NULL. */
static struct task_struct *get_process(struct pid *pid)
{
	struct task_struct *task = get_pid_task(pid, PIDTYPE_TGID);

	if (!task || atomic_read(&task->signal->live))
		return task;
	put_task_struct(task);
	return NULL;
}

static void get_sample(struct task_monitor *monitor, struct task_struct *task,
		       struct task_sample *sample)
{
	get_times(monitor, task->signal);
	sample->usr = monitor->usr;
	sample->sys = monitor->sys;
	get_memory(task->signal, sample);
}

/* --- task 1: the samples of a process ---------------------------------------------------- */

static void link_sample(struct task_monitor *monitor, struct task_sample *sample)
{
	lockdep_assert_held(&monitor->mutex);
	if (list_empty(&monitor->samples))
		WRITE_ONCE(monitor->oldest, sample->time);
	list_add_tail(&sample->node, &monitor->samples);
	monitor->count++;
	atomic_long_inc(&stored);
}

/* Returns whether it was freed: a reader may stand on it. */
static bool drop_oldest(struct task_monitor *monitor)
{
	struct task_sample *sample, *next;

	lockdep_assert_held(&monitor->mutex);
	sample = list_first_entry(&monitor->samples, struct task_sample, node);
	list_del_init(&sample->node);
	monitor->count--;
	atomic_long_dec(&stored);

	next = list_first_entry_or_null(&monitor->samples, struct task_sample, node);
	WRITE_ONCE(monitor->oldest, next ? next->time : U64_MAX);
	return put_sample(sample);
}

static struct task_monitor *find_oldest(void)
{
	struct task_monitor *monitor, *found = NULL;
	u64 oldest = U64_MAX;

	lockdep_assert_held(&tasks_lock);
	list_for_each_entry(monitor, &tasks, node) {
		if (READ_ONCE(monitor->oldest) >= oldest)
			continue;
		found = monitor;
		oldest = READ_ONCE(monitor->oldest);
	}
	return found;
}

/*
 * The oldest of all processes go: what was taken together lies together in the slab, and only pages
 * that are empty go back to the system. Returns how many were freed.
 */
static unsigned long drop_samples(unsigned long wanted)
{
	unsigned long freed = 0;

	while (wanted--) {
		struct task_monitor *monitor = find_oldest();

		if (!monitor || !mutex_trylock(&monitor->mutex))
			break;
		if (monitor->count)
			freed += drop_oldest(monitor);
		mutex_unlock(&monitor->mutex);
	}
	return freed;
}

/*
 * The sample that it stores has two references: the list's, and one for the caller, to look at
 * the sample without the mutex, while the shrinker may take it off the list. NULL when the process
 * has ended, or when there is no memory.
 */
static struct task_sample *save_sample(struct task_monitor *monitor, u64 time)
{
	struct task_struct *task = get_process(monitor->pid);
	struct task_sample *sample;
	long excess;

	if (!task)
		return NULL;
	sample = alloc_sample(time);
	if (sample)
		get_sample(monitor, task, sample);
	put_task_struct(task);
	if (!sample)
		return NULL;

	excess = atomic_long_read(&stored) + 1 - SAMPLES_MAX;
	if (excess > 0)
		drop_samples(excess);
	mutex_lock(&monitor->mutex);
	kref_get(&sample->ref);
	link_sample(monitor, sample);
	mutex_unlock(&monitor->mutex);
	return sample;
}

/* --- task 1: the thread ------------------------------------------------------------------ */

static struct task_struct *thread;

static void show_sample(struct task_monitor *monitor, struct task_sample *sample)
{
	if (READ_ONCE(show))
		pr_info("pid %d usr %llu sys %llu: %u references\n", pid_nr(monitor->pid),
			sample->usr, sample->sys, kref_read(&sample->ref));
}

static void tick(void)
{
	u64 time = ktime_get_boottime_ns();
	struct task_monitor *monitor;

	down_read(&tasks_lock);
	list_for_each_entry(monitor, &tasks, node) {
		struct task_sample *sample = save_sample(monitor, time);

		if (sample) {
			show_sample(monitor, sample);
			put_sample(sample);
		}
		cond_resched();
	}
	up_read(&tasks_lock);
}

static int monitor_fn(void *unused)
{
	ktime_t interval = ms_to_ktime(interval_ms);

	while (!kthread_should_stop()) {
		tick();
		/* Who stops the thread from here on wakes it: asleep or not yet, it will see. */
		set_current_state(TASK_IDLE);
		if (!kthread_should_stop())
			schedule_hrtimeout(&interval, HRTIMER_MODE_REL);
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static int init_thread(void)
{
	thread = kthread_run(monitor_fn, NULL, "taskmonitor_lab");
	return PTR_ERR_OR_ZERO(thread);
}

/* --- task 1: /sys/kernel/taskmonitor ----------------------------------------------------- */

/* Room for the longest line. */
#define LINE sizeof("pid 2147483647 usr 18446744073709551615 sys 18446744073709551615\n")

static struct task_sample *newest_before(struct task_monitor *monitor, u64 time)
{
	struct task_sample *sample;

	lockdep_assert_held(&monitor->mutex);
	list_for_each_entry_reverse(sample, &monitor->samples, node)
		if (sample->time < time)
			return sample;
	return NULL;
}

/* The last tick before @time of which there are samples, or 0. */
static u64 tick_before(u64 time)
{
	struct task_monitor *monitor;
	struct task_sample *sample;
	u64 last = 0;

	list_for_each_entry(monitor, &tasks, node) {
		/* A process that the reader's PID namespace does not have. */
		if (!pid_vnr(monitor->pid))
			continue;
		mutex_lock(&monitor->mutex);
		sample = newest_before(monitor, time);
		if (sample)
			last = max(last, sample->time);
		mutex_unlock(&monitor->mutex);
	}
	return last;
}

/* The line of a process for one tick; its length, 0 when there is none. */
static int format_line(char line[LINE], struct task_monitor *monitor, u64 time)
{
	pid_t nr = pid_vnr(monitor->pid);
	struct task_sample *sample;
	int length = 0;

	mutex_lock(&monitor->mutex);
	sample = newest_before(monitor, time + 1);
	if (nr && sample && sample->time == time)
		length = scnprintf(line, LINE, "pid %d usr %llu sys %llu\n", nr, sample->usr,
				   sample->sys);
	mutex_unlock(&monitor->mutex);
	return length;
}

/* Tick by tick, newest first; whole lines, as many as fit. */
static ssize_t taskmonitor_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	struct task_monitor *monitor;
	u64 time = U64_MAX;
	char line[LINE];
	int at = 0;

	down_read(&tasks_lock);
	while ((time = tick_before(time)))
		list_for_each_entry(monitor, &tasks, node) {
			int length = format_line(line, monitor, time);

			if (at + length >= PAGE_SIZE)
				goto full;
			if (length)
				at += sysfs_emit_at(page, at, "%s", line);
		}
full:
	up_read(&tasks_lock);
	return at;
}

static struct kobj_attribute attribute = __ATTR(taskmonitor, 0400, taskmonitor_show, NULL);

/* sysfs itself would complain with a stack trace. */
static bool file_exists(void)
{
	struct kernfs_node *node = kernfs_find_and_get(kernel_kobj->sd, attribute.attr.name);

	kernfs_put(node);
	return node;
}

/* --- task 2: a shrinker ------------------------------------------------------------------ */

static struct kml_shrinker shrinker;

static unsigned long count_samples(struct shrinker *unused, struct shrink_control *sc)
{
	return atomic_long_read(&stored) ?: SHRINK_EMPTY;
}

static unsigned long scan_samples(struct shrinker *unused, struct shrink_control *sc)
{
	unsigned long freed;

	if (!down_read_trylock(&tasks_lock))
		return SHRINK_STOP;
	freed = drop_samples(sc->nr_to_scan);
	up_read(&tasks_lock);
	return freed ?: SHRINK_STOP;
}

/* --- task 7: many processes -------------------------------------------------------------- */

static int link_monitor(struct task_monitor *new)
{
	struct task_monitor *monitor;

	lockdep_assert_held_write(&tasks_lock);
	list_for_each_entry(monitor, &tasks, node)
		if (monitor->pid == new->pid)
			return -EEXIST;
	if (task_count == MONITORS_MAX)
		return -ENOSPC;
	new->id = next_id++;
	task_count++;
	list_add_tail(&new->node, &tasks);
	return 0;
}

static void free_monitor(struct task_monitor *monitor)
{
	while (monitor->count) {
		mutex_lock(&monitor->mutex);
		drop_oldest(monitor);
		mutex_unlock(&monitor->mutex);
		cond_resched();
	}
	mutex_destroy(&monitor->mutex);
	put_pid(monitor->pid);
	kfree(monitor);
}

static void free_monitors(struct list_head *monitors)
{
	struct task_monitor *monitor, *next;

	list_for_each_entry_safe(monitor, next, monitors, node)
		free_monitor(monitor);
}

/* Takes the caller's reference to @pid. */
static int add_pid(struct pid *pid)
{
	struct task_monitor *monitor = kzalloc(sizeof(*monitor), GFP_KERNEL);
	int err;

	if (!monitor) {
		put_pid(pid);
		return -ENOMEM;
	}
	monitor->pid = pid;
	mutex_init(&monitor->mutex);
	INIT_LIST_HEAD(&monitor->samples);
	monitor->oldest = U64_MAX;

	down_write(&tasks_lock);
	err = link_monitor(monitor);
	up_write(&tasks_lock);
	if (err)
		free_monitor(monitor);
	return err;
}

static int add_task(int nr)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_process(pid);

	if (!task) {
		put_pid(pid);
		return -ESRCH;
	}
	put_task_struct(task);
	return add_pid(pid);
}

/* What had the number before, and has ended, goes as well. */
static int remove_task(int nr)
{
	struct task_monitor *monitor, *next;
	LIST_HEAD(removed);

	down_write(&tasks_lock);
	list_for_each_entry_safe(monitor, next, &tasks, node) {
		if (pid_vnr(monitor->pid) != nr)
			continue;
		list_move(&monitor->node, &removed);
		task_count--;
	}
	up_write(&tasks_lock);
	if (list_empty(&removed))
		return -ENOENT;
	free_monitors(&removed);
	return 0;
}

static ssize_t history_write(struct file *file, const char __user *from, size_t length, loff_t *pos)
{
	int nr, err;

	if (length > COMMAND_MAX)
		return -EINVAL;
	err = kstrtoint_from_user(from, length, 10, &nr);
	if (err)
		return err;
	if (!nr || nr == INT_MIN)
		return -EINVAL;
	err = nr > 0 ? add_task(nr) : remove_task(-nr);
	return err ?: length;
}

/* --- task 6: /sys/kernel/debug/taskmonitor ----------------------------------------------- */

static struct dentry *history_file;

/**
 * struct cursor - where an open file stands
 * @monitor: the process it is at, NULL behind the last one; valid from start to stop only
 * @id: of the monitor; found again by it
 * @sample: the one to show, with a reference; stays between two read() calls
 * @index: of the sample, as seq_file counts; -1 before the first
 * @began: when reading began: later samples are not shown, or it might never end
 */
struct cursor {
	struct task_monitor *monitor;
	u64 id;
	struct task_sample *sample;
	loff_t index;
	u64 began;
};

static void leave_sample(struct cursor *cursor)
{
	if (cursor->sample)
		put_sample(cursor->sample);
	cursor->sample = NULL;
}

static void rewind(struct cursor *cursor)
{
	leave_sample(cursor);
	cursor->id = 0;
	cursor->index = -1;
	cursor->began = ktime_get_boottime_ns();
}

/* To the first monitor with this id or a later one: they are in that order. */
static void enter_monitor(struct cursor *cursor, u64 id)
{
	struct task_monitor *monitor;

	lockdep_assert_held(&tasks_lock);
	cursor->monitor = NULL;
	cursor->id = U64_MAX;
	list_for_each_entry(monitor, &tasks, node) {
		if (monitor->id < id)
			continue;
		cursor->monitor = monitor;
		cursor->id = monitor->id;
		break;
	}
}

/* To the monitor that the cursor was at, or to the next one, when that has been removed. */
static void find_monitor(struct cursor *cursor)
{
	u64 id = cursor->id;

	enter_monitor(cursor, id);
	if (!cursor->sample || cursor->id == id)
		return;
	leave_sample(cursor);
	cursor->index--;
}

/* Samples leave at the oldest end: behind one that has left comes the oldest there is. */
static struct task_sample *sample_after(struct task_monitor *monitor, struct task_sample *old)
{
	lockdep_assert_held(&monitor->mutex);
	if (!old || list_empty(&old->node))
		return list_first_entry_or_null(&monitor->samples, struct task_sample, node);
	if (list_is_last(&old->node, &monitor->samples))
		return NULL;
	return list_next_entry(old, node);
}

static bool next_sample(struct cursor *cursor)
{
	struct task_monitor *monitor = cursor->monitor;
	struct task_sample *next;

	mutex_lock(&monitor->mutex);
	next = sample_after(monitor, cursor->sample);
	if (next && next->time > cursor->began)
		next = NULL;
	if (next)
		kref_get(&next->ref);
	mutex_unlock(&monitor->mutex);
	leave_sample(cursor);
	cursor->sample = next;
	return next;
}

static void *advance(struct cursor *cursor)
{
	while (cursor->monitor) {
		if (next_sample(cursor)) {
			cursor->index++;
			return cursor;
		}
		enter_monitor(cursor, cursor->id + 1);
	}
	return NULL;
}

/* seq_file begins again for seeks, else it asks for the sample that found no room. */
static void *history_start(struct seq_file *file, loff_t *pos)
{
	struct cursor *cursor = file->private;

	down_read(&tasks_lock);
	if (*pos == 0 || *pos < cursor->index)
		rewind(cursor);
	find_monitor(cursor);
	while (cursor->index < *pos)
		if (!advance(cursor))
			return NULL;
	return cursor;
}

static void *history_next(struct seq_file *file, void *place, loff_t *pos)
{
	++*pos;
	return advance(place);
}

static void history_stop(struct seq_file *file, void *place)
{
	up_read(&tasks_lock);
}

static int history_show(struct seq_file *file, void *place)
{
	const struct cursor *cursor = place;
	const struct task_sample *sample = cursor->sample;
	pid_t nr = pid_vnr(cursor->monitor->pid);

	/* A process that the reader's PID namespace does not have. */
	if (!nr)
		return SEQ_SKIP;
	seq_printf(file, "pid %d usr %llu sys %llu time %llu total %lu stack %lu data %lu\n", nr,
		   sample->usr, sample->sys, sample->time, sample->total, sample->stack,
		   sample->data);
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
	cursor->index = -1;
	return 0;
}

static int history_release(struct inode *inode, struct file *file)
{
	leave_sample(((struct seq_file *)file->private_data)->private);
	return seq_release_private(inode, file);
}

/* An open file keeps the module: there is no reader left when it is unloaded. */
static const struct file_operations history_fops = {
	.owner = THIS_MODULE,
	.open = history_open,
	.release = history_release,
	.read = seq_read,
	.llseek = seq_lseek,
	.write = history_write,
};

/* --- the module -------------------------------------------------------------------------- */

static int check_parameters(void)
{
	if (!interval_ms || interval_ms > INTERVAL_MAX) {
		pr_err("interval_ms=%u: must be 1 to %u\n", interval_ms, INTERVAL_MAX);
		return -EINVAL;
	}
	if (target < 0) {
		pr_err("target=%d: must be the number of a process\n", target);
		return -EINVAL;
	}
	/* modprobe would take EEXIST for a module that is loaded already, and be content. */
	if (file_exists()) {
		pr_err("/sys/kernel/taskmonitor exists already: unload taskmonitor first\n");
		return -EBUSY;
	}
	return 0;
}

static int add_target(void)
{
	int err = target ? add_task(target) : 0;

	if (err)
		pr_err("target=%d: error %d\n", target, err);
	return err;
}

static int __init taskmonitor_lab_init(void)
{
	int err;

	err = check_parameters();
	if (err)
		return err;
	err = init_cache();
	if (err)
		return err;
	err = print_sizes();
	if (err)
		goto destroy_cache;
	err = init_pool();
	if (err)
		goto destroy_cache;
	err = add_target();
	if (err)
		goto destroy_pool;
	err = kml_shrinker_register(&shrinker, "taskmonitor_lab", count_samples, scan_samples);
	if (err)
		goto free_tasks;
	err = init_thread();
	if (err)
		goto unregister_shrinker;
	err = sysfs_create_file(kernel_kobj, &attribute.attr);
	if (err)
		goto stop_thread;
	/* What is only there to look at may be missing: nobody checks debugfs for errors. */
	history_file = debugfs_create_file("taskmonitor", 0600, NULL, NULL, &history_fops);
	return 0;

stop_thread:
	kthread_stop(thread);
unregister_shrinker:
	kml_shrinker_unregister(&shrinker);
free_tasks:
	free_monitors(&tasks);
destroy_pool:
	mempool_destroy(pool);
destroy_cache:
	kmem_cache_destroy(cache);
	return err;
}

static void __exit taskmonitor_lab_exit(void)
{
	debugfs_remove(history_file);
	sysfs_remove_file(kernel_kobj, &attribute.attr);
	kthread_stop(thread);
	kml_shrinker_unregister(&shrinker);
	free_monitors(&tasks);
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}

module_init(taskmonitor_lab_init);
module_exit(taskmonitor_lab_exit);

MODULE_DESCRIPTION("Lesson: a monitor of processes in seven tasks");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
