#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The history as read through debugfs: whole, in order, while samples come and blocks go.
. tests/lib/guest.sh
trap - EXIT
exec perl tests/guest/history.pl
