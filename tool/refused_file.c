// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/message.h"
#include "refused_file.h"

void kml_refuse_file(const char *file, int err)
{
	if (err == -EBUSY)
		kml_error("cannot create '%s': another recorder is writing it", file);
	else if (err == -EINVAL)
		kml_error("cannot create '%s': a recording is a database, which needs a file", file);
	else
		kml_error("cannot create '%s': %s", file, strerror(-err));
}
