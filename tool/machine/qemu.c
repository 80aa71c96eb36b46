// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/qemu.h"

#define MAX_ARGS 128

static const char *const port_names[PORT_COUNT] = {
	[PORT_VERDICT] = "kmemlab.verdict",
	[PORT_STDOUT] = "kmemlab.stdout",
	[PORT_STDERR] = "kmemlab.stderr",
	[PORT_STDIN] = "kmemlab.stdin",
	[PORT_RECORDING] = "kmemlab.recording",
};

struct args {
	char *list[MAX_ARGS];
	size_t count;
	int error;
};

static void __attribute__((format(printf, 2, 3))) add(struct args *args, const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	if (vasprintf(&text, format, values) < 0)
		args->error = -ENOMEM;
	else if (args->count == MAX_ARGS - 1)
		args->error = -E2BIG;
	else
		args->list[args->count++] = text;
	va_end(values);
}

static void free_args(struct args *args)
{
	for (size_t i = 0; i < args->count; i++)
		free(args->list[i]);
}

/* In QEMU's lists of options a comma of a value is written twice. */
static const char *escape(const char *value, char *buffer, size_t size)
{
	size_t at = 0;

	for (; *value && at + 2 < size; value++) {
		buffer[at++] = *value;
		if (*value == ',')
			buffer[at++] = ',';
	}
	buffer[at] = '\0';
	return buffer;
}

int qemu_find(char *ret_path, size_t size)
{
	const char *path = getenv("PATH");
	char *copy = strdup(path && *path ? path : "/usr/bin:/bin"), *rest = copy, *dir;
	int error = -ENOENT;

	while (error && (dir = strsep(&rest, ":"))) {
		snprintf(ret_path, size, "%s/qemu-system-x86_64", *dir ? dir : ".");
		if (!access(ret_path, X_OK))
			error = 0;
	}
	free(copy);
	return error;
}

static void add_common(struct args *args, const struct kernel *kernel, const struct rundir *dir)
{
	char path[2 * PATH_MAX];

	add(args, "qemu-system-x86_64");
	add(args, "-nodefaults");
	add(args, "-no-user-config");
	add(args, "-no-reboot");
	add(args, "-display");
	add(args, "none");
	add(args, "-monitor");
	add(args, "none");
	add(args, "-kernel");
	add(args, "%s", kernel->image);
	add(args, "-initrd");
	add(args, "%s", dir->initramfs);
	add(args, "-chardev");
	add(args, "file,id=console,path=%s", escape(dir->console, path, sizeof(path)));
	add(args, "-serial");
	add(args, "chardev:console");
}

/*
 * Without la57 page tables have four levels, as on nearly every real machine,
 * and emulation walks them faster.
 */
static void add_processor(struct args *args, const struct machine_config *config)
{
	add(args, "-m");
	add(args, "%u", config->mem_mib);
	add(args, "-smp");
	add(args, "%u", config->cpus);
	add(args, "-machine");
	add(args, "q35");
	add(args, "-accel");
	add(args, config->kvm ? "kvm" : config->single_thread ? "tcg,thread=single" :
	    config->count_instructions ? "tcg" : "tcg,thread=multi");
	add(args, "-cpu");
	add(args, config->kvm ? "host" : config->count_instructions ? "max,-erms,-fsrm,la57=off" :
	    "max,la57=off");
	if (config->count_instructions) {
		add(args, "-icount");
		add(args, "shift=0,sleep=off");
	}
}

static void add_shares(struct args *args, const struct machine_config *config)
{
	char path[2 * PATH_MAX];

	add(args, "-fsdev");
	add(args, "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap");
	add(args, "-device");
	add(args, "virtio-9p-pci,fsdev=root,mount_tag=kmemlab-root");
	for (unsigned int i = 0; i < config->share_count; i++) {
		add(args, "-fsdev");
		add(args, "local,id=rw%u,path=%s,security_model=none,multidevs=remap", i,
		    escape(config->shares[i], path, sizeof(path)));
		add(args, "-device");
		add(args, "virtio-9p-pci,fsdev=rw%u,mount_tag=kmemlab-rw%u", i, i);
	}
}

/* With counted instructions swap is a disk inside the guest. */
static void add_swap(struct args *args, const struct machine_config *config,
		     const struct rundir *dir)
{
	char path[2 * PATH_MAX];

	if (!config->swap_mib || config->count_instructions)
		return;
	add(args, "-drive");
	add(args, "if=none,id=swap,format=raw,cache=unsafe,throttling.iops-total=%u,file=%s",
	    config->swap_iops, escape(dir->swap, path, sizeof(path)));
	add(args, "-device");
	add(args, "virtio-blk-pci,drive=swap,serial=kmemlab-swap");
}

static void add_ports(struct args *args, const int *fds)
{
	add(args, "-device");
	add(args, "virtio-serial-pci,max_ports=%d", PORT_COUNT + 1);
	for (int i = 0; i < PORT_COUNT; i++) {
		if (fds[i] < 0)
			continue;
		add(args, "-chardev");
		add(args, "socket,id=port%d,fd=%d", i, fds[i]);
		add(args, "-device");
		add(args, "virtserialport,chardev=port%d,name=%s", i, port_names[i]);
	}
}

/*
 * The console gets every message, whatever the command does to the log level. A
 * panic ends the machine at once. At boot the kernel panics when a timer
 * interrupt is late, which it is now and then on a busy host: no_timer_check, as
 * guests of KVM do by themselves. Under emulation a guest may stand still for
 * seconds when the host is busy: only much more than that is a lockup. Its TSCs
 * are one clock, which the kernel cannot know, and reading the other clocks is
 * slow. Code that is always at the same address is translated once only: programs
 * start in half the time without random addresses. With counted instructions the TSC runs at 1 GHz by definition.
 */
static const char *kernel_line(const struct machine_config *config)
{
	if (config->kvm)
		return "";
	if (config->count_instructions)
		return " no_timer_check tsc=reliable tsc_early_khz=1000000";
	return " no_timer_check tsc=reliable watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60"
	       " norandmaps";
}

static void add_kernel_line(struct args *args, const struct machine_config *config)
{
	add(args, "-append");
	add(args, "console=ttyS0 ignore_loglevel panic=-1 kmemlab.vm=1%s%s%s", kernel_line(config),
	    config->append ? " " : "", config->append ? config->append : "");
}

/* In the child: nothing of ours reaches QEMU but its own ends of the ports. */
static void __attribute__((noreturn)) become_qemu(struct args *args, const struct rundir *dir,
						  const int *fds, pid_t parent)
{
	int null = open("/dev/null", O_RDWR);
	int errors = open(dir->errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	sigset_t none;

	/* A Ctrl-C at the terminal is for the tool, which ends QEMU; so is its death. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDIN_FILENO);
	dup2(errors >= 0 ? errors : null, STDOUT_FILENO);
	dup2(errors >= 0 ? errors : null, STDERR_FILENO);
	syscall(SYS_close_range, 3, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */);
	for (int i = 0; fds && i < PORT_COUNT; i++)
		if (fds[i] >= 0)
			fcntl(fds[i], F_SETFD, 0);
	execvp(args->list[0], args->list);
	fprintf(stderr, "%s: %s\n", args->list[0], strerror(errno));
	_exit(127);
}

static int spawn(struct args *args, const struct rundir *dir, const int *fds, struct qemu *qemu)
{
	pid_t parent = getpid();

	args->list[args->count] = NULL;
	if (args->error)
		return args->error;
	qemu->pid = fork();
	if (qemu->pid < 0)
		return -errno;
	if (!qemu->pid)
		become_qemu(args, dir, fds, parent);
	qemu->pidfd = syscall(SYS_pidfd_open, qemu->pid, 0);
	return qemu->pidfd < 0 ? -errno : 0;
}

static int make_swap_file(const struct rundir *dir, const struct machine_config *config)
{
	int fd = open(dir->swap, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int error = fd < 0 || ftruncate(fd, (off_t)config->swap_mib << 20) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

int qemu_start(const struct kernel *kernel, const struct machine_config *config,
	       const struct rundir *dir, struct qemu *ret_qemu)
{
	struct qemu qemu = { .pid = -1, .pidfd = -1, .ports = NO_PORTS };
	int theirs[PORT_COUNT] = NO_PORTS;
	struct args args = { };
	int error = config->swap_mib ? make_swap_file(dir, config) : 0;

	for (int i = 0; !error && i < PORT_COUNT; i++) {
		int pair[2];

		if (i == PORT_RECORDING && !config->recording)
			continue;
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)) {
			error = -errno;
			break;
		}
		qemu.ports[i] = pair[0];
		theirs[i] = pair[1];
	}
	if (!error) {
		add_common(&args, kernel, dir);
		add_processor(&args, config);
		add_shares(&args, config);
		add_swap(&args, config, dir);
		add_ports(&args, theirs);
		add_kernel_line(&args, config);
		error = spawn(&args, dir, theirs, &qemu);
	}
	free_args(&args);
	for (int i = 0; i < PORT_COUNT; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	if (error)
		qemu_end(&qemu);
	else
		*ret_qemu = qemu;
	return error;
}

int qemu_start_probe(const struct kernel *kernel, const struct rundir *dir,
		     struct qemu *ret_qemu)
{
	struct machine_config config = { .mem_mib = 256, .cpus = 2, .kvm = true };
	struct qemu qemu = { .pid = -1, .pidfd = -1, .ports = NO_PORTS };
	struct args args = { };
	int error;

	add_common(&args, kernel, dir);
	add_processor(&args, &config);
	add_kernel_line(&args, &config);
	error = spawn(&args, dir, NULL, &qemu);
	free_args(&args);
	if (error)
		qemu_end(&qemu);
	else
		*ret_qemu = qemu;
	return error;
}

void qemu_end(struct qemu *qemu)
{
	if (qemu->pid > 0) {
		kill(qemu->pid, SIGKILL);
		while (waitpid(qemu->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (qemu->pidfd >= 0)
		close(qemu->pidfd);
	for (int i = 0; i < PORT_COUNT; i++)
		if (qemu->ports[i] >= 0)
			close(qemu->ports[i]);
	*qemu = (struct qemu){ .pid = -1, .pidfd = -1, .ports = NO_PORTS };
}
