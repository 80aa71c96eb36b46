// SPDX-License-Identifier: GPL-2.0-only
/*
 * All monitors, in the order in which they were added.
 *
 * Locking: registry_mutex protects the list against other changes and lets readers step through
 * it. The sampler takes no mutex: it walks the list inside an SRCU section, in which it may be
 * preempted; hooks look processes up in a hash table inside such a section. Whoever takes a monitor
 * out of both waits for the tick and the hooks that may stand on it, then drops the registry's
 * reference.
 *
 * Lifetime: a new monitor gets its first sample before it is published, so that its history has
 * one appender at any time: the adder, then the sampler. The monitors of ended processes stay
 * until they are removed, replaced by a new process with the same number, or pushed out by a new
 * one that needs the room.
 */
#include <linux/hashtable.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/srcu.h>

#include "events.h"
#include "monitor.h"
#include "news.h"
#include "registry.h"
#include "stats.h"

/* Blocks that each process can count on: its open one and its floor. */
#define BLOCKS_EACH (1 + HISTORY_FLOOR)

/* Processes that a tick samples in one RCU section, before it lets others have the CPU. */
#define TICK_BATCH 16

static DEFINE_MUTEX(registry_mutex);
static LIST_HEAD(tasks);
static DEFINE_HASHTABLE(by_number, 12);
static unsigned int count;
static unsigned int selected, selected_limit;
static u64 next_id = 1;
DEFINE_STATIC_SRCU(registry_srcu);

static void publish(struct monitor *monitor)
{
	lockdep_assert_held(&registry_mutex);
	monitor->id = next_id++;
	monitor->listed = true;
	list_add_tail_rcu(&monitor->node, &tasks);
	hash_add_rcu(by_number, &monitor->numbered, pid_nr(monitor->pid));
	WRITE_ONCE(count, count + 1);
	WRITE_ONCE(selected, selected + monitor->selected);
	block_expect(count);
}

/* Takes a monitor out of the list, and puts it on another one for registry_let_go(). */
static void unpublish(struct monitor *monitor, struct list_head *leaving)
{
	lockdep_assert_held(&registry_mutex);
	monitor->listed = false;
	list_del_rcu(&monitor->node);
	hash_del_rcu(&monitor->numbered);
	list_add(&monitor->leaving, leaving);
	WRITE_ONCE(count, count - 1);
	WRITE_ONCE(selected, selected - monitor->selected);
	block_expect(count);
}

static void tell_removed(struct monitor *monitor)
{
	struct event event = {
		.time = ktime_get_boottime_ns(),
		.process = monitor->id,
		.kind = KML_EVENT_REMOVED,
		.pid = pid_nr(monitor->pid),
		.count = history_end_sequence(&monitor->history),
	};

	monitor_comm(monitor, event.comm);
	monitor->left = events_put(&event);
}

/**
 * registry_let_go() - the second half of taking out: forget the histories
 * @leaving: monitors that are in the registry no more; empty when this returns
 *
 * Waits until no tick and no hook stands on them. Context: may sleep; without the registry's mutex.
 */
void registry_let_go(struct list_head *leaving)
{
	struct monitor *monitor, *next;

	if (list_empty(leaving))
		return;
	synchronize_srcu_expedited(&registry_srcu);
	list_for_each_entry_safe(monitor, next, leaving, leaving) {
		list_del_init(&monitor->leaving);
		tell_removed(monitor);
		history_clear(&monitor->history);
		monitor_put(monitor);
	}
	news_tell();
}

/*
 * By number, as @ns has it; the newest, where an earlier process had the same one. The numbers of
 * the initial namespace are all different, and hashed: a command takes as long with one monitor as
 * with ten thousand. Those of another namespace are looked for one by one.
 */
static struct monitor *find(int nr, struct pid_namespace *ns)
{
	struct monitor *monitor;

	lockdep_assert_held(&registry_mutex);
	if (ns == &init_pid_ns) {
		hash_for_each_possible(by_number, monitor, numbered, nr)
			if (pid_nr(monitor->pid) == nr)
				return monitor;
		return NULL;
	}
	list_for_each_entry_reverse(monitor, &tasks, node)
		if (pid_nr_ns(monitor->pid, ns) == nr)
			return monitor;
	return NULL;
}

/* The monitor of the very process. */
static struct monitor *find_process(struct pid *pid)
{
	struct monitor *monitor = find(pid_nr(pid), &init_pid_ns);

	return monitor && monitor->pid == pid ? monitor : NULL;
}

/*
 * A number belongs to one process at a time, in each PID namespace. So a monitor with a number of
 * a new process, be it the caller's or the machine's, is that of an earlier one.
 */
static struct monitor *find_earlier(struct pid *pid)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	return find(pid_nr(pid), &init_pid_ns) ?: find(pid_nr_ns(pid, ns), ns);
}

static void unpublish_replaced(struct pid *pid, struct list_head *leaving)
{
	struct monitor *monitor;

	while ((monitor = find_earlier(pid)))
		unpublish(monitor, leaving);
}

/* The floors of all monitors have to fit into max_mib. */
static bool is_full(void)
{
	struct block_counts blocks;

	block_counts(&blocks);
	return (count + 1) * BLOCKS_EACH > blocks.capacity;
}

/* Selections have brought in as many as they may. */
static bool is_over_limit(const struct monitor *monitor)
{
	return monitor->selected && selected_limit && selected >= selected_limit;
}

/* Of the processes that have ended, the one that was added first. */
static struct monitor *first_ended(bool only_selected)
{
	struct monitor *monitor;

	lockdep_assert_held(&registry_mutex);
	list_for_each_entry(monitor, &tasks, node)
		if (monitor_has_ended(monitor) && (monitor->selected || !only_selected))
			return monitor;
	return NULL;
}

/*
 * Is there room for a new one, or will there be? Finds who has to give way for it, beside those
 * that it replaces.
 */
static bool find_room(const struct monitor *new, struct monitor **ret_leaves)
{
	bool only_selected = is_over_limit(new);
	const struct monitor *earlier;

	*ret_leaves = NULL;
	if (!is_full() && !only_selected)
		return true;
	earlier = find_earlier(new->pid);
	if (earlier && (earlier->selected || !only_selected))
		return true;
	*ret_leaves = first_ended(only_selected);
	return *ret_leaves;
}

static int publish_new(struct monitor *monitor, struct list_head *leaving)
{
	struct monitor *leaves;
	bool stored;

	lockdep_assert_held(&registry_mutex);
	/* Asked before the first sample, whose block may be taken from another process. */
	if (!find_room(monitor, &leaves))
		return -ENOSPC;
	rcu_read_lock();
	stored = monitor_tick(monitor, ktime_get_boottime_ns());
	rcu_read_unlock();
	if (!stored)
		return -ENOMEM;
	stats_inc(STAT_SAMPLES);
	/* First: it may be one of those that are replaced. */
	if (leaves)
		unpublish(leaves, leaving);
	unpublish_replaced(monitor->pid, leaving);
	publish(monitor);
	return 0;
}

/**
 * registry_init() - set the limit
 * @selected_max: processes that selections may bring in; 0: as many as there is memory for
 *
 * Context: nobody is monitored yet.
 */
void registry_init(unsigned int selected_max)
{
	selected_limit = selected_max;
}

/**
 * registry_process() - the process with a number
 * @nr: its number in the caller's PID namespace
 * @ret_pid: its identity, with a reference
 *
 * Context: does not sleep.
 * Return: its leader, with a reference; NULL for no such process, a thread's number, or a process
 * that has ended.
 */
struct task_struct *registry_process(int nr, struct pid **ret_pid)
{
	struct pid *pid = find_get_pid(nr);
	/* Only a leader's number is of this type. */
	struct task_struct *task = get_pid_task(pid, PIDTYPE_TGID);

	if (task && !atomic_read(&task->signal->live)) {
		put_task_struct(task);
		task = NULL;
	}
	if (task)
		*ret_pid = pid;
	else
		put_pid(pid);
	return task;
}

static int add_new(struct task_struct *task, struct pid *pid, bool by_selection,
		   unsigned long follows, struct list_head *leaving)
{
	struct monitor *monitor = monitor_create(task, pid);
	struct monitor *there;
	int err;

	if (!monitor)
		return -ENOMEM;
	monitor->selected = by_selection;
	monitor->follows = follows;
	mutex_lock(&registry_mutex);
	there = find_process(pid);
	if (there)
		WRITE_ONCE(there->follows, there->follows | follows);
	err = there ? -EEXIST : publish_new(monitor, leaving);
	mutex_unlock(&registry_mutex);
	if (err)
		monitor_put(monitor);
	else
		news_tell();
	return err;
}

/**
 * registry_add() - monitor a process
 * @nr: its number in the caller's PID namespace
 *
 * Context: may sleep.
 * Return: 0; -ESRCH for no such process, a thread's number, or a process that has ended; -EEXIST
 * for one that is monitored already; -ENOSPC when max_mib has no room for one more; -ENOMEM.
 */
int registry_add(int nr)
{
	struct task_struct *task;
	LIST_HEAD(leaving);
	struct pid *pid;
	int err;

	task = registry_process(nr, &pid);
	if (!task)
		return -ESRCH;
	err = add_new(task, pid, false, 0, &leaving);
	registry_let_go(&leaving);
	put_task_struct(task);
	put_pid(pid);
	return err;
}

/**
 * registry_select() - monitor a process that a selection brings in
 * @task: a thread of it
 * @pid: its identity
 * @follows: selections that its children belong to, added to what is known
 * @leaving: monitors that have to give way, for registry_let_go()
 *
 * One that has ended and was not waited for yet is taken as well: it has its last sample.
 *
 * Context: may sleep.
 * Return: 0; -EEXIST when it is monitored already; -ENOSPC when max_mib or max_selected has no room
 * for one more; -ENOMEM.
 */
int registry_select(struct task_struct *task, struct pid *pid, unsigned long follows,
		    struct list_head *leaving)
{
	return add_new(task, pid, true, follows, leaving);
}

/**
 * registry_unfollow() - a selection is no more
 * @follows: its bit, or several
 *
 * Context: may sleep.
 */
void registry_unfollow(unsigned long follows)
{
	struct monitor *monitor;

	mutex_lock(&registry_mutex);
	list_for_each_entry(monitor, &tasks, node)
		WRITE_ONCE(monitor->follows, monitor->follows & ~follows);
	mutex_unlock(&registry_mutex);
}

/**
 * registry_remove() - monitor a process no more, and forget its history
 * @nr: its number in the caller's PID namespace
 *
 * Context: may sleep.
 * Return: 0, or -ENOENT for a process that is not monitored.
 */
int registry_remove(int nr)
{
	struct monitor *monitor;
	LIST_HEAD(leaving);

	mutex_lock(&registry_mutex);
	/* Number 0 is what every process outside the namespace has. */
	monitor = nr ? find(nr, task_active_pid_ns(current)) : NULL;
	if (monitor)
		unpublish(monitor, &leaving);
	mutex_unlock(&registry_mutex);
	registry_let_go(&leaving);
	return monitor ? 0 : -ENOENT;
}

/* The list is in order of the ids, so the first one behind @id is the next. */
static struct monitor *find_behind(u64 id)
{
	struct monitor *monitor;

	lockdep_assert_held(&registry_mutex);
	list_for_each_entry(monitor, &tasks, node)
		if (monitor->id > id)
			return monitor;
	return NULL;
}

/**
 * registry_next() - step through all monitors
 * @monitor: where the caller stands, with its reference; NULL before the first
 *
 * Each monitor that is there all along is met once, in the order of adding, even when the one
 * that the caller stands on has been taken out. Context: may sleep.
 *
 * Return: the next one, with a reference, or NULL. The reference to @monitor stays the caller's.
 */
struct monitor *registry_next(struct monitor *monitor)
{
	struct monitor *next = NULL;

	mutex_lock(&registry_mutex);
	if (!monitor || !monitor->listed)
		next = find_behind(monitor ? monitor->id : 0);
	else if (!list_is_last(&monitor->node, &tasks))
		next = list_next_entry(monitor, node);
	if (next)
		monitor_get(next);
	mutex_unlock(&registry_mutex);
	return next;
}

/**
 * registry_count() - monitors there are, those of ended processes included
 *
 * Context: any.
 * Return: how many, as far as can be told without a lock.
 */
unsigned int registry_count(void)
{
	return READ_ONCE(count);
}

/**
 * registry_selected() - of them, those that selections have brought in
 *
 * Context: any.
 * Return: how many, as far as can be told without a lock.
 */
unsigned int registry_selected(void)
{
	return READ_ONCE(selected);
}

/**
 * registry_tick() - take a sample of every process
 * @time: of the tick, ns of CLOCK_BOOTTIME
 *
 * For the sampler alone. Context: may be preempted, does not sleep for memory or a lock.
 */
void registry_tick(u64 time)
{
	struct monitor *monitor;
	unsigned int batch = 0, stored = 0;
	int section = srcu_read_lock(&registry_srcu);

	rcu_read_lock();
	list_for_each_entry_srcu(monitor, &tasks, node, srcu_read_lock_held(&registry_srcu)) {
		stored += monitor_tick(monitor, time);
		if (++batch < TICK_BATCH)
			continue;
		rcu_read_unlock();
		stats_add(STAT_SAMPLES, stored);
		cond_resched();
		batch = 0;
		stored = 0;
		rcu_read_lock();
	}
	rcu_read_unlock();
	stats_add(STAT_SAMPLES, stored);
	srcu_read_unlock(&registry_srcu, section);
}

/**
 * registry_look() - is a process monitored?
 * @pid: that of the process
 * @ret_glance: set when it is
 *
 * For hooks. Context: any but NMI; does not sleep.
 * Return: true when it is.
 */
bool registry_look(struct pid *pid, struct registry_glance *ret_glance)
{
	struct hlist_head *bucket = &by_number[hash_min(pid_nr(pid), HASH_BITS(by_number))];
	int section = srcu_read_lock(&registry_srcu);
	struct monitor *monitor;
	bool found = false;

	hlist_for_each_entry_srcu(monitor, bucket, numbered, srcu_read_lock_held(&registry_srcu)) {
		if (monitor->pid != pid)
			continue;
		ret_glance->id = monitor->id;
		ret_glance->follows = READ_ONCE(monitor->follows);
		/* The sampler may be at it: each of the two only grows. */
		ret_glance->clock.usr = READ_ONCE(monitor->clock.usr);
		ret_glance->clock.sys = READ_ONCE(monitor->clock.sys);
		found = true;
		break;
	}
	srcu_read_unlock(&registry_srcu, section);
	return found;
}

/**
 * registry_exit() - let all monitors go
 *
 * No tick, reader or writer is left. Context: may sleep.
 */
void registry_exit(void)
{
	struct monitor *monitor, *next;
	LIST_HEAD(leaving);

	mutex_lock(&registry_mutex);
	list_for_each_entry_safe(monitor, next, &tasks, node)
		unpublish(monitor, &leaving);
	mutex_unlock(&registry_mutex);
	registry_let_go(&leaving);
}
