# SPDX-License-Identifier: GPL-2.0-only
# A block may have more code than its record.
# expect: AddressSanitizer: heap-buffer-overflow
s/ || block.bytes > block.record.size - sizeof(block) ||/ ||/
