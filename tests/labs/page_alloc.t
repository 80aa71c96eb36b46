#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What allocating pages costs: the smallest power of two that holds all objects, once.
. tests/lib/guest.sh
. tests/lib/lab.sh

module=page_alloc_lab
thread=page_alloc
result='alloc_pages and __free_pages'
. tests/lib/cost.sh

costs 2000 "$result of order 4"
costs 100 "$result of order 0" objnum=100
costs 1000 "$result of order 3" objnum=1000
costs 4000 "$result of order 5" objnum=4000 cpu=1
costs 1 "$result of order 0" objnum=1
# 128 objects are a page.
costs 128 "$result of order 0" objnum=128
costs 129 "$result of order 1" objnum=129
costs 131072 "$result of order 10" objnum=131072

if trace mm_page_alloc mm_page_free -- objnum=4000; then
	is "one block of this order is taken" "$(grep -c ' mm_page_alloc: .* order=5 ' /tmp/trace)" 1
	is "and given back" "$(grep -c ' mm_page_free: .* order=5$' /tmp/trace)" 1
	is "by the CPU it was told" "$(grep ' order=5' /tmp/trace | grep -c ' \[001\] ')" 2
	end
else
	skip "this kernel has no tracing" 3
fi

refused "objnum=0: must be 1 to 131072, what the largest order holds" objnum=0
refused "objnum=131073: must be 1 to 131072, what the largest order holds" objnum=131073
refuses_cpus
comes_and_goes

# A block of 1 MiB would be missing.
before=$(pages_of_kernel)
begin objnum=32768
end
lost=$(($(pages_of_kernel) - before))
is "the block was of 1 MiB" "$(printf '%s\n' "$text" | tail -n 1 | sed 's/:.*//')" \
	"$result of order 8"
ok "it is not left ($lost pages are gone)" test "$lost" -lt 128
done_testing
