// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/text.h"

void kml_escape(char *out, size_t size, const char *bytes, size_t length)
{
	static const char hex[] = "0123456789abcdef";
	char *end = out + size - 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = bytes[i];

		if (c >= 0x20 && c < 0x7f) {
			if (end - out < 1)
				break;
			*out++ = c;
			continue;
		}
		if (end - out < 4)
			break;
		*out++ = '\\';
		*out++ = 'x';
		*out++ = hex[c >> 4];
		*out++ = hex[c & 15];
	}
	*out = '\0';
}

bool kml_text_ends(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

const char *kml_human_kib(uint64_t kib, char *out, size_t size)
{
	snprintf(out, size, "%.1f MiB", (double)kib / 1024);
	return out;
}

const char *kml_status_text(uint64_t status, char *out, size_t size)
{
	int word = (int)status;
	const char *name;

	if (status > 0xffff || (!WIFEXITED(word) && !WIFSIGNALED(word))) {
		snprintf(out, size, "status 0x%" PRIx64, status);
		return out;
	}
	if (WIFEXITED(word)) {
		snprintf(out, size, "exit %d", WEXITSTATUS(word));
		return out;
	}
	name = sigabbrev_np(WTERMSIG(word));
	if (name)
		snprintf(out, size, "SIG%s", name);
	else
		snprintf(out, size, "signal %d", WTERMSIG(word));
	return out;
}
