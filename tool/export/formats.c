// SPDX-License-Identifier: GPL-2.0-only
/* Rows as they are: CSV, a JSON object a line, SQL. */
#include <inttypes.h>
#include <string.h>

#include "export/export.h"
#include "lib/json.h"

enum { SCHEMA = 1 };

/* --- CSV, as RFC 4180 has it, with the line ends of this system ------------------------ */

static void put_csv_text(FILE *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")] && *text) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void begin_csv(struct export *to, const struct export_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		fprintf(to->out, "%s%s", i ? "," : "", table->columns[i]);
	putc('\n', to->out);
}

static int put_csv(struct export *to, const struct export_table *table,
		   const struct export_value *values)
{
	for (size_t i = 0; i < table->n; i++) {
		if (i)
			putc(',', to->out);
		if (values[i].kind == EXPORT_NUMBER)
			fprintf(to->out, "%" PRId64, values[i].number);
		else if (values[i].kind == EXPORT_TEXT)
			put_csv_text(to->out, values[i].text);
	}
	putc('\n', to->out);
	return 0;
}

const struct export_format export_csv = {
	.name = "csv", .one_table = true, .table = begin_csv, .row = put_csv,
};

/* --- JSON lines -------------------------------------------------------------------------- */

static void begin_json(struct export *to)
{
	fprintf(to->out, "{\"schema\": %d}\n", SCHEMA);
}

static int put_json(struct export *to, const struct export_table *table,
		    const struct export_value *values)
{
	fprintf(to->out, "{\"table\": \"%s\"", table->name);
	for (size_t i = 0; i < table->n; i++) {
		fprintf(to->out, ", \"%s\": ", table->columns[i]);
		if (values[i].kind == EXPORT_NUMBER)
			fprintf(to->out, "%" PRId64, values[i].number);
		else if (values[i].kind == EXPORT_TEXT)
			kml_json_string(to->out, values[i].text);
		else
			fputs("null", to->out);
	}
	fputs("}\n", to->out);
	return 0;
}

const struct export_format export_json_lines = {
	.name = "jsonl", .begin = begin_json, .row = put_json,
};

/* --- SQL ----------------------------------------------------------------------------------- */

static void begin_sql(struct export *to)
{
	fputs("BEGIN;\n", to->out);
}

static void begin_sql_table(struct export *to, const struct export_table *table)
{
	fprintf(to->out, "CREATE TABLE %s (", table->name);
	for (size_t i = 0; i < table->n; i++)
		fprintf(to->out, "%s%s %s", i ? ", " : "", table->columns[i],
			table->is_text[i] ? "TEXT" : "BIGINT");
	fputs(");\n", to->out);
}

static void put_sql_text(FILE *out, const char *text)
{
	putc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			putc('\'', out);
		putc(*text, out);
	}
	putc('\'', out);
}

static int put_sql(struct export *to, const struct export_table *table,
		   const struct export_value *values)
{
	fprintf(to->out, "INSERT INTO %s VALUES (", table->name);
	for (size_t i = 0; i < table->n; i++) {
		if (i)
			putc(',', to->out);
		if (values[i].kind == EXPORT_NUMBER)
			fprintf(to->out, "%" PRId64, values[i].number);
		else if (values[i].kind == EXPORT_TEXT)
			put_sql_text(to->out, values[i].text);
		else
			fputs("NULL", to->out);
	}
	fputs(");\n", to->out);
	return 0;
}

static void end_sql(struct export *to)
{
	fputs("COMMIT;\n", to->out);
}

const struct export_format export_sql = {
	.name = "sql", .begin = begin_sql, .table = begin_sql_table, .row = put_sql,
	.end = end_sql,
};
