// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/message.h"
#include "lib/new_file.h"
#include "page.h"
#include "verb.h"

extern const char asset_page_css[], asset_page_css_end[];
extern const char asset_page_js[], asset_page_js_end[];
extern const char asset_dygraph_js[], asset_dygraph_js_end[];
extern const char asset_dygraph_css[], asset_dygraph_css_end[];

/* What is left of the page. */
struct rest {
	const char *at;
	const char *end;
};

/* Writes the page up to @mark, and goes behind it. */
static void write_until(FILE *out, struct rest *rest, const char *mark)
{
	const char *end = memmem(rest->at, (size_t)(rest->end - rest->at), mark, strlen(mark));

	fwrite(rest->at, 1, (size_t)(end - rest->at), out);
	rest->at = end + strlen(mark);
}

static void write_asset(FILE *out, const char *asset, const char *end)
{
	fwrite(asset, 1, (size_t)(end - asset), out);
}

static int write_all(FILE *out, struct rest rest,
		     int (*write_data)(FILE *out, const void *data), const void *data)
{
	int err;

	write_until(out, &rest, "@DYGRAPH_CSS@");
	write_asset(out, asset_dygraph_css, asset_dygraph_css_end);
	write_until(out, &rest, "@PAGE_CSS@");
	write_asset(out, asset_page_css, asset_page_css_end);
	write_until(out, &rest, "@DATA@");
	err = write_data(out, data);
	write_until(out, &rest, "@DYGRAPH_JS@");
	write_asset(out, asset_dygraph_js, asset_dygraph_js_end);
	write_until(out, &rest, "@PAGE_JS@");
	write_asset(out, asset_page_js, asset_page_js_end);
	write_asset(out, rest.at, rest.end);
	return err;
}

int kml_write_page(const char *path, const char *page, const char *page_end,
		   int (*write_data)(FILE *out, const void *data), const void *data)
{
	static struct new_file file;
	int err = new_file_create(&file, path, 0644);

	if (!err) {
		err = write_all(file.out, (struct rest){ page, page_end }, write_data, data);
		if (!err)
			err = new_file_commit(&file);
		new_file_discard(&file);
	}
	if (!err)
		return KML_EXIT_OK;
	kml_error("cannot write '%s': %s", path, strerror(-err));
	return KML_EXIT_FAILED;
}
