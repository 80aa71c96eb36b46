# SPDX-License-Identifier: GPL-2.0-only
# Time may run backwards.
# expect: not true: !i || sample->time_ns >= sample\[-1\].time_ns
s/sample->time_ns < owner->time_ns/!sample->pid/
