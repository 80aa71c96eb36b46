#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What an own slab cache costs: so many objects, each given back before the next one is taken; the
# cache comes and goes with the module.
. tests/lib/guest.sh
. tests/lib/lab.sh

module=cache_alloc
thread=cache_alloc
result='times kmem_cache_alloc and kmem_cache_free'
. tests/lib/cost.sh

cache=/sys/kernel/slab/cache_alloc_object

# Before the first time: the kernel leaves a link behind that leads nowhere.
refused "objnum=0: must be 1 or more" objnum=0
nok "and no cache" test -e $cache -o -L $cache

costs 2000 "2000 $result"
costs 100 "100 $result" objnum=100
costs 4000 "4000 $result" objnum=4000 cpu=1
costs 1 "1 $result" objnum=1
# More than one batch, and not a whole number of them.
costs 5000 "5000 $result" objnum=5000

if trace kmem_cache_alloc kmem_cache_free -- objnum=500; then
	is "so many are taken" \
		"$(grep -c ' kmem_cache_alloc: .*\[cache_alloc\].* bytes_req=32 ' /tmp/trace)" 500
	is "each is given back before the next one" \
		"$(pairs kmem_cache_alloc kmem_cache_free cache_alloc)" 500
	is "by the CPU it was told" "$(grep '\[cache_alloc\]' /tmp/trace | grep -vc ' \[001\] ')" 0
	end
else
	skip "this kernel has no tracing" 3
fi

# The cache may share another's memory: then that has one name more, or else a directory of its own.
begin objnum=1
ok "the cache is there" test -d $cache/
shared=$(readlink -f $cache)
names=$(cat "$shared/aliases")
size=$(cat "$shared/object_size")
ok "its objects hold 32 bytes" test "$size" -ge 32
end
is "it is gone" "$(cat "$shared/aliases" 2>/dev/null || echo gone)" \
	"$([ "$names" -eq 0 ] && echo gone || echo $((names - 1)))"

refuses_cpus
stops
comes_and_goes
done_testing
