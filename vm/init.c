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
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAX_ITEMS 4096
/* How long what the command left behind may take to die, and the host to end the machine. */
#define LAST_SECONDS 10

/* The plan: records "key=value", each ended by a NUL. */
static char *plan;
static size_t plan_size;

static int verdict_port = -1;

/* One of the two streams of the command: its pipe, the port it goes to, what is on the way. */
struct stream {
	const char *port_name;
	int pipe;
	int port;
	unsigned long long total;
	size_t start;
	size_t end;
	char buffer[4096];	/* a port allocates a buffer for each write: a page is always had */
};

static struct stream streams[2] = {
	{ .port_name = "kmemlab.stdout" },
	{ .port_name = "kmemlab.stderr" },
};

static void __attribute__((noreturn)) power_off(void)
{
	reboot(RB_AUTOBOOT);	/* the host runs us with -no-reboot: the quickest way out */
	for (;;)
		pause();
}

/* What goes wrong before the command runs. The host shows the reason. */
static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	char reason[256];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);

	fprintf(stderr, "kmemlab-init: %s\n", reason);
	if (verdict_port >= 0)
		dprintf(verdict_port, "failed %s\n", reason);
	tcdrain(STDERR_FILENO);
	if (verdict_port >= 0)
		poll(NULL, 0, LAST_SECONDS * 1000);
	power_off();
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* --- the plan --------------------------------------------------------------- */

static void read_plan(void)
{
	struct stat st;
	ssize_t got;
	int fd = open("/plan", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) || !st.st_size)
		die("no plan: %s", strerror(errno));
	plan = malloc(st.st_size);
	got = plan ? read(fd, plan, st.st_size) : -1;
	if (got != st.st_size || plan[got - 1])
		die("the plan cannot be read");
	plan_size = got;
	close(fd);
}

/* The value of the next record of that key after *@at (NULL: the first), or NULL. */
static char *next_record(const char *key, char **at)
{
	size_t key_length = strlen(key);
	char *record = *at ? *at + strlen(*at) + 1 : plan;

	for (; record < plan + plan_size; record += strlen(record) + 1) {
		if (!strncmp(record, key, key_length) && record[key_length] == '=') {
			*at = record;
			return record + key_length + 1;
		}
	}
	return NULL;
}

static char *record(const char *key)
{
	char *at = NULL;

	return next_record(key, &at);
}

static void collect_records(const char *key, char **values)
{
	char *at = NULL, *value;
	size_t n = 0;

	while ((value = next_record(key, &at))) {
		if (n == MAX_ITEMS - 1)
			die("more than %zu of %s", n, key);
		values[n++] = value;
	}
	values[n] = NULL;
}

/* --- files and mounts ------------------------------------------------------- */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return done < 0 ? -errno : 0;
}

static ssize_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	if (got < 0)
		got = 0;
	text[got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return got;
}

static void make_directories(const char *path)
{
	char part[4096];

	for (const char *slash = path + 1; ; slash++) {
		if (*slash != '/' && *slash != '\0')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0755);
		if (!*slash)
			return;
	}
}

static void must_mount(const char *source, const char *target, const char *type,
		       unsigned long flags, const char *options)
{
	make_directories(target);
	if (mount(source, target, type, flags, options))
		die("cannot mount %s on %s: %s", type ?: source, target, strerror(errno));
}

/* A kernel may lack the file system: then its tests say so, the machine is still of use. */
static void may_mount(const char *type, const char *target, unsigned long flags,
		      const char *options)
{
	if (access(target, F_OK))
		make_directories(target);
	mount(type, target, type, flags, options);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && !strcmp(text + length - end_length, end);
}

/* The plan lists them in the order of their dependencies. */
static void load_modules(void)
{
	char *at = NULL, *value;

	while ((value = next_record("module", &at))) {
		char *options = strchr(value, ' ');
		int flags = 0, fd;

		if (options)
			*options++ = '\0';
		if (!ends_with(value, ".ko"))
			flags |= 4;	/* MODULE_INIT_COMPRESSED_FILE */
		fd = open(value, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, options ?: "", flags) &&
			       errno != EEXIST))
			die("cannot load %s: %s", value, strerror(errno));
		close(fd);
		unlink(value);
	}
}

/* --- the ports -------------------------------------------------------------- */

static int open_port(const char *name)
{
	char path[512], label[64];
	struct dirent *entry;
	int fd = -ENOENT;
	DIR *dir = opendir("/sys/class/virtio-ports");

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		if (entry->d_name[0] == '.' || read_file(path, label, sizeof(label)) <= 0 ||
		    strcmp(label, name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		break;
	}
	if (dir)
		closedir(dir);
	return fd;
}

static bool open_ports(void)
{
	if (verdict_port < 0)
		verdict_port = open_port("kmemlab.verdict");
	for (int i = 0; i < 2; i++)
		if (streams[i].port <= 0)
			streams[i].port = open_port(streams[i].port_name);
	return verdict_port >= 0 && streams[0].port > 0 && streams[1].port > 0;
}

/* The kernel adds ports, then their names, one after the other and tells by uevents. */
static void wait_for_ports(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int uevents = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	long long deadline = now_ms() + 60000;
	char event[4096];

	if (uevents < 0 || bind(uevents, (struct sockaddr *)&address, sizeof(address)))
		die("no uevents: %s", strerror(errno));
	while (!open_ports()) {
		struct pollfd ready = { .fd = uevents, .events = POLLIN };

		if (now_ms() > deadline)
			die("the ports to the host do not show up");
		if (poll(&ready, 1, 1000) > 0 && read(uevents, event, sizeof(event)) < 0 &&
		    errno != ENOBUFS)
			die("no uevents: %s", strerror(errno));
	}
	close(uevents);
}

/* --- the root --------------------------------------------------------------- */

/*
 * As much a request as virtio moves: the default is slow. The memory is taken for
 * the whole life of the mount. "loose" is right for files that nobody writes.
 */
#define SHARE_OPTIONS "trans=virtio,version=9p2000.L,msize=512000"

static void mount_root(void)
{
	char *tree = record("tree"), *release = record("release");
	char from[4096], to[512];

	must_mount("kmemlab-root", "/lower", "9p", MS_RDONLY, SHARE_OPTIONS ",cache=loose");
	must_mount("tmpfs", "/memory", "tmpfs", 0, "mode=0755");
	make_directories("/memory/upper");
	make_directories("/memory/work");
	must_mount("overlay", "/root", "overlay", 0,
		   "lowerdir=/lower,upperdir=/memory/upper,workdir=/memory/work");

	/* Before /run and the like cover what the checkout may be under. */
	snprintf(from, sizeof(from), "/root%s", tree);
	snprintf(to, sizeof(to), "/root/lib/modules/%s", release);
	must_mount(from, to, NULL, MS_BIND, NULL);

	if (chdir("/root") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("cannot enter the root: %s", strerror(errno));
}

static void mount_kernel_files(void)
{
	must_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	must_mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	must_mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
}

static void mount_the_rest(void)
{
	may_mount("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5");
	may_mount("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	may_mount("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755");
	may_mount("debugfs", "/sys/kernel/debug", 0, NULL);
	may_mount("tracefs", "/sys/kernel/tracing", 0, NULL);
	may_mount("cgroup2", "/sys/fs/cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mkdir("/run/lock", 01777);
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

/* rw=TAG PATH. "mmap": what the host writes meanwhile is seen, and a shared mapping works. */
static void mount_shares(void)
{
	char *at = NULL, *value;

	while ((value = next_record("rw", &at))) {
		char *path = strchr(value, ' ');

		*path++ = '\0';
		must_mount(value, path, "9p", 0, SHARE_OPTIONS ",cache=mmap");
	}
}

/* --- swap ------------------------------------------------------------------- */

static int find_swap_disk(char *path, size_t size)
{
	char serial_path[512], serial[64];
	struct dirent *entry;
	int error = -ENODEV;
	DIR *dir = opendir("/sys/block");

	while (dir && (entry = readdir(dir))) {
		snprintf(serial_path, sizeof(serial_path), "/sys/block/%s/serial", entry->d_name);
		if (read_file(serial_path, serial, sizeof(serial)) > 0 &&
		    !strcmp(serial, "kmemlab-swap")) {
			snprintf(path, size, "/dev/%s", entry->d_name);
			error = 0;
		}
	}
	if (dir)
		closedir(dir);
	return error;
}

/*
 * A disk inside the guest, so that its delays are guest time: one request at a
 * time, each as long as @iops says. Older kernels number these disks, newer ones
 * take the name of the directory.
 */
static int make_memory_disk(unsigned int mib, unsigned int iops)
{
	static const char top[] = "/sys/kernel/config";
	static const char dir[] = "/sys/kernel/config/nullb/nullb0";
	char number[32];
	int error;

	if (mount("configfs", top, "configfs", 0, NULL) && errno != EBUSY)
		return -errno;
	if (mkdir(dir, 0755) || chdir(dir))
		return -errno;
	snprintf(number, sizeof(number), "%u", mib);
	error = write_file("size", number);
	if (!error)
		error = write_file("memory_backed", "1");
	if (!error && iops) {
		snprintf(number, sizeof(number), "%u", 1000000000U / iops);
		error = write_file("irqmode", "2") ?: write_file("completion_nsec", number) ?:
			write_file("hw_queue_depth", "1");
	}
	if (!error)
		error = write_file("power", "1");
	if (chdir("/"))
		return -errno;
	return error;
}

/* What mkswap writes: see union swap_header of linux/swap.h. */
static int write_swap_header(const char *path)
{
	static union {
		char page[4096];
		struct {
			char boot[1024];
			uint32_t version;
			uint32_t last_page;
			uint32_t bad_pages;
			unsigned char uuid[16];
		} info;
	} header;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	int error = 0;

	if (size < 0)
		return -errno;
	header.info.version = 1;
	header.info.last_page = size / 4096 - 1;
	memcpy(header.page + 4086, "SWAPSPACE2", 10);
	if (pwrite(fd, header.page, 4096, 0) != 4096 || fsync(fd))
		error = -errno;
	close(fd);
	return error;
}

static void start_swap(void)
{
	char path[512] = "/dev/nullb0", *disk = record("swap"), *memory = record("memory-swap");
	unsigned int mib, iops;
	int error = 0;

	if (!disk && !memory)
		return;
	if (memory && sscanf(memory, "%u %u", &mib, &iops) == 2)
		error = make_memory_disk(mib, iops);
	else
		error = find_swap_disk(path, sizeof(path));
	if (!error)
		error = write_swap_header(path);
	if (!error && swapon(path, 0))
		error = -errno;
	if (error)
		die("no swap: %s", strerror(-error));
}

/* --- the command ------------------------------------------------------------ */

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		ioctl(fd, SIOCSIFFLAGS, &request);
		close(fd);
	}
}

static void __attribute__((noreturn)) run_command(int out, int err)
{
	static char *args[MAX_ITEMS], *env[MAX_ITEMS];
	const char *cwd = record("cwd");
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	collect_records("arg", args);
	collect_records("env", env);
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	if (null > STDERR_FILENO)
		close(null);
	environ = env;
	if (chdir(cwd)) {
		dprintf(STDERR_FILENO, "kmemlab: the directory %s is not in the machine: %s\n",
			cwd, strerror(errno));
		_exit(125);
	}
	execvp(args[0], args);
	if (errno == ENOENT)
		dprintf(STDERR_FILENO, "kmemlab: %s: command not found\n", args[0]);
	else
		dprintf(STDERR_FILENO, "kmemlab: %s: %s\n", args[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start_command(void)
{
	int out[2], err[2];
	pid_t child;

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		die("no pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die("cannot fork: %s", strerror(errno));
	if (!child)
		run_command(out[1], err[1]);
	close(out[1]);
	close(err[1]);
	streams[0].pipe = out[0];
	streams[1].pipe = err[0];
	for (int i = 0; i < 2; i++)
		fcntl(streams[i].pipe, F_SETFL, O_NONBLOCK);
	return child;
}

/* Moves what can be moved without waiting. */
static void relay(struct stream *s)
{
	for (;;) {
		ssize_t done;

		if (s->start == s->end) {
			done = s->pipe < 0 ? -1 : read(s->pipe, s->buffer, sizeof(s->buffer));
			if (!done) {
				close(s->pipe);
				s->pipe = -1;
			}
			if (done <= 0)
				return;
			s->start = 0;
			s->end = done;
		}
		done = write(s->port, s->buffer + s->start, s->end - s->start);
		if (done <= 0)
			return;
		s->start += done;
		s->total += done;
	}
}

static bool stream_open(const struct stream *s)
{
	return s->pipe >= 0 || s->start < s->end;
}

/* Waits until a stream can move or a child has ended; -1 of @timeout_ms is for ever. */
static void wait_and_relay(int children, int timeout_ms)
{
	struct signalfd_siginfo info;
	struct pollfd ready[3] = { { .fd = children, .events = POLLIN } };

	for (int i = 0; i < 2; i++) {
		bool full = streams[i].start < streams[i].end;

		ready[i + 1].fd = full ? streams[i].port : streams[i].pipe;
		ready[i + 1].events = full ? POLLOUT : POLLIN;
	}
	poll(ready, 3, timeout_ms);
	if (ready[0].revents && read(children, &info, sizeof(info)) < 0)
		return;
	for (int i = 0; i < 2; i++)
		relay(&streams[i]);
}

/* Reaps what has ended. True once there are no children any more. */
static bool reap(pid_t command, bool *ended, int *status)
{
	for (;;) {
		int child_status;
		pid_t child = waitpid(-1, &child_status, WNOHANG);

		if (child <= 0)
			return child < 0 && errno == ECHILD;
		if (child == command) {
			*ended = true;
			*status = child_status;
		}
	}
}

/* Runs the command to its end, and what it left behind; returns its wait status. */
static int supervise(int children)
{
	pid_t command = start_command();
	bool ended = false, alone;
	long long deadline;
	int status = 0;

	for (;;) {
		alone = reap(command, &ended, &status);
		if (ended)
			break;
		wait_and_relay(children, -1);
	}
	/* With everyone dead the pipes have no writer: their end is the end of the output. */
	for (deadline = now_ms() + LAST_SECONDS * 1000; now_ms() < deadline;) {
		if (!alone)
			kill(-1, SIGKILL);
		alone = reap(command, &ended, &status);
		if (alone && !stream_open(&streams[0]) && !stream_open(&streams[1]))
			break;
		wait_and_relay(children, alone ? 1000 : 50);
	}
	/* A process that cannot die may still hold a pipe; what is in it counts. */
	for (int i = 0; i < 2; i++)
		relay(&streams[i]);
	return status;
}

static void give_verdict(int status)
{
	char taint[32], consoles[256], line[256];
	int length;

	sync();
	read_file("/proc/sys/kernel/tainted", taint, sizeof(taint));
	/* Reading this takes the console's lock: whatever was printed is out then. */
	read_file("/proc/consoles", consoles, sizeof(consoles));
	length = snprintf(line, sizeof(line),
			  "{\"version\":1,\"status\":%d,\"signal\":%d,\"taint\":%s,"
			  "\"stdout\":%llu,\"stderr\":%llu}\n",
			  WIFEXITED(status) ? WEXITSTATUS(status) : 0,
			  WIFSIGNALED(status) ? WTERMSIG(status) : 0, taint,
			  streams[0].total, streams[1].total);
	while (write(verdict_port, line, length) < 0 && (errno == EAGAIN || errno == ENOMEM))
		poll(NULL, 0, 10);
	poll(NULL, 0, LAST_SECONDS * 1000);
}

int main(void)
{
	sigset_t mask;
	int children;

	mount_kernel_files();
	read_plan();
	if (record("probe")) {
		puts("kmemlab-probe-answered");
		fflush(stdout);
		tcdrain(STDOUT_FILENO);
		power_off();
	}
	load_modules();
	wait_for_ports();
	mount_root();
	mount_kernel_files();
	mount_the_rest();
	mount_shares();
	start_swap();
	loopback_up();
	sethostname("kmemlab", 7);

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	children = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	mlockall(MCL_CURRENT);
	if (children < 0 || write(verdict_port, "ready\n", 6) != 6)
		die("the host does not listen: %s", strerror(errno));
	give_verdict(supervise(children));
	power_off();
}
