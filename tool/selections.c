// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/message.h"
#include "selections.h"
#include "usage.h"
#include "verb.h"

int selections_take(struct selections *selections, const char *words)
{
	if (selections->n == SELECTIONS_MAX) {
		kml_error("more than %d selections", SELECTIONS_MAX);
		return KML_EXIT_USAGE;
	}
	selections->words[selections->n++] = words;
	return KML_GO_ON;
}

int selections_apply(const struct selections *selections, struct connection *connection)
{
	int err, last = 0;

	for (size_t i = 0; i < selections->n; i++) {
		err = connection_select(connection, selections->words[i]);
		if (!err)
			continue;
		kml_error("taskmonitor does not take '%s': %s", selections->words[i],
			  strerror(-err));
		last = err;
	}
	return last;
}
