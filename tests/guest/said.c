// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what the kernel has said since the last call, without times, and clears it: what dmesg and
 * grep would do, in a tenth of the time that an emulated machine takes to start these two.
 *
 * said [REGEX]: the lines that match, an extended one
 * said --by MODULE: all but what begins with the name of another part of the kernel, and what is
 *     said of every module
 */
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#define READ_CLEAR 4
#define LOG_SIZE (8 << 20)

static void must_compile(regex_t *regex, const char *text)
{
	if (regcomp(regex, text, REG_EXTENDED | REG_NOSUB)) {
		fprintf(stderr, "said: no regex: %s\n", text);
		exit(2);
	}
}

static bool matches(const regex_t *regex, const char *line)
{
	return !regexec(regex, line, 0, NULL, 0);
}

/* "<6>[   12.345678] text", with the task behind the time where the kernel is built so. */
static const char *text_of(const char *line)
{
	if (*line == '<')
		line += strcspn(line, ">") + 1;
	while (*line == '[') {
		size_t stamp = 1 + strspn(line + 1, " 0123456789.TC");

		if (line[stamp] != ']')
			break;
		line += stamp + 1;
		line += *line == ' ';
	}
	return line;
}

int main(int argc, char **argv)
{
	bool by = argc == 3 && !strcmp(argv[1], "--by");
	static char log[LOG_SIZE + 1];
	char own[64] = "";
	regex_t wanted, of_others, of_every_module;
	int size;

	must_compile(&wanted, argc > 1 && !by ? argv[1] : "");
	must_compile(&of_others, "^[a-z0-9][^:]*: ");
	must_compile(&of_every_module,
		     ": loading out-of-tree module taints |: module verification failed");
	if (by)
		snprintf(own, sizeof(own), "%s: ", argv[2]);

	size = klogctl(READ_CLEAR, log, LOG_SIZE);
	if (size < 0) {
		perror("said");
		return 1;
	}
	log[size] = '\0';
	for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n")) {
		const char *text = text_of(line);

		if (by && matches(&of_every_module, text))
			continue;
		if (by ? !strncmp(text, own, strlen(own)) || !matches(&of_others, text) :
		    matches(&wanted, text))
			puts(text);
	}
	return 0;
}
