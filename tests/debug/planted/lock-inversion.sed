# SPDX-License-Identifier: GPL-2.0-only
# Two locks, which a sample takes in one order and the end of a process in the other. Nobody has to
# meet for it to be found.
# expect: possible circular locking dependency detected
/^static int open_block(/i static DEFINE_SPINLOCK(planted_lock);\n
/^static int open_block(/,/^}/ {
	s/^\tspin_lock(&history_lock);$/&\n\tspin_lock(\&planted_lock);/
	s/^\tspin_unlock(&history_lock);$/\tspin_unlock(\&planted_lock);\n&/
}
/^void history_end(/,/^}/ {
	s/^\tspin_lock(&history_lock);$/\tspin_lock(\&planted_lock);\n&/
	s/^\tspin_unlock(&history_lock);$/&\n\tspin_unlock(\&planted_lock);/
}
