/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_WIRE_H
#define KMEMLAB_RECORDING_WIRE_H

#include "lib/recording.h"

/*
 * What a recorder in a machine and the process outside that has the file tell each other over a port:
 * a frame for each call of a sink, and a reply when it is done. Both are the same program on the same
 * host, so structures go as they are in memory; who receives them still trusts nothing of it. Another
 * version is refused.
 */

/* As udev calls a virtio port of that name. */
#define KML_RECORDING_PORT "/dev/virtio-ports/kmemlab.recording"

enum {
	KML_FRAME_MAGIC = 0x4c4d4b1e,
	KML_WIRE_VERSION = 1,
	KML_FRAME_MAX = 128 << 20,	/* a batch of 8192 processes has 50 MiB */
};

enum kml_frame_kind {
	KML_FRAME_BEGIN,	/* struct kml_frame_begin */
	KML_FRAME_BATCH,	/* struct kml_counters, then rows */
	KML_FRAME_ROTATE,	/* struct kml_recording_head */
	KML_FRAME_FINISH,	/* uint64_t: when it ended, ns of CLOCK_BOOTTIME */
};

/* In front of @size bytes. */
struct kml_frame {
	uint32_t magic;
	uint16_t version;
	uint16_t kind;
	uint32_t number;	/* the reply has the same */
	uint32_t crc;		/* of the bytes */
	uint64_t size;
};

struct kml_frame_begin {
	struct kml_recording_head head;
	uint32_t keep;		/* of struct kml_sink_options */
	uint32_t reserved;
};

struct kml_reply {
	uint32_t magic;
	uint32_t number;
	int32_t err;		/* 0, -errno */
	uint32_t reserved;
	uint64_t size;		/* of the file, bytes */
};

#endif
