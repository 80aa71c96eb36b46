// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/allocwatch: the report by reading, from the beginning anew after a seek to 0; a command by
 * writing:
 *
 *	settle	what was handed to RCU to be freed is freed when the write returns
 *	reset	forget everything, and wait for the target to come again; EBUSY while it is there
 *	fail KEY CALL
 *		let a call of the target fail: of the site with this key, in hexadecimal, which one,
 *		from 1. EBUSY while the target is there, EOPNOTSUPP without faults=1
 *
 * Access: mode 0600, and CAP_SYS_ADMIN in the initial user namespace when the file is opened: what
 * is read has addresses of the kernel.
 *
 * Locking: see report.c.
 *
 * Lifetime: an open file holds the module. device_exit() is only reached when there is none.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat/allocators.h"
#include "device.h"
#include "fault.h"
#include "outer.h"
#include "report.h"
#include "target.h"

static int device_open(struct inode *inode, struct file *file)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* It leads to the device, and seq_file has no room for both. */
	file->private_data = NULL;
	return report_open(inode, file);
}

static int settle(void)
{
	kml_flush_freed_by_rcu();
	return 0;
}

static int reset(void)
{
	int err;

	report_lock();
	err = target_reset();
	if (!err)
		fault_reset();
	report_unlock();
	return err;
}

static int fail(u64 key, unsigned long call)
{
	struct hook_state unused;
	int err = 0;

	report_lock();
	if (!outer_tell(0, &unused))
		err = -EOPNOTSUPP;
	else if (target_is_there())
		err = -EBUSY;
	else
		fault_arm(key, call);
	report_unlock();
	return err;
}

static ssize_t device_write(struct file *file, const char __user *from, size_t length, loff_t *pos)
{
	char command[48] = "";
	unsigned long call;
	u64 key;
	int err;

	if (length >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, length))
		return -EFAULT;
	if (sysfs_streq(command, "settle"))
		err = settle();
	else if (sysfs_streq(command, "reset"))
		err = reset();
	else if (sscanf(command, "fail %llx %lu", &key, &call) == 2 && key && call)
		err = fail(key, call);
	else
		err = -EINVAL;
	return err ?: (ssize_t)length;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = report_release,
	.read = seq_read,
	.write = device_write,
	.llseek = seq_lseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "allocwatch",
	.mode = 0600,
	.fops = &device_fops,
};

/**
 * device_init() - create the device
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int device_init(void)
{
	return misc_register(&device);
}

/**
 * device_exit() - remove the device
 *
 * No file is open: the module would not be unloaded. Context: may sleep.
 */
void device_exit(void)
{
	misc_deregister(&device);
}
