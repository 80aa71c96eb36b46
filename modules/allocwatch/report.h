/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_REPORT_H
#define ALLOCWATCH_REPORT_H

#include <linux/fs.h>

int report_open(struct inode *inode, struct file *file);
int report_release(struct inode *inode, struct file *file);
void report_lock(void);
void report_unlock(void);

#endif
