# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Tests of the tests: bugs are planted in a copy of the modules. Source tap.sh first.

kernel=${KMEMLAB_KERNEL:?}
headers=$(echo "$PWD/build/kernels/$kernel"/lib/modules/*/build)

# What make was told on its own command line is not for kbuild.
unset MAKEFLAGS MFLAGS MAKELEVEL

# plant SCRIPT DIRECTORY: the recorder, built with a bug in one of its sources.
plant() {
	rm -rf "$2"
	mkdir -p "$2"
	git ls-files modules/compat modules/taskmonitor include | tar -c -T - | tar -x -C "$2"
	find "$2/modules" -name '*.c' -exec sed -i -f "$1" {} +
	[ "$(diff -rq modules/taskmonitor "$2/modules/taskmonitor" | grep -c ' differ$')" -eq 1 ] || {
		echo "it does not change one source"
		return 1
	}
	make -C "$headers" M="$PWD/$2/modules/taskmonitor" modules >"$2/log" 2>&1 || {
		cat "$2/log"
		return 1
	}
	find "$2/modules" -name '*.ko' -exec cp {} "$2" \;
}

# turn_red TEST DIRECTORY: each bug of DIRECTORY, a sed script, turns the guest test red that is
# green without it, and is told by what the script expects.
turn_red() {
	for script in "$2"/*.sed; do
		bug=$(basename "$script" .sed)
		dir=build/planted/$bug
		expected=$(sed -n 's/^# expect: //p' "$script")
		ok "$bug is planted" plant "$script" "$dir"
		# The variables are the inner shell's.
		# shellcheck disable=SC2016
		nok "$bug turns the test red" env KMEMLAB_PLANTED="$dir" \
			sh -c 'exec "$0" >"$KMEMLAB_PLANTED/said" 2>&1' "$1"
		ok "$bug: $expected" grep -Eq "${expected:?}" "$dir/said"
	done
}
