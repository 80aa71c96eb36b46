/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_RECEIVER_H
#define KMEMLAB_RECORDING_RECEIVER_H

/*
 * Writes the recording that a recorder in a machine sends (recording/sender.h), from a thread of its own.
 * What has left the machine is written, whatever becomes of that. Nothing that comes is trusted: what
 * makes no sense ends it.
 */
struct kml_receiver;

enum kml_received {
	KML_RECEIVED_NOTHING,		/* there is no file of ours */
	KML_RECEIVED_SOME,		/* its recorder has not said that it ended */
	KML_RECEIVED_ALL,
};

/**
 * kml_receiver_new() - find a place for the file
 * @path: where; what is there is replaced when a recorder begins
 * @ret: for kml_receiver_free(), set on 0 alone
 *
 * Return: 0; what kml_writer_new() has.
 */
int kml_receiver_new(const char *path, struct kml_receiver **ret);

/* Listens to @port, a socket that stays the caller's, until the other side closes it. Return: 0, -errno. */
int kml_receiver_start(struct kml_receiver *receiver, int port);

/**
 * kml_receiver_end() - wait until all that came is written
 * @receiver: whose port was closed by the other side; may be started again
 * @ret: what came
 *
 * Return: 0; -EBADMSG: what came made no sense; -errno of writing the file, which has what came before.
 */
int kml_receiver_end(struct kml_receiver *receiver, enum kml_received *ret);

/* Likewise, if it still runs. Accepts NULL. */
void kml_receiver_free(struct kml_receiver *receiver);

#endif
