/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_FACTS_H
#define KMEMLAB_RECORD_FACTS_H

#include <sys/types.h>

#include "recording/batch.h"

/*
 * What /proc tells of a process, and the module does not: its parent, its cgroup, its command line,
 * each as far as it can be read. @start_ns: when it was created, by CLOCK_BOOTTIME, lest it is another
 * that has its number by now; 0: whoever has it. May wait for the process, as reading its command line does: to be
 * asked while memory is not scarce yet.
 */
void facts_read(struct kml_process_facts *facts, pid_t pid, uint64_t start_ns);

#endif
