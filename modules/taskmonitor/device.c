// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/taskmonitor: the history and what comes of it as binary records, and commands by writing.
 *
 * Data flow: each open file that can be read has a stream of its own, which begins with the oldest
 * that is kept. Seeking is how a reader chooses: to the beginning (0, SEEK_SET) is from the oldest
 * again, to the end (0, SEEK_END) is from now on. There is no end of file: a read waits for what
 * comes next, unless the file was opened with O_NONBLOCK.
 *
 * Access: mode 0600, and CAP_SYS_PTRACE in the initial user namespace when the file is opened: what
 * is read tells of processes of everybody. From then on the file is a capability by itself.
 *
 * Locking: see stream.c. Nothing is held while a reader waits.
 *
 * Lifetime: an open file holds the module. device_exit() is only reached when there is none.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>

#include "control.h"
#include "device.h"
#include "news.h"
#include "stream.h"

static int device_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	if (!capable(CAP_SYS_PTRACE))
		return -EPERM;
	if (!(file->f_mode & FMODE_READ))
		return 0;
	file->private_data = stream_create();
	return file->private_data ? 0 : -ENOMEM;
}

static int device_release(struct inode *inode, struct file *file)
{
	stream_destroy(file->private_data);
	return 0;
}

static ssize_t device_read(struct file *file, char __user *to, size_t length, loff_t *pos)
{
	struct stream *stream = file->private_data;
	ssize_t copied;

	if (!length)
		return 0;
	do {
		copied = stream_read(stream, to, length);
		if (copied)
			return copied;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
	} while (!wait_event_interruptible(news_wait, stream_has_news(stream)));
	return -ERESTARTSYS;
}

static ssize_t device_write(struct file *file, const char __user *from, size_t length, loff_t *pos)
{
	return control_write(from, length);
}

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	struct stream *stream = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &news_wait, wait);
	if (file->f_mode & FMODE_WRITE)
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (stream && stream_has_news(stream))
		mask |= EPOLLIN | EPOLLRDNORM;
	return mask;
}

static loff_t device_llseek(struct file *file, loff_t offset, int whence)
{
	struct stream *stream = file->private_data;

	if (!stream)
		return -ESPIPE;
	if (offset)
		return -EINVAL;
	switch (whence) {
	case SEEK_SET:
		stream_rewind(stream);
		return 0;
	case SEEK_END:
		return stream_skip(stream);
	default:
		return -EINVAL;
	}
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.read = device_read,
	.write = device_write,
	.poll = device_poll,
	.llseek = device_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "taskmonitor",
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
