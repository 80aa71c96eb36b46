// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>

#include "files.h"
#include "plan.h"
#include "swap.h"
#include "verdict.h"

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

void swap_start(void)
{
	char path[512] = "/dev/nullb0", *disk = plan_get("swap"), *memory = plan_get("memory-swap");
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
