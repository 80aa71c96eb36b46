// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>

#include "lib/message.h"
#include "lib/signals.h"

int kml_catch_signals(sigset_t *ret_mask)
{
	sigset_t set;
	int signals, error = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0) {
		error = -errno;
		kml_error("cannot wait for signals: %s", strerror(-error));
	}
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, ret_mask);
	return error ?: signals;
}
