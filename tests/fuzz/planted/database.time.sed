# SPDX-License-Identifier: GPL-2.0-only
# The samples of a process may come in any order.
# expect: not true: !i || sample->time_ns >= sample\[-1\].time_ns
s/ || field\[KML_TIME\] < last->time_ns//
