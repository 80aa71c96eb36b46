# SPDX-License-Identifier: GPL-2.0-only
# No room is kept for the run that comes before a sealing.
# expect: not true: codec_append(
s/ + CODEC_RECORD_MAX + CODEC_RUN_MAX > size/ + CODEC_RECORD_MAX > size/
