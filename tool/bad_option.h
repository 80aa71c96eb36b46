/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BAD_OPTION_H
#define KMEMLAB_BAD_OPTION_H

/*
 * For verbs whose getopt_long() returned '?' or ':' (short options start with ":"): says what is
 * wrong. Return: KML_EXIT_USAGE.
 */
int kml_bad_option(int returned, char **argv);

#endif
