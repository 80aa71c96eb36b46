// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include "message.h"

static void line(const char *prefix, const char *format, va_list args)
{
	flockfile(stderr);
	fputs(prefix, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	funlockfile(stderr);
}

void kml_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("kmemlab: error: ", format, args);
	va_end(args);
}

void kml_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("kmemlab: ", format, args);
	va_end(args);
}
