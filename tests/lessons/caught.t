#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A double free, a write past the end and a use after free, in caches with the flags that catch them:
# the kernel says so itself.
vm_options="--allow-splat"
. tests/lib/guest.sh
. tests/lib/lab.sh

# makes MODULE MISTAKE FOUND: the kernel's words.
makes() {
	said_by "$1" >/dev/null
	ok "$1 loads" modprobe "$1"
	said_by "$1" >/tmp/said
	is "says loudly what it is" "$(grep -m 1 "^$1: " /tmp/said)" "$1: WRONG ON PURPOSE: $2"
	like "the kernel finds it" "$(cat /tmp/said)" "^BUG $1 \\(.*\\): "
	# Newer kernels say in a line of its own, in brackets, what has become of an object.
	like "and what it is" "$(cat /tmp/said)" "^(BUG $1 .*\\): $3\$|\\[$3\\])"
	like "in its function" "$(cat /tmp/said)" " $1_init\\+.*\\[$1\\]"
	ok "$1 unloads" rmmod "$1"
	said_by "$1" >/tmp/said.unload
}

makes double_free "frees an object twice" \
	'(Object already free|Slab has 0 allocated objects but 1 are to be freed)'
is "nothing is left of its cache" "$(objects_of double_free)" ""
is "and there is no more to say" "$(cat /tmp/said.unload)" ""

makes use_after_free "writes to an object that it has freed" 'Poison overwritten'
is "nothing is left of its cache" "$(objects_of use_after_free)" ""
is "and there is no more to say" "$(cat /tmp/said.unload)" ""

# The object is not taken back, so the cache has to stay.
makes past_the_end "writes past the end of its object" 'Right Redzone overwritten'
like "the kernel complains once more" "$(cat /tmp/said.unload)" \
	'past_the_end.*: (Objects remaining|Slab cache still has objects)'
# Newer kernels strike the cache off their list all the same.
like "an object is left, if the cache is listed" "$(objects_of past_the_end)" '^1?$'
done_testing
