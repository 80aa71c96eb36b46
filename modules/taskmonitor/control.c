// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written to one of the files is done here: debugfs and the device take the same commands.
 *
 * Locking: none of its own.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "command.h"
#include "control.h"
#include "registry.h"
#include "selection.h"

static int obey(const struct command *command)
{
	if (command->kind != COMMAND_PROCESS)
		return command->remove ? selection_remove(command) : selection_add(command);
	return command->remove ? registry_remove(command->pid) : registry_add(command->pid);
}

/**
 * control_write() - do what was written to one of the files
 * @from: the command
 * @length: of @from, bytes
 *
 * Context: may sleep.
 * Return: @length, or a negative errno: nothing has changed then.
 */
ssize_t control_write(const char __user *from, size_t length)
{
	struct command command;
	char text[COMMAND_MAX];
	int err;

	if (length > sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	err = command_parse(text, length, &command);
	if (!err)
		err = obey(&command);
	return err ?: length;
}
