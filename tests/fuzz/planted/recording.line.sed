# SPDX-License-Identifier: GPL-2.0-only
# A line may be longer than the room for it.
# expect: runtime error: index 4096 out of bounds
s/if (n == sizeof(r->line) - 1)/if (n == sizeof(r->line) + 1)/
