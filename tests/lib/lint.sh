# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the checks of tests/lint share. Source tap.sh first.
#
# A check gives its tool every file there is and, behind them, one with a planted mistake. That the
# tool finds this one shows that it ran, with the options meant, to the end of the list; that it
# finds nothing else is the check. What is excepted is in tests/exceptions, with the reason.

# Tools say the same in every language then.
LC_ALL=C
export LC_ALL

work=$(mktemp -d)
lint_exit() {
	lint_status=$?
	rm -rf "$work"
	(exit "$lint_status")
	tap_exit
}
trap lint_exit EXIT

# exceptions TOOL: the regular expressions that tests/exceptions has for it.
exceptions() {
	sed -n "s/^$1 \(.*\) # .*/\1/p" "${exceptions:-tests/exceptions}"
}

# judge TOOL: of the findings on standard input, those that are neither planted nor excepted; and
# the exceptions that nothing needs any more.
judge() {
	grep -v -e "^$work/planted" -e '^planted/' >"$work/findings"
	exceptions "$1" >"$work/excepted"
	grep -Evx -f "$work/excepted" "$work/findings" | sort -u
	while read -r judge_regex; do
		grep -Eqx -e "$judge_regex" "$work/findings" ||
			echo "nothing needs this line of tests/exceptions: $1 $judge_regex"
	done <"$work/excepted"
}

# look_at COMMAND...: runs COMMAND FILE for each file named on standard input, as many at a time
# as there are CPUs, and prints all they said. An exit status of 1 may be due to what was found;
# more is a failure to look.
look_at() {
	rm -rf "$work/said"
	mkdir "$work/said"
	# The variables are those of the inner shell.
	# shellcheck disable=SC2016
	xargs -P"$(nproc)" -n1 sh -c '
		said=$1
		shift
		for file; do :; done
		name=$said/$(echo "$file" | tr / %)
		"$@" >"$name" 2>&1
		[ $? -gt 1 ] || mv "$name" "$name.looked"' sh "$work/said" "$@"
	find "$work/said" -name '*.looked' >"$work/looked_at"
	find "$work/said" -type f -exec cat {} +
}

# looked_at: how many files that were.
looked_at() {
	wc -l <"$work/looked_at"
}

# user_space: the C files that are built as programs, and those of the modules that are as well.
user_space() {
	git ls-files '*.c' ':!modules' ':!tests/host/splatter' ':!tests/targets' && pure
}
# What is sanitized has files of the tool as well, which git has listed already.
pure() {
	make -s --no-print-directory show-pure | grep '^modules/'
}

# count_code FOLDER...: how many files of C there are, whatever git says. Kbuild leaves *.mod.c
# where modules are built by hand.
count_code() {
	find "$@" -name '*.[ch]' ! -name '*.mod.c' | wc -l
}

# looked_at_user_space: at each of them, and the planted one.
looked_at_user_space() {
	ok "the modules have such files" test "$(pure | wc -l)" -ge 2
	is "it has looked at every file" "$(looked_at)" \
		"$(($(find bench lessons tool vm tests -name '*.c' ! -path '*/splatter/*' ! -path 'tests/targets/*' | wc -l) + $(pure | wc -l) + 1))"
}
