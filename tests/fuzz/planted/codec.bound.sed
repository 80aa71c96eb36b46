# SPDX-License-Identifier: GPL-2.0-only
# The decoder does not look where the code ends.
# expect: AddressSanitizer: heap-buffer-overflow
s/from + n < end && //
