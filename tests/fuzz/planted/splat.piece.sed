# SPDX-License-Identifier: GPL-2.0-only
# Of a line that comes in pieces, what is in two of them is not looked at.
# expect: not true: text && \*text
s/^#define OVERLAP 64/#define OVERLAP 0/
