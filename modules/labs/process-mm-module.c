// SPDX-License-Identifier: GPL-2.0-only
/*
 * process-mm-module: who uses the address space of a process.
 *
 * An address space, struct mm_struct, has two counters. mm_users counts those who use it as theirs:
 * each thread of the process, and whoever looks into it for a moment. mm_count counts what keeps
 * the structure itself: all users together as one, and each part of the kernel that has noted its
 * address, such as an idle CPU that has not loaded another one since.
 *
 * Data flow: init finds the process with the number PID, reads both and prints them. Nothing stays.
 *
 * Locking: RCU keeps the task while it is looked at, and task_lock() keeps its address space: who
 * ends takes the lock to let go of it. So none of the counters has to be raised for reading, as
 * get_task_mm() would, and nothing has to be put back.
 *
 * Run: kmemlab lab process-mm-module PID=N
 */
#include <linux/atomic.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>

/**
 * struct usage - what is printed of a process
 * @name: of the thread that has the number
 * @users: mm_users
 * @count: mm_count
 */
struct usage {
	char name[TASK_COMM_LEN];
	int users;
	int count;
};

static int PID;
module_param(PID, int, 0444);
MODULE_PARM_DESC(PID, "process to look at, as its number is here");

static int read_mm(struct task_struct *task, struct usage *ret_usage)
{
	int err = 0;

	task_lock(task);
	/* A kernel thread may have borrowed one: it is none of its own. */
	if (task->flags & PF_KTHREAD) {
		err = -EINVAL;
	} else if (!task->mm) {
		err = -ESRCH;
	} else {
		ret_usage->users = atomic_read(&task->mm->mm_users);
		ret_usage->count = atomic_read(&task->mm->mm_count);
	}
	task_unlock(task);
	return err;
}

static int read_usage(struct usage *ret_usage)
{
	struct task_struct *task;
	int err = -ESRCH;

	rcu_read_lock();
	task = pid_task(find_vpid(PID), PIDTYPE_PID);
	if (task) {
		get_task_comm(ret_usage->name, task);
		err = read_mm(task, ret_usage);
	}
	rcu_read_unlock();
	return err;
}

static int __init process_mm_init(void)
{
	struct usage usage;
	int err;

	if (PID <= 0) {
		pr_err("PID=%d: must be the number of a process\n", PID);
		return -EINVAL;
	}
	err = read_usage(&usage);
	if (err == -EINVAL)
		pr_err("PID=%d: a kernel thread has no mm\n", PID);
	else if (err)
		pr_err("PID=%d: no such process, or it has ended\n", PID);
	if (err)
		return err;

	/* A process chooses its name, of any bytes: it is not to look like another message. */
	pr_info("pid: %d, name: %*pE\n", PID, (int)strlen(usage.name), usage.name);
	pr_info(" mm_users: %d\n", usage.users);
	pr_info(" mm_count: %d\n", usage.count);
	return 0;
}

/* Without it the module could not be unloaded. */
static void __exit process_mm_exit(void)
{
}

module_init(process_mm_init);
module_exit(process_mm_exit);

MODULE_DESCRIPTION("Lesson: who uses an address space");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
