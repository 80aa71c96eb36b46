// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/allocbench: a request by writing, which returns when it has been measured; the result by
 * reading from the same file, from the beginning anew after a seek to 0.
 *
 * Access: mode 0600, and CAP_SYS_ADMIN in the initial user namespace when the file is opened: a
 * request takes memory and CPUs as it likes.
 *
 * Locking: see report.c.
 *
 * Lifetime: an open file holds the module. device_exit() is only reached when there is none.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "device.h"
#include "report.h"
#include "request.h"

static int device_open(struct inode *inode, struct file *file)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* It leads to the device, and seq_file has no room for both. */
	file->private_data = NULL;
	return report_open(inode, file);
}

static ssize_t device_write(struct file *file, const char __user *from, size_t length, loff_t *pos)
{
	char *text;
	int err;

	if (length > REQUEST_MAX)
		return -EINVAL;
	text = memdup_user(from, length);
	if (IS_ERR(text))
		return PTR_ERR(text);
	err = report_measure(file, text, length);
	kfree(text);
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
	.name = "allocbench",
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
