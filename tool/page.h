/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_PAGE_H
#define KMEMLAB_PAGE_H

#include <stdio.h>

/*
 * Writes one HTML file that needs nothing else: a page of tool/assets, with the style and the program
 * that all pages have, the charts', and the data put in at the page's marks. @write_data: writes JSON
 * in which <, > and & are escaped; 0 or a negative errno.
 *
 * Puts it at @path when it is complete. Says what goes wrong. Return: an exit code.
 */
int kml_write_page(const char *path, const char *page, const char *page_end,
		   int (*write_data)(FILE *out, const void *data), const void *data);

#endif
