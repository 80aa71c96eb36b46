/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HISTORY_PAIRS_H
#define TASKMONITOR_HISTORY_PAIRS_H

#include "history_lists.h"

void history_pairs_update(struct block *block);
void history_pairs_update_before(struct block *block);
struct block *history_pairs_ripest(u64 now);

#endif
