/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_WRONG_ONLY_IN_VM_H
#define KMEMLAB_WRONG_ONLY_IN_VM_H

/*
 * What is wrong on purpose loads only where the kernel was booted with the word kmemlab.vm=1, as
 * it is in the throw-away machine. The kernel exports its command line to nobody, so it is read
 * where programs read it.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#define ONLY_IN_VM_WORD "kmemlab.vm=1"

/* Twice what x86 keeps of a command line. */
#define ONLY_IN_VM_LINE 4096

static inline ssize_t only_in_vm_read(char *line, size_t size)
{
	struct file *file = filp_open("/proc/cmdline", O_RDONLY, 0);
	loff_t at = 0;
	ssize_t length;

	/* This one does return an ERR_PTR. */
	if (IS_ERR(file))
		return PTR_ERR(file);
	length = kernel_read(file, line, size, &at);
	filp_close(file, NULL);
	return length;
}

/* What has no blank behind it may have been cut off, and does not count. */
static inline bool only_in_vm_has_word(char *line)
{
	char *word;

	while ((word = strsep(&line, "\n ")) && line)
		if (!strcmp(word, ONLY_IN_VM_WORD))
			return true;
	return false;
}

/**
 * only_in_vm() - may a module make its mistake here?
 *
 * Context: may sleep.
 * Return: 0 in the throw-away machine; -EPERM elsewhere, or another negative errno where that
 * cannot be known, with a message.
 */
static inline int only_in_vm(void)
{
	char *line = kzalloc(ONLY_IN_VM_LINE, GFP_KERNEL);
	ssize_t length;
	int err = 0;

	if (!line)
		return -ENOMEM;
	length = only_in_vm_read(line, ONLY_IN_VM_LINE - 1);
	if (length < 0)
		err = length;
	else if (!only_in_vm_has_word(line))
		err = -EPERM;
	if (err)
		pr_err("%s: is wrong on purpose, and loads only where the kernel was booted with %s\n",
		       KBUILD_MODNAME, ONLY_IN_VM_WORD);
	kfree(line);
	return err;
}

#endif
