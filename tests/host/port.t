#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
CMOCKA_MESSAGE_OUTPUT=TAP exec build/tests/port
