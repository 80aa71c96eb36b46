/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_FAULTS_H
#define KMEMLAB_FAULTS_FAULTS_H

#include "module/options.h"

/**
 * struct faults_options - what is to be swept
 * @common: with other verbs
 * @every: each call of a site, not the first, the second and the last only
 * @limit: seconds for each of loading, COMMAND and unloading
 * @plan: in the machine: file of what is left to do; NULL: find it out
 */
struct faults_options {
	struct module_options common;
	bool every;
	unsigned int limit;
	const char *plan;
};

/*
 * In the throw-away machine: lets one call after the other fail, until something breaks, and tells in
 * lines (wire.h). Return: an exit code.
 */
int faults_here(const struct faults_options *options);

/* From outside, in as many machines as it takes. Return: an exit code. */
int faults_in_machines(const struct faults_options *options);

#endif
