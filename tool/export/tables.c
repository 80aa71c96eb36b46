// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "export/export.h"

const char * const export_tables[] = {
	"recording", "machine", "settings", "processes", "samples", "events", "gaps", "system",
	"pressure", "lost", NULL
};

const struct export_table export_samples = {
	.name = "samples",
	.n = 20,
	.columns = {
		"process", "time_ns", "usr_ns", "sys_ns", "total_kib", "stack_kib", "data_kib",
		"rss_kib", "anon_kib", "file_kib", "shmem_kib", "swap_kib", "pgtables_kib",
		"peak_kib", "minflt", "majflt", "threads", "victim", "ended", "status",
	},
};

bool export_begin_table(struct export *to, const struct export_table *table)
{
	if (to->only && strcmp(to->only, table->name))
		return false;
	if (to->format->table)
		to->format->table(to, table);
	return true;
}

const struct export_value *export_find(const struct export_table *table,
				       const struct export_value *values, const char *column)
{
	for (size_t i = 0; i < table->n; i++)
		if (!strcmp(table->columns[i], column))
			return &values[i];
	return NULL;
}
