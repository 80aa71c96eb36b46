// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine/accel.h"
#include "machine/initramfs.h"
#include "machine/qemu.h"
#include "machine/user_cache.h"

#define PROBE_MS 15000
/* So long a no is believed: the host may have been busy, or QEMU have failed by chance. */
#define HANGS_SECONDS 3600
#define ANSWER "kmemlab-probe-answered"

static bool kvm_exists(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	bool is = fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;

	if (fd >= 0)
		close(fd);
	return is;
}

/* What the answer holds for. */
static int make_key(const struct kernel *kernel, char *key, size_t size)
{
	char boot_id[64] = "", qemu[PATH_MAX];
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	struct stat st;

	if (file) {
		if (fgets(boot_id, sizeof(boot_id), file))
			boot_id[strcspn(boot_id, "\n")] = '\0';
		fclose(file);
	}
	if (!*boot_id || qemu_find(qemu, sizeof(qemu)) || stat(qemu, &st))
		return -ENOENT;
	snprintf(key, size, "%s %s %lld.%lld", boot_id, kernel->release,
		 (long long)st.st_size, (long long)st.st_mtime);
	return 0;
}

static int cache_path(const struct kernel *kernel, char *path, size_t size)
{
	char dir[PATH_MAX / 2];
	int error = user_cache_make(dir, sizeof(dir));

	if (!error)
		snprintf(path, size, "%s/kvm-%s", dir, kernel->release);
	return error;
}

static bool read_cache(const struct kernel *kernel, const char *key, bool *ret_works)
{
	char path[PATH_MAX], line[512] = "";
	size_t key_length = strlen(key);
	struct stat st = {};
	time_t age;
	FILE *file;

	if (cache_path(kernel, path, sizeof(path)) || !(file = fopen(path, "re")))
		return false;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	fstat(fileno(file), &st);
	fclose(file);
	if (strncmp(line, key, key_length))
		return false;
	*ret_works = !strcmp(line + key_length, " works\n");
	if (*ret_works)
		return true;
	age = time(NULL) - st.st_mtime;
	return age >= 0 && age < HANGS_SECONDS && !strcmp(line + key_length, " hangs\n");
}

/* Best effort: without it the next run probes again. Renamed, as two may write at a time. */
static void write_cache(const struct kernel *kernel, const char *key, bool works)
{
	char path[PATH_MAX], temporary[PATH_MAX + 16];
	FILE *file;

	if (cache_path(kernel, path, sizeof(path)))
		return;
	snprintf(temporary, sizeof(temporary), "%s.%d", path, getpid());
	file = fopen(temporary, "we");
	if (!file)
		return;
	fprintf(file, "%s %s\n", key, works ? "works" : "hangs");
	if (fclose(file) || rename(temporary, path))
		unlink(temporary);
}

static bool answered(const char *console)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file = fopen(console, "re");

	while (file && !found && getline(&line, &size, file) >= 0)
		found = strstr(line, ANSWER);
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* The guest answers and reboots, which ends QEMU; one that hangs is ended. */
static int probe(const struct kernel *kernel, const char *init, int signals, bool *ret_works)
{
	struct rundir dir;
	struct qemu qemu;
	int error = rundir_make(&dir);

	if (error)
		return error;
	error = initramfs_write_probe(dir.initramfs, init);
	if (!error)
		error = qemu_start_probe(kernel, &dir, &qemu);
	if (!error) {
		struct pollfd ends[2] = { { qemu.pidfd, POLLIN, 0 }, { signals, POLLIN, 0 } };

		if (poll(ends, 2, PROBE_MS) > 0 && ends[1].revents)
			error = -EINTR;
		qemu_end(&qemu);
		*ret_works = answered(dir.console);
	}
	rundir_remove(&dir);
	return error;
}

int accel_choose(const struct kernel *kernel, const char *init, int signals, bool *ret_kvm,
		 bool *ret_refused)
{
	const char *told = getenv("KMEMLAB_ACCEL");
	bool have_key, works = false;
	char key[384];
	int error;

	*ret_refused = false;
	if (told && *told) {
		*ret_kvm = !strcmp(told, "kvm");
		return *ret_kvm || !strcmp(told, "tcg") ? 0 : -EINVAL;
	}
	*ret_kvm = false;
	if (!kvm_exists())
		return 0;
	have_key = !make_key(kernel, key, sizeof(key));
	if (have_key && read_cache(kernel, key, ret_kvm))
		return 0;
	error = probe(kernel, init, signals, &works);
	if (error)
		return error;
	if (have_key)
		write_cache(kernel, key, works);
	*ret_kvm = works;
	*ret_refused = !works;
	return 0;
}

int accel_choose_threads(bool *ret_single)
{
	const char *told = getenv("KMEMLAB_TCG");

	*ret_single = told && !strcmp(told, "single");
	return *ret_single || !told || !*told || !strcmp(told, "multi") ? 0 : -EINVAL;
}
