# SPDX-License-Identifier: GPL-2.0-only
# The name of a process may have any length, and is cut.
# expect: not true: !err == is_sample(
s/if (length >= KML_NAME_SIZE)/if (!length)/
