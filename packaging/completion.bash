# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of kmemlab's verbs, options and what comes behind them, for bash. All of it is read in
# `kmemlab --help` and `kmemlab VERB --help`, so a new verb needs nothing here. What can stand in a
# place, its name there tells: FILE, A.json, DIR, PID, TABLE, KERNEL, LESSON, MODULE, COMMAND,
# ARGUMENT.

# _kmemlab_help [VERB]: what the command that is being completed says of itself.
_kmemlab_help() {
	"$_kmemlab_command" "$@" --help 2>/dev/null </dev/null
}

# _kmemlab_options: each spelling of each option of the verb, and the name of its value.
_kmemlab_options() {
	_kmemlab_help "$_kmemlab_verb" | sed -E -n -e '/^Options:$/,/^$/!d' \
		-e 's/^ (-.), (--[a-z-]+)( [A-Z]+)?.*/\1\3\n\2\3/p' \
		-e 's/^     (--[a-z-]+)( [A-Z]+)?.*/\1\2/p'
}

# _kmemlab_value OPTION: the name of its value; nothing if it takes none.
_kmemlab_value() {
	_kmemlab_options | awk -v option="$1" '$1 == option { print $2 }'
}

# _kmemlab_forms: the words of each form of the verb that are no options, but those behind a [--.
_kmemlab_forms() {
	_kmemlab_help "$_kmemlab_verb" | sed -n "/^Usage:$/,/^$/s/^ kmemlab $_kmemlab_verb//p" |
		sed -e 's/\[options\]//' -e 's/ \[--\]//' -e 's/ \[-- .*//' -e 's/ -- / /' \
			-e 's/ \[--[a-z-]*\]//g' -e 's/ --[a-z-]\{1,\}//g' -e 's/ -[a-z] [A-Z]*//g' \
			-e 's/[][]//g'
}

# _kmemlab_operand: the name of the word that is being completed, if it is no option.
_kmemlab_operand() {
	local i place=1

	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--)
			[ "$i" -lt $((COMP_CWORD - 1)) ] && echo ARGUMENT || echo COMMAND
			return
			;;
		-*) [ -z "$(_kmemlab_value "${COMP_WORDS[i]}")" ] || i=$((i + 1)) ;;
		*) place=$((place + 1)) ;;
		esac
	done
	# The last of a form may come again.
	_kmemlab_forms | awk -v place="$place" '
		NF >= place { name = $place }
		NF && NF < place && /\.\.\.$/ { name = $NF }
		END { sub(/\.\.\.$/, "", name); print name }'
}

# _kmemlab_words NAME: what can stand where --help has NAME.
_kmemlab_words() {
	case $1 in
	VERB)
		compgen -W "$(_kmemlab_help | sed -n '/^Verbs:$/,/^$/s/^ \([a-z]*\) .*/\1/p'
			echo --help --version)" -- "$_kmemlab_word"
		;;
	OPTION) compgen -W "$(_kmemlab_options | sed -n 's/^\(--[^ ]*\).*/\1/p')" -- "$_kmemlab_word" ;;
	FILE | ARGUMENT) compgen -f -- "$_kmemlab_word" ;;
	DIR) compgen -d -- "$_kmemlab_word" ;;
	*.json)
		compgen -f -X '!*.json' -- "$_kmemlab_word"
		compgen -d -- "$_kmemlab_word"
		;;
	MODULE)
		compgen -f -X '!*.ko' -- "$_kmemlab_word"
		compgen -d -- "$_kmemlab_word"
		;;
	TABLE)
		compgen -W "$(_kmemlab_help "$_kmemlab_verb" | sed -n '/^Tables/,/^[^ ]/s/^ \([a-z]*\) .*/\1/p')" \
			-- "$_kmemlab_word"
		;;
	PID) compgen -W "$(cd /proc && echo [0-9]*)" -- "$_kmemlab_word" ;;
	COMMAND) compgen -c -- "$_kmemlab_word" ;;
	LESSON)
		compgen -W "$("$_kmemlab_command" lab 2>/dev/null </dev/null |
			sed -e '/^$/,$d' -e 's/ .*//')" -- "$_kmemlab_word"
		;;
	KERNEL)
		# Where this file is installed, its table is not far.
		compgen -W "$(sed -n 's/^\([^#[:space:]]\{1,\}\).*/\1/p' \
			"${BASH_SOURCE[0]%/*}/../../../lib/kmemlab/vm/kernels" 2>/dev/null)" \
			-- "$_kmemlab_word"
		;;
	esac
}

_kmemlab() {
	local _kmemlab_command=$1 _kmemlab_word=${COMP_WORDS[COMP_CWORD]}
	local _kmemlab_verb=${COMP_WORDS[1]} name=VERB

	if [ "$COMP_CWORD" -gt 1 ]; then
		name=$(_kmemlab_operand)
		case ${_kmemlab_word}:$name in
		*:ARGUMENT) ;;
		-*) name=OPTION ;;
		esac
		# A value, if the word before it is an option of the verb's.
		case $name:${COMP_WORDS[COMP_CWORD - 1]} in
		ARGUMENT:* | *:--) ;;
		*:-*)
			name=$(_kmemlab_value "${COMP_WORDS[COMP_CWORD - 1]}" | grep . || echo "$name")
			;;
		esac
	fi
	[ "$name" = VERB ] || [ "$name" = OPTION ] || compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(_kmemlab_words "$name")
}

complete -F _kmemlab kmemlab
