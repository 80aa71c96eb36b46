# SPDX-License-Identifier: GPL-2.0-only
# A monitor is not freed.
# expect: kmemleak: memory that nobody knows any more
/^\tkfree(monitor);$/d
