/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_WIRE_H
#define KMEMLAB_FAULTS_WIRE_H

/*
 * What `kmemlab faults --here` prints, for the one outside: lines of words.
 *
 *	faults VERSION		the first line
 *	problem TEXT		what may be missing
 *	calls ...		a site and its frames, as allocwatch tells them
 *	known			from here on come sites
 *	site ...		that are left behind even when nothing fails, and their frames
 *	plan			all of the above has been told
 *	attempt KEY CALL	begins; 0 0 is the one in which nothing fails
 *	...			what has become of it (outcome.h); a verdict ends it
 *	end			nothing is left to do
 *
 * Without an end something has broken, and the rest is for another machine.
 */
#define WIRE_VERSION 1

#endif
