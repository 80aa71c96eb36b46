# SPDX-License-Identifier: GPL-2.0-only
# What is there of a record already is forgotten when the next piece comes.
# expect: AddressSanitizer: heap-buffer-overflow
s/if (n > whole - stream->have)/if (n > whole)/
