#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Completion in bash: a bash that has read packaging/completion.bash is asked what it would offer.
# The table of verbs, the options and the lessons come from other places than the completion's.
. tests/lib/tap.sh
. tests/lib/help.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
mkdir "$work/some" "$work/some/directory"
touch "$work/some/run.rec" "$work/some/birthdays.ko" "$work/some/a b" "$work/some/old.json"

# offers WORD...: what is offered for the last word of `kmemlab WORD...`, sorted, in one line.
offers() {
	(
		cd "$work/some" || exit
		bash --norc -c '
			. "$1/share/bash-completion/completions/kmemlab"
			function_of=$(complete -p kmemlab)
			function_of=${function_of#*-F }
			shift
			COMP_WORDS=(kmemlab "${@:2}")
			COMP_CWORD=$(($# - 1))
			"${function_of%% *}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
			[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' \
			bash "$work" "$OLDPWD/build/kmemlab" "$@"
	) | sort | tr '\n' ' ' | sed 's/ $//'
}

# sorted: lines, as offers() has them.
sorted() {
	sort | tr '\n' ' ' | sed 's/ $//'
}

# In the places where they are installed.
mkdir -p "$work/share/bash-completion/completions" "$work/lib/kmemlab/vm"
cp packaging/completion.bash "$work/share/bash-completion/completions/kmemlab"
cp vm/kernels "$work/lib/kmemlab/vm"

verbs=$(build/kmemlab --help | verbs)
is "the verbs" "$(offers '')" "$({
	echo "$verbs"
	printf '%s\n' --help --version
} | sorted)"
is "of a part of one, that one" "$(offers sho)" "show"
is "of what is none, nothing" "$(offers nonesuch)" ""
for verb in $verbs; do
	build/kmemlab "$verb" --help >"$work/help"
	is "the options of $verb" "$(offers "$verb" --)" \
		"$(options <"$work/help" | grep -o -e '--[a-z-]*' | sorted)"
done
is "of a part of one, that one" "$(offers record --inte)" "--interval"

is "files for show" "$(offers show '')" "a b birthdays.ko directory old.json run.rec"
is "and no second one" "$(offers show run.rec '')" ""
is "also behind an option's value" "$(offers show -p 3 r)" "run.rec"
is "and behind an option without one" "$(offers show --all r)" "run.rec"
is "processes for -p" "$(offers show -p $$)" "$(cd /proc && printf '%s\n' "$$"* | sorted)"
is "and for --pid" "$(offers record --pid $$)" "$(cd /proc && printf '%s\n' "$$"* | sorted)"
is "tables for --table" "$(offers show --table '')" "events gaps history processes system"
is "of a part of one, that one" "$(offers show -t pro)" "processes"
is "a value that nobody can know" "$(offers record -i '')" ""
is "directories for --rw" "$(offers vm --rw '')" "directory"
is "the kernels of the table" "$(offers vm --kernel '')" \
	"$(sed -n 's/^\([^#[:space:]]*\)[[:space:]].*/\1/p' vm/kernels | sorted)"
for verb in leaks faults; do
	is "modules for $verb, and directories of them" "$(offers "$verb" '')" "birthdays.ko directory"
done
is "results to compare" "$(offers bench --compare '')" "directory old.json"
is "and a second one" "$(offers bench --compare --json old.json '')" "directory old.json"
is "but no third" "$(offers bench --compare old.json old.json '')" ""
is "lessons" "$(offers lab '')" "$(grep -v '^#' lessons/table | cut -f 1 | sorted)"
is "of a part of one, that one" "$(offers lab zone)" "zone_alloc"
is "no second lesson" "$(offers lab zone_alloc '')" ""
# Words on purpose.
# shellcheck disable=SC2086
for words in "record" "record -p 1 --" "vm" "vm --" "leaks some.ko --" "faults some.ko --"; do
	like "a command for $words" " $(offers $words true) " ' true '
	is "files for its arguments" "$(offers $words true run)" "run.rec"
done
is "options of the command are its own" "$(offers vm -- true --)" ""
done_testing
