/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_REPORT_H
#define ALLOCBENCH_REPORT_H

#include <linux/fs.h>

int report_open(struct inode *inode, struct file *file);
int report_release(struct inode *inode, struct file *file);
int report_measure(struct file *file, const char *text, size_t length);

#endif
