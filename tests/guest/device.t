#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The device: what is read from it is what debugfs shows, and what is missing is told.
. tests/lib/guest.sh
trap - EXIT
exec perl tests/guest/device.pl
