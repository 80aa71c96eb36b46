#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The lane can fail: bugs are found.
. tests/lib/tap.sh
. tests/lib/planted.sh

turn_red tests/debug/life.t tests/debug/planted
done_testing
