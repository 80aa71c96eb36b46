// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which processes are monitored without having been named one by one: the children of a process,
 * all, those of a cgroup, those of a name; those that are there and those to come.
 *
 * Data flow: a command makes a rule. Who is there already is found by a walk over all processes;
 * who comes later by a hook, which asks the rules and puts the process among the arrivals. From
 * there a worker adds it to the registry, as a person would. Where hooks find no room among the
 * arrivals, the worker walks over all processes as well. To be followed is handed down: each
 * process knows the rules that it was born into, a bit each, from its fork on.
 *
 * Locking: selection_mutex serialises commands and protects the rules against other changes. Hooks,
 * walks and the worker read them under RCU: a rule is there when its bit is, and does not change
 * until the bit is gone. The worker never takes the mutex, so whoever holds it can wait for it.
 *
 * Lifetime: a rule holds its PID namespace, its process's number, its cgroup; it stays until it is
 * removed. Who takes its bit away waits for RCU before it is let go, and for the worker before the
 * bit is given to another rule.
 */
#include <linux/bitops.h>
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "arrivals.h"
#include "command.h"
#include "compat/glob.h"
#include "registry.h"
#include "selection.h"
#include "stats.h"

/* A rule is a bit of a word. */
#define RULES_MAX BITS_PER_LONG

/* Processes that are taken in before others have the CPU, and leaving ones are let go. */
#define BATCH 64

/* Walks for a family that grows while it is looked at. */
#define WALKS_MAX 8

/**
 * struct rule - one selection
 * @kind: COMMAND_FOLLOW, COMMAND_ALL, COMMAND_CGROUP or COMMAND_NAME
 * @ns: the PID namespace of who has made it: of others, no process is selected; with a reference
 * @root: of COMMAND_FOLLOW: the process, with a reference
 * @cgroup: of COMMAND_CGROUP: the group, with a reference
 * @text: of COMMAND_CGROUP and COMMAND_NAME: as it was written
 */
struct rule {
	enum command_kind kind;
	struct pid_namespace *ns;
	struct pid *root;
	struct cgroup *cgroup;
	char *text;
};

static DEFINE_MUTEX(selection_mutex);
static struct rule rules[RULES_MAX];

/* Rules that there are, those to ask of each process, and those that processes are born into. */
static unsigned long watching, following;

/* A hook has found no room among the arrivals. */
static bool overrun;

static struct workqueue_struct *queue;

/* --- asking the rules ----------------------------------------------------------------- */

static bool is_visible(const struct rule *rule, struct pid *pid)
{
	return rule->ns == &init_pid_ns || pid_nr_ns(pid, rule->ns);
}

static bool is_of(const struct rule *rule, struct task_struct *task, const char *comm)
{
	switch (rule->kind) {
	case COMMAND_ALL:
		return true;
	case COMMAND_CGROUP:
		return task_under_cgroup_hierarchy(task, rule->cgroup);
	case COMMAND_NAME:
		return kml_glob_match(rule->text, comm);
	default:
		return false;
	}
}

/* Does a rule want this process? @comm is its name, or will be. */
static bool is_selected(struct task_struct *task, struct pid *pid, const char *comm)
{
	/* Pairs with the release in begin(): a rule is there when its bit is. */
	unsigned long rule_bits = smp_load_acquire(&watching);
	char copy[TASK_COMM_LEN];
	unsigned int i;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "rules are read under RCU");
	if (!rule_bits)
		return false;
	/* It may be changing at this moment. */
	memcpy(copy, comm, sizeof(copy));
	copy[sizeof(copy) - 1] = '\0';
	for_each_set_bit(i, &rule_bits, RULES_MAX)
		if (is_visible(&rules[i], pid) && is_of(&rules[i], task, copy))
			return true;
	return false;
}

/* --- who is there ---------------------------------------------------------------------- */

/**
 * struct walk - over all processes, in the order of their numbers
 * @nr: the number that it stands at
 * @task: the process there, with a reference
 * @pid: its identity, with a reference
 * @follows: what it is born into, by its parent
 */
struct walk {
	int nr;
	struct task_struct *task;
	struct pid *pid;
	unsigned long follows;
};

/* What the parent of a process is followed by and the process is not. */
static unsigned long inherited(struct task_struct *task, const struct registry_glance *known)
{
	struct pid *parent = task_tgid(rcu_dereference(task->real_parent));
	unsigned long all = READ_ONCE(following), arriving;
	struct registry_glance glance;

	if (!all)
		return 0;
	arrivals_look(parent, &arriving);
	if (registry_look(parent, &glance))
		arriving |= glance.follows;
	return arriving & all & ~known->follows;
}

/* Is this process, which may have ended, one to be taken in, or told that it is followed? */
static bool is_wanted(struct walk *walk, struct task_struct *task, struct pid *pid)
{
	struct registry_glance known = {};
	bool monitored = registry_look(pid, &known);

	if (!atomic_read(&task->signal->live))
		return false;
	walk->follows = inherited(task, &known);
	return walk->follows || (!monitored && is_selected(task, pid, task->comm));
}

/* To the next one that is wanted. Returns false behind the last. */
static bool walk_on(struct walk *walk)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	do {
		rcu_read_lock();
		pid = find_ge_pid(walk->nr + 1, &init_pid_ns);
		if (pid) {
			walk->nr = pid_nr(pid);
			task = pid_task(pid, PIDTYPE_TGID);
			if (task && is_wanted(walk, task, pid)) {
				walk->task = get_task_struct(task);
				walk->pid = get_pid(pid);
			} else {
				task = NULL;
			}
		}
		rcu_read_unlock();
		cond_resched();
	} while (pid && !task);
	return task;
}

/* Once over all processes. Returns how many were new, or are newly followed. */
static unsigned int walk_once(bool count_refused)
{
	struct walk walk = {};
	unsigned int new = 0, n = 0;
	LIST_HEAD(leaving);

	while (!fatal_signal_pending(current) && walk_on(&walk)) {
		int err = registry_select(walk.task, walk.pid, walk.follows, &leaving);

		if (!err || err == -EEXIST)
			new++;
		else if (count_refused)
			stats_inc(STAT_REFUSED);
		put_task_struct(walk.task);
		put_pid(walk.pid);
		if (++n % BATCH == 0)
			registry_let_go(&leaving);
	}
	registry_let_go(&leaving);
	return new;
}

/*
 * Whoever is there and is wanted is monitored when this returns, but for those whom there is no
 * room for. A child may have a lower number than its parent, or be born by one that the walk has
 * not come to yet, which is why a walk that finds somebody to be followed is not the last.
 */
static void find_all(void)
{
	int i;

	for (i = 0; i < WALKS_MAX; i++)
		if (!walk_once(!i) || !READ_ONCE(following))
			break;
}

/* --- who comes ------------------------------------------------------------------------- */

static void take_in(const struct arrival *arrival, struct list_head *leaving)
{
	struct task_struct *task = get_pid_task(arrival->pid, PIDTYPE_TGID);
	int err;

	/* Of one that is about to end, and whose end is not told yet, its monitor will tell. */
	if (!task || (arrival->told && !atomic_read(&task->signal->live))) {
		stats_inc(STAT_BRIEF);
	} else {
		err = registry_select(task, arrival->pid, arrival->follows, leaving);
		if (err && err != -EEXIST)
			stats_inc(STAT_REFUSED);
	}
	if (task)
		put_task_struct(task);
}

static void take_in_all(struct work_struct *unused)
{
	struct arrival arrival;
	unsigned int n = 0;
	LIST_HEAD(leaving);

	do {
		while (arrivals_first(&arrival)) {
			take_in(&arrival, &leaving);
			arrivals_drop();
			if (++n % BATCH == 0) {
				registry_let_go(&leaving);
				cond_resched();
			}
		}
		registry_let_go(&leaving);
		if (!xchg(&overrun, false))
			break;
		find_all();
	} while (true);
}

static DECLARE_WORK(take_in_work, take_in_all);

static void expect(struct pid *pid, unsigned long follows)
{
	if (!arrivals_put(pid, follows)) {
		stats_inc(STAT_OVERRUN);
		WRITE_ONCE(overrun, true);
	}
	queue_work(queue, &take_in_work);
}

/**
 * selection_forked() - there is a new process
 * @child: its leader
 * @follows: selections that it is born into
 *
 * For hooks. Context: any but NMI; does not sleep, allocate or print.
 */
void selection_forked(struct task_struct *child, unsigned long follows)
{
	struct pid *pid = task_tgid(child);

	follows &= READ_ONCE(following);
	if (!follows && !READ_ONCE(watching))
		return;
	rcu_read_lock();
	if (follows || is_selected(child, pid, child->comm))
		expect(pid, follows);
	rcu_read_unlock();
}

/**
 * selection_changed() - a process is in another cgroup, or has another name
 * @task: its leader
 * @comm: its name, TASK_COMM_LEN bytes
 *
 * For hooks. Context: any but NMI; does not sleep, allocate or print.
 */
void selection_changed(struct task_struct *task, const char *comm)
{
	struct registry_glance glance;
	struct pid *pid = task_tgid(task);

	if (!READ_ONCE(watching))
		return;
	rcu_read_lock();
	if (is_selected(task, pid, comm) && !registry_look(pid, &glance))
		expect(pid, 0);
	rcu_read_unlock();
}

/* --- commands -------------------------------------------------------------------------- */

static void release_rule(struct rule *rule)
{
	put_pid_ns(rule->ns);
	put_pid(rule->root);
	if (rule->cgroup)
		cgroup_put(rule->cgroup);
	kfree(rule->text);
	*rule = (struct rule) {};
}

static int find_cgroup(struct rule *rule, const struct command *command)
{
	struct cgroup *cgroup = command->id ? cgroup_get_from_id(command->id) :
			      cgroup_get_from_path(rule->text);

	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	rule->cgroup = cgroup;
	return 0;
}

/* All but @root. What is half built is for release_rule(). */
static int build_rule(struct rule *rule, const struct command *command)
{
	rule->kind = command->kind;
	rule->ns = get_pid_ns(task_active_pid_ns(current));
	if (!command->text)
		return 0;
	rule->text = kmemdup_nul(command->text, command->length, GFP_KERNEL);
	if (!rule->text)
		return -ENOMEM;
	return rule->kind == COMMAND_CGROUP ? find_cgroup(rule, command) : 0;
}

static bool is_same(const struct rule *rule, const struct command *command)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	if (rule->kind != command->kind)
		return false;
	if (rule->kind == COMMAND_FOLLOW)
		return command->pid && pid_nr_ns(rule->root, ns) == command->pid;
	if (rule->ns != ns)
		return false;
	return !rule->text || (strlen(rule->text) == command->length &&
			       !memcmp(rule->text, command->text, command->length));
}

/* The rules that a command means, as bits. */
static unsigned long find_rules(const struct command *command)
{
	unsigned long used = watching | following, found = 0;
	unsigned int i;

	lockdep_assert_held(&selection_mutex);
	for_each_set_bit(i, &used, RULES_MAX)
		if (is_same(&rules[i], command))
			found |= BIT(i);
	return found;
}

/* When this returns, whoever asked these rules does so no more, and nobody has their bits. */
static void remove_rules(unsigned long bits)
{
	unsigned int i;

	lockdep_assert_held(&selection_mutex);
	WRITE_ONCE(watching, watching & ~bits);
	WRITE_ONCE(following, following & ~bits);
	synchronize_rcu();
	flush_work(&take_in_work);
	registry_unfollow(bits);
	for_each_set_bit(i, &bits, RULES_MAX)
		release_rule(&rules[i]);
}

/* The process itself; its children are found as anybody's. */
static int follow_root(struct task_struct *task, struct pid *pid, unsigned long bit)
{
	LIST_HEAD(leaving);
	int err = registry_select(task, pid, bit, &leaving);

	registry_let_go(&leaving);
	return err == -EEXIST ? 0 : err;
}

static int begin_follow(struct rule *rule, unsigned long bit, int nr)
{
	struct task_struct *task;
	struct pid *pid;
	int err;

	task = registry_process(nr, &pid);
	if (!task)
		return -ESRCH;
	rule->root = pid;
	/* First, so that the bit is handed down from the moment on in which the process has it. */
	WRITE_ONCE(following, following | bit);
	err = follow_root(task, pid, bit);
	put_task_struct(task);
	if (err)
		remove_rules(bit);
	return err;
}

static int begin(const struct command *command)
{
	unsigned long used = watching | following;
	struct rule *rule;
	unsigned int bit;
	int err;

	lockdep_assert_held(&selection_mutex);
	if (find_rules(command))
		return -EEXIST;
	bit = find_first_zero_bit(&used, RULES_MAX);
	if (bit == RULES_MAX)
		return -ENOSPC;
	rule = &rules[bit];
	err = build_rule(rule, command);
	if (!err && rule->kind == COMMAND_FOLLOW)
		err = begin_follow(rule, BIT(bit), command->pid);
	else if (!err)
		/* Whoever sees the bit sees the rule. */
		smp_store_release(&watching, watching | BIT(bit));
	if (err && rule->ns)
		release_rule(rule);
	return err;
}

/**
 * selection_add() - monitor what a selection says, from now on
 * @command: any kind but COMMAND_PROCESS
 *
 * Those that are there are monitored when this returns, but for those whom there is no room for,
 * which are counted. Context: may sleep.
 *
 * Return: 0; -EEXIST for a selection that there is; -ENOSPC when there are too many; for
 * COMMAND_FOLLOW what registry_add() returns but -EEXIST; for COMMAND_CGROUP -ENOENT when there
 * is no such group; -ENOMEM; -ERESTARTSYS.
 */
int selection_add(const struct command *command)
{
	int err;

	if (mutex_lock_interruptible(&selection_mutex))
		return -ERESTARTSYS;
	err = begin(command);
	if (!err)
		find_all();
	mutex_unlock(&selection_mutex);
	/* The rule stands, so somebody else has to finish. */
	if (!err && fatal_signal_pending(current)) {
		WRITE_ONCE(overrun, true);
		queue_work(queue, &take_in_work);
	}
	return err;
}

/**
 * selection_remove() - a selection takes nobody in any more
 * @command: any kind but COMMAND_PROCESS
 *
 * Those that it has taken in stay. Context: may sleep.
 *
 * Return: 0; -ENOENT when there is no such selection; -ERESTARTSYS.
 */
int selection_remove(const struct command *command)
{
	unsigned long bits;

	if (mutex_lock_interruptible(&selection_mutex))
		return -ERESTARTSYS;
	bits = find_rules(command);
	if (bits)
		remove_rules(bits);
	mutex_unlock(&selection_mutex);
	return bits ? 0 : -ENOENT;
}

/**
 * selection_count() - selections that there are
 *
 * Context: any.
 * Return: how many.
 */
unsigned int selection_count(void)
{
	return hweight_long(READ_ONCE(watching) | READ_ONCE(following));
}

/**
 * selection_init() - before the first hook
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int selection_init(void)
{
	/* With a thread of its own, for when none can be made. */
	queue = alloc_workqueue("task_arrivals", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 1);
	return queue ? 0 : -ENOMEM;
}

/**
 * selection_exit() - no selection is left, nobody is on the way
 *
 * Behind the last hook and the last command. Context: may sleep.
 */
void selection_exit(void)
{
	mutex_lock(&selection_mutex);
	remove_rules(watching | following);
	mutex_unlock(&selection_mutex);
	destroy_workqueue(queue);
}
