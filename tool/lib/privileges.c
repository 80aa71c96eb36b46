// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/privileges.h"

static bool is_kept(int capability, const int *kept, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (kept[i] == capability)
			return true;
	return false;
}

/* Without CAP_SETPCAP there is nothing to give up that could come back. */
static void bound(const int *kept, size_t n)
{
	for (int i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		if (!is_kept(i, kept, n))
			prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
}

int privileges_keep(const int *capabilities, size_t n)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	bound(capabilities, n);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capget, &header, sets))
		return -errno;
	for (unsigned int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t kept = 0;

		for (size_t j = 0; j < n; j++)
			if (CAP_TO_INDEX((unsigned int)capabilities[j]) == i)
				kept |= CAP_TO_MASK(capabilities[j]);
		sets[i].permitted &= kept;
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, sets) ? -errno : 0;
}
