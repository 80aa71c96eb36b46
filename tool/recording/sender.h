/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_SENDER_H
#define KMEMLAB_RECORDING_SENDER_H

#include "recording/sink.h"

/*
 * Has a process outside of the machine write the file (recording/receiver.h), so that it does not matter
 * what becomes of the machine.
 */

/**
 * kml_sender_new() - send over a port
 * @port: open to read and write, without blocking; closed by kml_sink_free()
 * @options: must live as long; it waits while nothing moves
 * @ret: for kml_sink_free()
 *
 * Return: 0; -ENOMEM, the port is still the caller's. What is sent returns -EPIPE when nobody listens;
 * -ETIMEDOUT when nothing moves and it does not wait any more; otherwise what the other side says.
 */
int kml_sender_new(int port, const struct kml_sink_options *options, struct kml_sink **ret);

#endif
