/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _UAPI_KMEMLAB_ALLOCWATCH_H
#define _UAPI_KMEMLAB_ALLOCWATCH_H

/*
 * What is read from /dev/allocwatch: lines of words between single spaces, numbers in decimal.
 *
 *	allocwatch VERSION		the first line
 *	target NAME STATE		awaited, coming, live, gone; failed: its init did; refused:
 *					its init has not run
 *	count NAME NUMBER		what was counted
 *	loss NAME NUMBER		likewise, of what is then missing from the report
 *	hook NAME placed|missing MISSED	a tracepoint or function; how many calls were not heard of
 *	site ALLOCATOR OBJECTS BYTES ALLOCATED ADDRESS AGE
 *					a call stack that has objects; how many allocations it has
 *					made; where the oldest is, in hexadecimal (of pages: the
 *					frame's number), and how long it has been there, ns
 *	frame FUNCTION+OFFSET/SIZE [MODULE]
 *					of the site, calls or free before: where the allocator was
 *					called from, innermost first; offset and size in
 *					hexadecimal. Code of the kernel has no module
 *	free again|other COUNT		a call stack on which the target frees what is free, or
 *					what it was not seen to allocate: others have handed it
 *					over, or it is a mistake
 *	failed KEY CALL init|use|exit	the call that was made to fail, and when that was
 *	calls FUNCTION KEY INIT USE EXIT
 *					with faults=1: a call stack that asks for memory, and how
 *					often it has in each phase of the target's life. Its key,
 *					in hexadecimal, is the same whenever the target is loaded
 *					into the same kernel
 *	end				the last line: nothing was cut off
 *
 * To stay readable: a reader skips lines that begin with a word that it does not know, and words
 * behind those that it knows. What it cannot skip raises the version.
 */
#define KML_ALLOCWATCH_VERSION 1

#endif
