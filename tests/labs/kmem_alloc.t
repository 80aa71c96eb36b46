#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What kmalloc() costs: so many objects, each given back before the next one is taken.
. tests/lib/guest.sh
. tests/lib/lab.sh

module=kmem_alloc
thread=kmem_alloc
result='times kmalloc and kfree'
. tests/lib/cost.sh

costs 2000 "2000 $result"
costs 100 "100 $result" objnum=100
costs 4000 "4000 $result" objnum=4000 cpu=1
costs 1 "1 $result" objnum=1
# More than one batch, and not a whole number of them.
costs 5000 "5000 $result" objnum=5000

if trace kmalloc kfree -- objnum=500; then
	is "so many are taken" "$(grep -c ' kmalloc: .*\[kmem_alloc\].* bytes_req=32 ' /tmp/trace)" 500
	is "each is given back before the next one" "$(pairs kmalloc kfree kmem_alloc)" 500
	is "by the CPU it was told" "$(grep '\[kmem_alloc\]' /tmp/trace | grep -vc ' \[001\] ')" 0
	end
else
	skip "this kernel has no tracing" 3
fi

refused "objnum=0: must be 1 or more" objnum=0
refuses_cpus
stops
comes_and_goes

# As many would be left; others come and go.
before=$(objects_of kmalloc-32)
begin objnum=5000
end
after=$(objects_of kmalloc-32)
ok "nothing is left in the slab ($before before, $after after)" \
	test "$after" -lt $((before + 2000))
done_testing
