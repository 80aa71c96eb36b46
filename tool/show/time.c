// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/message.h"
#include "show/options.h"
#include "usage.h"
#include "verb.h"

#define NS_PER_S 1000000000LL

/* More than any recording has, and far from what 64 bits have no room for: 100 years. */
static const double longest = 100.0 * 366 * 86400;

/* "12.5", "300ms", "2m" */
static bool parse_length(const char *text, int64_t *ret)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "ms", 1e-3 }, { "m", 60 }, { "h", 3600 } };
	size_t digits = strspn(text, "0123456789.");
	double number;
	char *end;

	number = strtod(text, &end);
	/* No sign, no exponent, no hexadecimal one. */
	if (!digits || end != text + digits)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name))
			continue;
		if (!(number * units[i].seconds <= longest))
			return false;
		*ret = (int64_t)llround(number * units[i].seconds * 1e9);
		return true;
	}
	return false;
}

/* Return: whether all of @text is of one of those forms. */
static bool parse_forms(const char *text, const char *const forms[], struct tm *ret)
{
	for (; *forms; forms++) {
		const char *end;

		memset(ret, 0, sizeof(*ret));
		end = strptime(text, *forms, ret);
		if (end && !*end)
			return true;
	}
	return false;
}

static bool parse_clock(const char *text, struct show_time *ret)
{
	static const char *const days[] = { "%H:%M:%S", "%H:%M", NULL };
	static const char *const dates[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d", NULL,
	};
	struct tm tm;

	if (parse_forms(text, days, &tm)) {
		ret->kind = SHOW_TIME_OF_DAY;
		ret->ns = (tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) * NS_PER_S;
		return true;
	}
	if (!parse_forms(text, dates, &tm) || tm.tm_year < 70 || tm.tm_year > 200)
		return false;
	tm.tm_isdst = -1;
	ret->kind = SHOW_DATE;
	ret->ns = mktime(&tm) * NS_PER_S;
	return true;
}

int show_take_time(const char *option, const char *text, struct show_time *ret)
{
	bool minus = *text == '-';

	if (parse_length(text + minus, &ret->ns)) {
		ret->kind = minus ? SHOW_BEFORE_END : SHOW_SINCE_START;
		return KML_GO_ON;
	}
	if (parse_clock(text, ret))
		return KML_GO_ON;
	kml_error("--%s: '%s' is no time: try 12.5, 300ms, 2m, -10s, 22:15 or '2026-11-21 22:15:30'",
		  option, text);
	return KML_EXIT_USAGE;
}

/* Seconds since 1970 of that time of the day on which the recording began. */
static int64_t on_its_day(const struct kml_recording *recording, int64_t ns)
{
	time_t began = (time_t)recording->head.began;
	struct tm tm;

	if (!localtime_r(&began, &tm))
		return 0;
	tm.tm_hour = 0;
	tm.tm_min = 0;
	tm.tm_sec = (int)(ns / NS_PER_S);
	tm.tm_isdst = -1;
	return mktime(&tm);
}

static uint64_t last_time(const struct kml_recording *recording)
{
	uint64_t last = recording->head.began_boottime_ns;

	for (size_t i = 0; i < recording->n_samples; i++)
		if (recording->samples[i].time_ns > last)
			last = recording->samples[i].time_ns;
	return last;
}

uint64_t show_resolve_time(const struct show_time *time, const struct kml_recording *recording,
			   uint64_t otherwise)
{
	uint64_t began = recording->head.began_boottime_ns, last;
	int64_t behind;

	switch (time->kind) {
	case SHOW_ANY_TIME:
		return otherwise;
	case SHOW_SINCE_START:
		return began + (uint64_t)time->ns;
	case SHOW_BEFORE_END:
		last = last_time(recording);
		return last > (uint64_t)time->ns ? last - (uint64_t)time->ns : 0;
	case SHOW_TIME_OF_DAY:
		behind = on_its_day(recording, time->ns) - (int64_t)recording->head.began;
		break;
	default:
		behind = time->ns / NS_PER_S - (int64_t)recording->head.began;
		break;
	}
	behind *= NS_PER_S;
	return behind < 0 && (uint64_t)-behind > began ? 0 : began + (uint64_t)behind;
}
