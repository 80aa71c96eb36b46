// SPDX-License-Identifier: GPL-2.0-only
#include "metrics/peak.h"

enum { SLOTS = PEAK_STEPS + 1 };

void peak_raise(struct peak *peak, uint64_t step, uint64_t value)
{
	if (step > peak->step) {
		uint64_t passed = step - peak->step;

		for (uint64_t i = 1; i <= passed && i <= SLOTS; i++)
			peak->most[(peak->step + i) % SLOTS] = 0;
		peak->step = step;
	}
	if (peak->step - step < SLOTS && peak->most[step % SLOTS] < value)
		peak->most[step % SLOTS] = value;
}

uint64_t peak_most(const struct peak *peak, uint64_t step)
{
	uint64_t most = 0;

	for (uint64_t i = 0; i < SLOTS && i <= peak->step; i++) {
		uint64_t of = peak->step - i;

		if (of + SLOTS > step && peak->most[of % SLOTS] > most)
			most = peak->most[of % SLOTS];
	}
	return most;
}
