# SPDX-License-Identifier: GPL-2.0-only
# Thinning keeps the first of equals.
# expect: not true: same(&got, best(samples, i, n))
s/>= kml_sample_rss(&source->kept)/> kml_sample_rss(\&source->kept)/
