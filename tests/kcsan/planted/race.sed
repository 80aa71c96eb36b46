# SPDX-License-Identifier: GPL-2.0-only
# The sampler and readers count together, and nothing keeps them apart.
# expect: BUG: KCSAN: data-race in
/^bool monitor_tick(/,/^}/ s/^\tsample->field\[KML_TIME\] = time;$/&\n\tplanted_count++;/
/^void monitor_comm(/,/^}/ s/^\tspin_lock(&monitor->comm_lock);$/\tplanted_count++;\n&/
/^static noinline void update_comm(/i unsigned long planted_count;\n
