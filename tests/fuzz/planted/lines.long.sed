# SPDX-License-Identifier: GPL-2.0-only
# The end of a line that is too long is taken for a line.
# expect: not true: strlen(line) == strnlen(text
/lines->too_long = true/d
