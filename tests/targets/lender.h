/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGETS_LENDER_H
#define TARGETS_LENDER_H

char *lender_lend(void);

#endif
