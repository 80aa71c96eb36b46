# SPDX-License-Identifier: GPL-2.0-only
# The encoder predicts from another step than the decoder.
# expect: not true: same(&got, &samples->sample\[\*taken\])
s/sample->field\[KML_TIME\] - before;/sample->field[KML_TIME] - before + 1;/
