# SPDX-License-Identifier: GPL-2.0-only
# A counter is called what the file says.
# expect: not true: is_harmless(name)
s/kml_escape(counter->name, .*, line, length)/memcpy(counter->name, line, length)/
