// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/message.h"
#include "no_device.h"
#include "verb.h"

int kml_no_device(const char *path, int err)
{
	switch (err) {
	case -ENODEV:
		kml_error("the module taskmonitor is not loaded: run 'modprobe taskmonitor'; docs/install.md tells how to get it");
		return KML_EXIT_UNSUPPORTED;
	case -EACCES:
		kml_error("no permission to open '%s': run as root", path);
		return KML_EXIT_FAILED;
	case -EPERM:
		kml_error("no permission to open '%s': it needs CAP_SYS_PTRACE in the initial user namespace",
			  path);
		return KML_EXIT_FAILED;
	case -ENOENT:
		kml_error("there is no '%s': the module is loaded, but /dev is not the kernel's (devtmpfs)",
			  path);
		return KML_EXIT_FAILED;
	default:
		kml_error("cannot open '%s': %s", path, strerror(-err));
		return KML_EXIT_FAILED;
	}
}
