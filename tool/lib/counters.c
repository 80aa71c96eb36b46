// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/recording.h"
#include "lib/text.h"

void kml_counters_add(struct kml_counters *counters, const char *line)
{
	size_t length = strcspn(line, " ");
	struct kml_counter *counter = &counters->counters[counters->n];
	const char *value = line + length + 1;

	if (!line[length] || !length || length >= sizeof(counter->name) ||
	    counters->n == KML_MAX_COUNTERS)
		return;
	if (kml_parse_u64(value, value + strlen(value), &counter->value))
		return;
	kml_escape(counter->name, sizeof(counter->name), line, length);
	counters->n++;
}

static struct kml_counter *find(const struct kml_counters *counters, const char *name)
{
	for (size_t i = 0; i < counters->n; i++)
		if (!strcmp(counters->counters[i].name, name))
			return (struct kml_counter *)&counters->counters[i];
	return NULL;
}

void kml_counters_raise(struct kml_counters *counters, const char *name, uint64_t by)
{
	struct kml_counter *counter = find(counters, name);

	if (!counter) {
		if (counters->n == KML_MAX_COUNTERS)
			return;
		counter = &counters->counters[counters->n++];
		*counter = (struct kml_counter){};
		strncpy(counter->name, name, sizeof(counter->name) - 1);
	}
	counter->value += by;
}

uint64_t kml_counters_get(const struct kml_counters *counters, const char *name)
{
	const struct kml_counter *counter = find(counters, name);

	return counter ? counter->value : 0;
}
