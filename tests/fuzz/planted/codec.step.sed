# SPDX-License-Identifier: GPL-2.0-only
# The encoder predicts from another step than the decoder.
# expect: not true: same(&got, &samples->sample\[\*taken\])
/state->step = sample/d
