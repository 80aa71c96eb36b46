# SPDX-License-Identifier: GPL-2.0-only
# Samples that the reader has had already are counted again.
# expect: not true: account.delivered == heard->samples
s/stream->account.delivered += delivered;/stream->account.delivered += block->samples;/
