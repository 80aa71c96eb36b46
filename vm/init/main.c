// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of the throw-away machine.
 *
 * It runs from the initramfs that `kmemlab vm` packs: this program, the few
 * modules the machine needs, and /plan, which says what to do. In this order:
 * load the modules, build the root (the host's files over 9p, an overlay in
 * memory above), run the command, relay what it prints to two virtio-serial
 * ports, end whatever is left, and write the verdict on a third port, last.
 * The host ends the machine when it has read the verdict and every byte that
 * the verdict says was printed.
 *
 * Nothing here allocates once the command runs: this process has to work when
 * the machine has no memory left.
 */
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"
#include "modules.h"
#include "mounts.h"
#include "plan.h"
#include "ports.h"
#include "swap.h"
#include "verdict.h"

/* `kmemlab vm` asks so whether a machine starts at all. */
static void answer_a_probe(void)
{
	if (!plan_get("probe"))
		return;
	puts("kmemlab-probe-answered");
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	power_off();
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		ioctl(fd, SIOCSIFFLAGS, &request);
		close(fd);
	}
}

/* The end of a child becomes an event beside others. Returns a signalfd. */
static int catch_children(void)
{
	sigset_t mask;
	int children;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	children = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (children < 0)
		die("no signals: %s", strerror(errno));
	return children;
}

int main(void)
{
	struct command command;
	int children;

	mount_kernel_files();
	plan_read();
	answer_a_probe();
	modules_load();
	ports_open();
	mount_root();
	mount_kernel_files();
	mount_the_rest();
	mount_shares();
	swap_start();
	loopback_up();
	sethostname("kmemlab", 7);

	command_plan(&command);
	children = catch_children();
	mlockall(MCL_CURRENT);
	verdict_ready();
	verdict_give(command_run(&command, children));
}
