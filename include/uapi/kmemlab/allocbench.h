/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _UAPI_KMEMLAB_ALLOCBENCH_H
#define _UAPI_KMEMLAB_ALLOCBENCH_H

/*
 * /dev/allocbench. A request is written, as words of NAME=VALUE between single spaces; the write
 * returns when it has been measured:
 *
 *	allocator=NAME pattern=NAME size=BYTES ops=N [batch=N] [time_ms=N] [cpus=N,N...]
 *
 * What is read from the same file are lines of words between single spaces, numbers in decimal,
 * times in ticks:
 *
 *	allocbench VERSION	the first line
 *	ticks KHZ		ticks of the CPU's counter in a millisecond
 *	kernel NAME VALUE	what matters of the kernel: zeroing, hardening, debugging
 *	allocator NAME MIN MAX KIND OBJECTS DRAINS
 *				sizes that it has, bytes; KIND: any, pages (powers of two of them),
 *				fake (to measure the instrument); how many objects one call hands
 *				out; 1 if it can be drained
 *	pattern NAME CPUS DRAINS	how many CPUs it needs; 1 if the allocator is drained
 *	refused WORDS		why the last request was not measured
 *	run ALLOCATOR PATTERN SIZE BATCH OPS WORKERS OBJECTS USABLE done|time
 *				the last request; how many threads; how many bytes of an object
 *				may be used; whether all was done, or the time was over
 *	operation alloc|free COUNT SUM MIN MAX OVERHEAD DISTURBED LONGEST
 *				of calls that nothing has disturbed, without OVERHEAD, which is
 *				the instrument's own; then how many were disturbed, and the
 *				longest of these, with OVERHEAD
 *	bucket FROM TO COUNT	of the operation before: how many took so long
 *	end			the last line: nothing was cut off
 *
 * To stay readable: a reader skips lines that begin with a word that it does not know, and words
 * behind those that it knows. What it cannot skip raises the version.
 */
#define KML_ALLOCBENCH_VERSION 1

#endif
