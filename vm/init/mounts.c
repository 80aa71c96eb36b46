// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "mounts.h"
#include "plan.h"
#include "verdict.h"

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

/*
 * As much a request as virtio moves: the default is slow. The memory is taken for
 * the whole life of the mount. "loose" is right for files that nobody writes.
 */
#define SHARE_OPTIONS "trans=virtio,version=9p2000.L,msize=512000"

void mount_root(void)
{
	char *tree = plan_get("tree"), *release = plan_get("release");
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

void mount_kernel_files(void)
{
	must_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	must_mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	must_mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
}

void mount_the_rest(void)
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

/* "mmap": what the host writes meanwhile is seen, and a shared mapping works. */
void mount_shares(void)
{
	char *at = NULL, *value;

	while ((value = plan_next("rw", &at))) {
		char *path = strchr(value, ' ');

		if (!path)
			die("the plan has a share without a path: %s", value);
		*path++ = '\0';
		must_mount(value, path, "9p", 0, SHARE_OPTIONS ",cache=mmap");
	}
}
