// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of the source, from the debugging information of a module's file. The module need not be
 * loaded: a function of the report is looked up by its name, so the parts of it that go after init
 * are found as well.
 */
#include <elfutils/libdwfl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leaks/code.h"

struct code {
	Dwfl *dwfl;
	Dwfl_Module *module;
};

/* What is in another file than the module's own is not looked for. */
static int find_nothing(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
			const char *file, const char *link, GElf_Word crc, char **ret_name)
{
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = find_nothing,
	.section_address = dwfl_offline_section_address,
};

struct code *code_open(const char *file)
{
	struct code *code = calloc(1, sizeof(*code));

	if (!code)
		return NULL;
	code->dwfl = dwfl_begin(&callbacks);
	if (code->dwfl)
		code->module = dwfl_report_offline(code->dwfl, "", file, -1);
	if (!code->module || dwfl_report_end(code->dwfl, NULL, NULL)) {
		code_close(code);
		return NULL;
	}
	return code;
}

void code_close(struct code *code)
{
	if (!code)
		return;
	dwfl_end(code->dwfl);
	free(code);
}

/* The address of a function that is longer than @offset, 0 if there is none. */
static GElf_Addr find_function(struct code *code, const char *function, uint64_t offset)
{
	int n = dwfl_module_getsymtab(code->module);

	for (int i = 0; i < n; i++) {
		GElf_Addr address;
		GElf_Sym symbol;
		const char *name = dwfl_module_getsym_info(code->module, i, &symbol, &address, NULL,
							   NULL, NULL);

		if (name && GELF_ST_TYPE(symbol.st_info) == STT_FUNC && !strcmp(name, function) &&
		    offset <= symbol.st_size)
			return address;
	}
	return 0;
}

/* Seen from the current directory where that is shorter. */
static const char *shorten(const char *path, char *real)
{
	char here[PATH_MAX];
	size_t length;

	if (!realpath(path, real))
		return path;
	if (!getcwd(here, sizeof(here)))
		return real;
	length = strlen(here);
	return !strncmp(real, here, length) && real[length] == '/' ? real + length + 1 : real;
}

void code_find(struct code *code, const char *function, uint64_t offset, char *out, size_t size)
{
	GElf_Addr address = code && offset ? find_function(code, function, offset) : 0;
	Dwfl_Line *line = address ? dwfl_module_getsrc(code->module, address + offset - 1) : NULL;
	char path[PATH_MAX];
	const char *file;
	int number;

	*out = '\0';
	file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
	if (file)
		snprintf(out, size, "%s:%d", shorten(file, path), number);
}
