# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the scripts of vm/ share. Source it with $script and $root set: the script's own name, and
# the root of the repository.

PATH=$PATH:/usr/sbin:/sbin

# Where kernels are unpacked and modules built. The tool has the same rule: tool/machine/kernel.h.
# The scripts have set $root, and use $state.
# shellcheck disable=SC2154,SC2034
if [ -n "${KMEMLAB_STATE:-}" ]; then
	state=$KMEMLAB_STATE
elif [ -e "$root/installed" ]; then
	state=${XDG_CACHE_HOME:-${HOME:?}/.cache}/kmemlab
else
	state=$root/build
fi

say() {
	echo "$*" >&2
}

die() {
	# The scripts have set $script.
	# shellcheck disable=SC2154
	say "$script: $*"
	exit 1
}

# new_directory PARENT NAME: a directory and a log beside it, in $work and $log, that are gone
# when the script ends: what is complete is renamed into place before.
new_directory() {
	mkdir -p "$1"
	work=$(mktemp -d "$1/.$2.XXXXXX")
	log=$work.log
	chmod 755 "$work"
	trap 'rm -rf "$work" "$log"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# quietly COMMAND...: what it says is shown when it fails, and then the script ends.
quietly() {
	"$@" >"$log" 2>&1 || {
		tail -n 15 "$log" >&2
		die "failed: $*"
	}
}

# read_options USAGE_FUNCTION MAXIMUM ARGUMENT...: answers -h, refuses what is no argument.
read_options() {
	usage=$1 most=$2
	shift 2
	case ${1:-} in
	-h | --help)
		"$usage"
		exit 0
		;;
	-*)
		"$usage" >&2
		exit 2
		;;
	esac
	[ $# -le "$most" ] || {
		"$usage" >&2
		exit 2
	}
}
