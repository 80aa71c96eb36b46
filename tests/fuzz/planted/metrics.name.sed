# SPDX-License-Identifier: GPL-2.0-only
# A name breaks the line that it stands in.
# expect: not true: memchr(line, ' ', length)
s/if (\*comm >= ' ' && .*/if (*comm)/
