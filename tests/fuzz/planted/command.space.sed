# SPDX-License-Identifier: GPL-2.0-only
# A command of nothing but white space is read beyond its end.
# expect: AddressSanitizer: heap-buffer-overflow
s/while (text < end && is_space(\*text))/while (is_space(*text))/
