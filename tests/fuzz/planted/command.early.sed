# SPDX-License-Identifier: GPL-2.0-only
# A refused command leaves something behind.
# expect: not true: !memcmp(&got, &before
s/^\tif (text < end && \*text == '-') {$/\tret_command->remove = true;\n&/
