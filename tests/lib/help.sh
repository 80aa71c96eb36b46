# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests read in the texts of --help: `kmemlab --help` has the verbs, `kmemlab VERB --help` the
# forms and options of one.

# verbs <HELP: their names, a line each.
verbs() {
	sed -n '/^Verbs:$/,/^$/s/^ \([a-z]*\) .*/\1/p'
}

# forms <HELP: the lines of its usage, without the space before them.
forms() {
	sed -n '/^Usage:$/,/^$/s/^ //p'
}

# options <HELP: each as `-i, --interval MS` or `--sysroot DIR`.
options() {
	sed -n '/^Options:$/,/^$/s/^ \{1,5\}\(-.*[^ ]\) \{2,\}[^ ].*/\1/p' | sed 's/  .*//'
}

# option_columns <HELP: where the text begins, in each line of the options.
option_columns() {
	sed -E -e '1,/^Options:$/d; /^$/,$d' \
		-e 's/^( +(-[a-z], )?--[^ ]+( [A-Z][^ ]*)? {2,}| +).*/\1/' |
		awk '{ print length() }'
}
