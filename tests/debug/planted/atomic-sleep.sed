# SPDX-License-Identifier: GPL-2.0-only
# Who shows a name may wait for memory, and holds a spin lock.
# expect: BUG: sleeping function called from invalid context
s/^\tmemcpy(ret_comm, .*/\tkfree(kmalloc(8, GFP_KERNEL));\n&/
