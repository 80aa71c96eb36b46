// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads one sample from a process.
 *
 * A process is its signal_struct: it outlives every thread, whichever of them came first, and
 * a reference to any task_struct that ever belonged to the process keeps it. The threads are
 * walked under RCU. Memory is read under task_lock of a thread that still has an mm: exit_mm()
 * clears ->mm under the same lock before it lets go of the mm, so no reference is needed, and
 * the sampler can never be the one that has to tear an address space down.
 *
 * Nothing here sleeps, allocates or takes a lock that is held across reclaim.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "compat/mm.h"
#include "compat/task.h"
#include "sample.h"

/**
 * struct cpu_use - sums over the threads of a process, ended ones included
 * @usr: by the tick, ns
 * @sys: by the tick, ns
 * @run: by the scheduler's clock, ns
 * @minflt: minor faults
 * @majflt: major faults
 * @alive: a thread has not ended yet, or not left its CPU: its time is not final
 */
struct cpu_use {
	u64 usr;
	u64 sys;
	u64 run;
	u64 minflt;
	u64 majflt;
	bool alive;
};

/*
 * The threads go on meanwhile: each figure is as old as the moment in which it was read. Adding it
 * where it is in memory saves an instruction for each.
 */
static void add_thread(struct cpu_use *use, struct task_struct *t)
{
	use->usr += data_race(t->utime);	/* by the tick */
	use->sys += data_race(t->stime);	/* by the tick */
	use->run += data_race(t->se.sum_exec_runtime);	/* by the scheduler */
	use->minflt += data_race(t->min_flt);	/* a count */
	use->majflt += data_race(t->maj_flt);	/* a count */
	if (!use->alive)
		use->alive = !READ_ONCE(t->exit_state) || kml_task_runs(t);
}

static struct cpu_use sum_threads(struct signal_struct *sig)
{
	struct cpu_use use;
	struct task_struct *t;
	unsigned long flags;
	int seq, next_seq = 0;

	/*
	 * A thread moves its sums to the signal_struct when it is released. Without the
	 * sequence it could be counted twice or not at all. The first round takes no lock.
	 */
	do {
		seq = next_seq;
		flags = read_seqbegin_or_lock_irqsave(&sig->stats_lock, &seq);
		use.usr = sig->utime;
		use.sys = sig->stime;
		use.run = sig->sum_sched_runtime;
		use.minflt = sig->min_flt;
		use.majflt = sig->maj_flt;
		use.alive = false;
		__for_each_thread(sig, t)
			add_thread(&use, t);
		next_seq = 1;
	} while (need_seqretry(&sig->stats_lock, seq));
	done_seqretry_irqrestore(&sig->stats_lock, seq, flags);
	return use;
}

/*
 * The tick tells only the ratio of user to system time, the scheduler the exact sum. Scaled as
 * cputime_adjust() does it for /proc, which is not exported.
 */
static bool advance_clock(struct cpu_clock *clock, const struct cpu_use *use)
{
	u64 usr, sys;

	if (clock->usr + clock->sys >= use->run)
		return false;

	if (!use->sys)
		sys = 0;
	else if (!use->usr)
		sys = use->run;
	else
		sys = min(mul_u64_u64_div_u64(use->sys, use->run, use->sys + use->usr), use->run);

	sys = max(sys, clock->sys);
	usr = use->run - sys;
	if (usr < clock->usr) {
		usr = clock->usr;
		sys = use->run - usr;
	}
	clock->usr = usr;
	clock->sys = sys;
	return true;
}

static u64 pages_kib(unsigned long pages)
{
	return (u64)pages << (PAGE_SHIFT - 10);
}

static __always_inline void read_mm(struct mm_struct *mm, u64 *field)
{
	unsigned long anon = kml_mm_counter(mm, MM_ANONPAGES);
	unsigned long file = kml_mm_counter(mm, MM_FILEPAGES);
	unsigned long shmem = kml_mm_counter(mm, MM_SHMEMPAGES);

	field[KML_ANON] = pages_kib(anon);
	field[KML_FILE] = pages_kib(file);
	field[KML_SHMEM] = pages_kib(shmem);
	field[KML_SWAP] = pages_kib(kml_mm_counter(mm, MM_SWAPENTS));
	/* The mark is brought up to date only when the resident memory is about to fall. */
	field[KML_PEAK] = pages_kib(max(READ_ONCE(mm->hiwater_rss), anon + file + shmem));
	field[KML_PGTABLES] = mm_pgtables_bytes(mm) >> 10;
	field[KML_TOTAL] = pages_kib(READ_ONCE(mm->total_vm));
	field[KML_DATA] = pages_kib(READ_ONCE(mm->data_vm));
	field[KML_STACK] = pages_kib(READ_ONCE(mm->stack_vm));
}

/* A kernel thread, or a process that has given its memory up. */
static void read_no_mm(u64 *field)
{
	field[KML_ANON] = 0;
	field[KML_FILE] = 0;
	field[KML_SHMEM] = 0;
	field[KML_SWAP] = 0;
	field[KML_PEAK] = 0;
	field[KML_PGTABLES] = 0;
	field[KML_TOTAL] = 0;
	field[KML_DATA] = 0;
	field[KML_STACK] = 0;
}

/* The leader may have ended before the others: any thread with an mm will do. */
static void read_memory(struct signal_struct *sig, u64 *field)
{
	struct task_struct *t;

	__for_each_thread(sig, t) {
		struct mm_struct *mm;

		/* Its mm is borrowed. */
		if (t->flags & PF_KTHREAD) {
			read_no_mm(field);
			return;
		}
		task_lock(t);
		mm = t->mm;
		if (mm)
			read_mm(mm, field);
		task_unlock(t);
		if (mm)
			return;
	}
	read_no_mm(field);
	field[KML_FLAGS] |= KML_LEFT;
}

/*
 * What does not come from the memory of the process. Returns whether it has used the CPU since the
 * sample before. In line, as a tick calls it for each process: what it returns stays in registers.
 */
static __always_inline bool read_use(struct task_struct *task, struct cpu_clock *clock, u64 *field,
				     bool *ret_alive)
{
	struct cpu_use use = sum_threads(task->signal);
	bool ran = advance_clock(clock, &use);

	field[KML_USR] = clock->usr;
	field[KML_SYS] = clock->sys;
	field[KML_MINFLT] = use.minflt;
	field[KML_MAJFLT] = use.majflt;
	field[KML_FLAGS] = tsk_is_oom_victim(task) ? KML_VICTIM : 0;
	field[KML_THREADS] = 0;
	field[KML_STATUS] = 0;
	*ret_alive = use.alive;
	return ran;
}

/**
 * sample_read() - read one sample of a process
 * @task: a thread that belongs, or ever belonged, to the process; the caller's reference
 * @clock: what the sample before told; brought up to date
 * @ret_sample: everything but KML_TIME is set
 *
 * A kernel thread has memory 0. A process all of whose threads have ended has memory 0, KML_ENDED
 * set, its final CPU time and its exit status, even after it was reaped. In between, when it has
 * given its memory up and not ended yet, it has memory 0 and KML_LEFT set.
 *
 * Context: under rcu_read_lock(), so that a caller with many processes takes it once for some of
 * them; may take task_lock; does not sleep.
 * Return: true when the process has used the CPU since the sample before.
 */
bool sample_read(struct task_struct *task, struct cpu_clock *clock, struct kml_sample *ret_sample)
{
	struct signal_struct *sig = task->signal;
	u64 *field = ret_sample->field;
	bool alive, ran = read_use(task, clock, field, &alive);

	if (alive) {
		field[KML_THREADS] = get_nr_threads(task);
		read_memory(sig, field);
	} else {
		field[KML_FLAGS] |= KML_ENDED;
		field[KML_STATUS] = READ_ONCE(sig->group_exit_code);
		read_no_mm(field);
	}
	return ran;
}

/**
 * sample_read_mm() - read one sample of a process that runs no more, or is about to
 * @task: one of its threads
 * @mm: its memory, which the caller keeps; or NULL
 * @clock: what the sample before told; brought up to date
 * @ret_sample: everything but KML_TIME is set
 *
 * For hooks, whose caller may hold the task_lock that sample_read() takes.
 *
 * Context: any but NMI, interrupts on or off; does not sleep.
 */
void sample_read_mm(struct task_struct *task, struct mm_struct *mm, struct cpu_clock *clock,
		    struct kml_sample *ret_sample)
{
	u64 *field = ret_sample->field;
	bool alive;

	rcu_read_lock();
	read_use(task, clock, field, &alive);
	rcu_read_unlock();
	field[KML_THREADS] = get_nr_threads(task);
	if (mm)
		read_mm(mm, field);
	else
		read_no_mm(field);
}
