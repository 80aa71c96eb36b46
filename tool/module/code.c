// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of the source, from the debugging information of a module's file. The module need not be
 * loaded: a function of the report is looked up by its name, so the parts of it that go after init
 * are found as well.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module/code.h"

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

/* Names may be relative to the directory that the compiler was called in. */
static void find_file(Dwfl_Line *line, const char *file, char *out, size_t size)
{
	const char *dir = *file == '/' ? NULL : dwfl_line_comp_dir(line);

	snprintf(out, size, "%s%s%s", dir ?: "", dir ? "/" : "", file);
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

/* A place in the source. */
struct place {
	const char *file;
	int line;
};

static bool is_header(const char *file)
{
	size_t length = strlen(file);

	return length > 2 && !strcmp(file + length - 2, ".h");
}

/* Where the call was that the compiler has put this code in place of. */
static bool place_of_call(Dwarf_Die *unit, Dwarf_Die *inlined, struct place *ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file, line;
	Dwarf_Files *files;
	size_t n;

	if (dwarf_getsrcfiles(unit, &files, &n) ||
	    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) ||
	    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line))
		return false;
	ret->file = dwarf_filesrc(files, file, NULL, NULL);
	ret->line = (int)line;
	return ret->file;
}

/* kmalloc() and others are in headers: who has called them is what counts. */
static void leave_headers(struct code *code, GElf_Addr address, struct place *place)
{
	Dwarf_Die *scopes = NULL, *outer = NULL;
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(code->module, address, &bias);
	int n = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;

	if (n > 0)
		n = dwarf_getscopes_die(&scopes[0], &outer);
	for (int i = 0; i < n && is_header(place->file); i++)
		if (dwarf_tag(&outer[i]) == DW_TAG_inlined_subroutine)
			place_of_call(unit, &outer[i], place);
	free(outer);
	free(scopes);
}

void code_find(struct code *code, const char *function, uint64_t offset, char *out, size_t size)
{
	GElf_Addr address = code && offset ? find_function(code, function, offset) : 0;
	Dwfl_Line *line = address ? dwfl_module_getsrc(code->module, address + offset - 1) : NULL;
	struct place place = {};
	char path[PATH_MAX], real[PATH_MAX];

	*out = '\0';
	if (line)
		place.file = dwfl_lineinfo(line, NULL, &place.line, NULL, NULL, NULL);
	if (!place.file)
		return;
	leave_headers(code, address + offset - 1, &place);
	find_file(line, place.file, path, sizeof(path));
	snprintf(out, size, "%s:%d", shorten(path, real), place.line);
}
