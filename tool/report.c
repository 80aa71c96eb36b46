// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab report: a recording as one HTML file that needs nothing else.
 *
 * The page is tool/assets/report.html; style, program and data are put in at its marks (page.c). Data goes
 * in as JSON only (report/data.c), and the page shows it as text only: the name of a process is not
 * markup.
 */
#include <getopt.h>

#include "open_recording.h"
#include "page.h"
#include "report/data.h"
#include "usage.h"
#include "verb.h"

extern const char asset_report_html[], asset_report_html_end[];

struct options {
	const char *input;
	const char *output;
};

static const struct kml_usage usage = {
	.verb = "report",
	.forms = "report [options] FILE",
	.about = "Turn a recording into one HTML file.",
	.options = (const struct kml_option[]){
		{ 'o', "output", "FILE", "write FILE (report.html)" },
		{},
	},
};

/* There is but one option. */
static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	options->output = value;
	return KML_GO_ON;
}

int verb_report(int argc, char **argv)
{
	struct options options = { .output = "report.html" };
	struct kml_recording *recording;
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status != KML_GO_ON)
		return status;
	if (argc - optind != 1)
		return kml_misused(&usage, "needs one FILE, a recording");
	options.input = argv[optind];
	recording = kml_open_recording(options.input);
	if (!recording)
		return KML_EXIT_FAILED;
	status = kml_write_page(options.output, asset_report_html, asset_report_html_end,
				report_write_data, recording);
	kml_recording_free(recording);
	return status;
}
