/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_VERB_H
#define KMEMLAB_VERB_H

/*
 * Exit codes that every verb keeps to: people script against these.
 * 123 to 126 speak of the throw-away machine only.
 */
enum kml_exit {
	KML_EXIT_OK = 0,
	KML_EXIT_FOUND = 1,		/* a leak, a sweep that failed */
	KML_EXIT_USAGE = 2,
	KML_EXIT_FAILED = 3,
	KML_EXIT_UNSUPPORTED = 4,
	KML_EXIT_SPLAT = 123,
	KML_EXIT_TIMEOUT = 124,
	KML_EXIT_NOT_STARTED = 125,
	KML_EXIT_LOST = 126,
};

/* Each verb gets its own name in argv[0] and returns an exit code. */
int verb_bench(int argc, char **argv);
int verb_dump(int argc, char **argv);
int verb_export(int argc, char **argv);
int verb_faults(int argc, char **argv);
int verb_lab(int argc, char **argv);
int verb_leaks(int argc, char **argv);
int verb_record(int argc, char **argv);
int verb_report(int argc, char **argv);
int verb_serve(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_top(int argc, char **argv);
int verb_vm(int argc, char **argv);

#endif
