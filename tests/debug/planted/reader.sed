# SPDX-License-Identifier: GPL-2.0-only
# A reader that stops in the middle of a block keeps it.
# expect: Objects remaining in taskmonitor_block
/^static void put_part(/,/^}/ {
	/^\tblock_put(stream->part.block);$/d
}
