# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The table vm/kernels. Source vm/lib/script.sh first.

# table_names: the names, a line each.
table_names() {
	# The scripts have set $root.
	# shellcheck disable=SC2154
	sed -n 's/^\([^#[:space:]]\{1,\}\).*/\1/p' "$root/vm/kernels"
}

# table_find NAME: its line, in $suite, $package and $companion.
table_find() {
	suite=
	while read -r table_name table_suite table_package table_companion table_rest; do
		[ "$table_name" = "$1" ] || continue
		if [ -z "$table_companion" ] || [ -n "$table_rest" ]; then
			die "vm/kernels: the line of $1 has not four words"
		fi
		# The scripts use it.
		# shellcheck disable=SC2034
		suite=$table_suite package=$table_package companion=$table_companion
	done <"$root/vm/kernels"
	[ -n "$suite" ] || die "no kernel '$1' in vm/kernels, which has: $(table_names | tr '\n' ' ')"
}

# table_is_source: the line that was found is of a kernel that is built here.
table_is_source() {
	case $package in
	linux-source-*) return 0 ;;
	esac
	return 1
}
