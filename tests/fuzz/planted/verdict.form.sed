# SPDX-License-Identifier: GPL-2.0-only
# What sscanf() takes is taken, whatever it is.
# expect: not true: !strcmp(line, again)
s/if (strcmp(line, again))/if (!*again)/
