// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <string.h>

#include "lib/json.h"

void kml_json_string(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f || strchr("<>&", c))
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

void kml_json_number(FILE *out, double number, int digits)
{
	if (isfinite(number))
		fprintf(out, "%.*f", digits, number);
	else
		fputs("null", out);
}
