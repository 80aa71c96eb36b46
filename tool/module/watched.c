// SPDX-License-Identifier: GPL-2.0-only
/* The lines of /dev/allocwatch. */
#include <errno.h>
#include <inttypes.h>
#include <kmemlab/allocwatch.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "module/watched.h"

__attribute__((format(printf, 2, 3)))
static void add_problem(struct watched *watched, const char *format, ...)
{
	va_list args;

	if (watched->n_problems == WATCHED_PROBLEMS)
		return;
	va_start(args, format);
	vsnprintf(watched->problem[watched->n_problems++], sizeof(watched->problem[0]), format,
		  args);
	va_end(args);
}

static int take_count(struct watched *watched, const char *line)
{
	char name[32];
	uint64_t number;

	if (sscanf(line, "count %31s %" SCNu64, name, &number) != 2)
		return -EINVAL;
	if (!strcmp(name, "allocated"))
		watched->allocated = number;
	else if (!strcmp(name, "freed"))
		watched->freed = number;
	return 0;
}

/* In whole words. */
static const char *loss_text(const char *name)
{
	static const struct {
		const char *name;
		const char *text;
	} losses[] = {
		{ "no_object", "allocations that there was no room for" },
		{ "no_site", "allocations from stacks that there was no room for" },
		{ "unseen_free", "addresses given out again without a free that was seen" },
		{ "nmi", "allocations and frees in non-maskable interrupts" },
		{ "page_list", "pages taken in bulk to a list" },
	};

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		if (!strcmp(name, losses[i].name))
			return losses[i].text;
	return name;
}

static int take_loss(struct watched *watched, const char *line)
{
	char name[32];
	uint64_t number;

	if (sscanf(line, "loss %31s %" SCNu64, name, &number) != 2)
		return -EINVAL;
	if (number)
		add_problem(watched, "%s: %" PRIu64, loss_text(name), number);
	return 0;
}

static int take_hook(struct watched *watched, const char *line)
{
	char name[64], placed[16];
	uint64_t missed;

	if (sscanf(line, "hook %63s %15s %" SCNu64, name, placed, &missed) != 3)
		return -EINVAL;
	if (strcmp(placed, "placed"))
		add_problem(watched, "no hook on %s", name);
	else if (missed)
		add_problem(watched, "%s: %" PRIu64 " calls missed", name, missed);
	return 0;
}

/* --- lines that stand in other texts as well ------------------------------------- */

int watched_parse_site(const char *line, struct watched_site *ret_site)
{
	*ret_site = (struct watched_site){};
	return sscanf(line, "site %31s %" SCNu64 " %" SCNu64 " %" SCNu64 " %23s %" SCNu64,
		      ret_site->allocator, &ret_site->objects, &ret_site->bytes,
		      &ret_site->allocated, ret_site->address, &ret_site->age) == 6 ? 0 : -EINVAL;
}

int watched_parse_calls(const char *line, struct watched_calls *ret_calls)
{
	uint64_t *calls = ret_calls->calls;

	*ret_calls = (struct watched_calls){};
	return sscanf(line, "calls %31s %" SCNx64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		      ret_calls->function, &ret_calls->key, &calls[WATCHED_INIT],
		      &calls[WATCHED_USE], &calls[WATCHED_EXIT]) == 5 ? 0 : -EINVAL;
}

int watched_parse_frame(const char *line, struct watched_stack *stack)
{
	struct watched_frame *frame = &stack->frame[stack->frames];

	if (stack->frames == WATCHED_FRAMES)
		return -EINVAL;
	*frame = (struct watched_frame){};
	stack->frames++;
	return sscanf(line, "frame %127[^+ \n]+%" SCNx64 "/%" SCNx64 " [%63[^]]]", frame->function,
		      &frame->offset, &frame->size, frame->module) >= 1 ? 0 : -EINVAL;
}

static const char * const phase_name[] = {
	[WATCHED_INIT] = "init",
	[WATCHED_USE] = "use",
	[WATCHED_EXIT] = "exit",
};

int watched_parse_phase(const char *word, enum watched_phase *ret_phase)
{
	for (int i = 0; i < WATCHED_PHASES; i++)
		if (!strcmp(word, phase_name[i])) {
			*ret_phase = (enum watched_phase)i;
			return 0;
		}
	return -EINVAL;
}

const char *watched_phase_name(enum watched_phase phase)
{
	return phase_name[phase];
}

static void print_stack(FILE *out, const struct watched_stack *stack)
{
	for (size_t i = 0; i < stack->frames; i++) {
		const struct watched_frame *frame = &stack->frame[i];

		fprintf(out, "frame %s+0x%" PRIx64 "/0x%" PRIx64, frame->function, frame->offset,
			frame->size);
		if (*frame->module)
			fprintf(out, " [%s]", frame->module);
		putc('\n', out);
	}
}

void watched_print_site(FILE *out, const struct watched_site *site)
{
	fprintf(out, "site %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %s %" PRIu64 "\n",
		site->allocator, site->objects, site->bytes, site->allocated, site->address,
		site->age);
	print_stack(out, &site->stack);
}

void watched_print_calls(FILE *out, const struct watched_calls *calls)
{
	fprintf(out, "calls %s %016" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		calls->function, calls->key, calls->calls[WATCHED_INIT], calls->calls[WATCHED_USE],
		calls->calls[WATCHED_EXIT]);
	print_stack(out, &calls->stack);
}

/* --- all of them ------------------------------------------------------------------- */

/* What is being read: frames belong to what came last. */
struct reading {
	struct watched *watched;
	struct watched_stack *stack;
};

uint64_t watched_all_calls(const struct watched_calls *calls)
{
	return calls->calls[WATCHED_INIT] + calls->calls[WATCHED_USE] +
	       calls->calls[WATCHED_EXIT];
}

int watched_add_site(struct watched *watched, const struct watched_site *site)
{
	struct watched_site *sites;

	sites = realloc(watched->sites, (watched->n_sites + 1) * sizeof(*sites));
	if (!sites)
		return -ENOMEM;
	watched->sites = sites;
	sites[watched->n_sites++] = *site;
	return 0;
}

int watched_take_site_line(struct watched *watched, const char *line)
{
	struct watched_site site;

	if (!strncmp(line, "frame ", 6))
		return watched->n_sites ?
			watched_parse_frame(line, &watched->sites[watched->n_sites - 1].stack) :
			-EINVAL;
	return watched_parse_site(line, &site) ?: watched_add_site(watched, &site);
}

static int take_site(struct reading *reading, const char *line)
{
	struct watched *watched = reading->watched;
	int error = watched_take_site_line(watched, line);

	if (!error)
		reading->stack = &watched->sites[watched->n_sites - 1].stack;
	return error;
}

static int take_calls(struct reading *reading, const char *line)
{
	struct watched *watched = reading->watched;
	struct watched_calls *calls;

	calls = realloc(watched->calls, (watched->n_calls + 1) * sizeof(*calls));
	if (!calls)
		return -ENOMEM;
	watched->calls = calls;
	reading->stack = &calls[watched->n_calls].stack;
	return watched_parse_calls(line, &calls[watched->n_calls++]);
}

static int take_free(struct reading *reading, const char *line)
{
	struct watched *watched = reading->watched;
	struct watched_free *frees, *one;
	char word[16];

	frees = realloc(watched->frees, (watched->n_frees + 1) * sizeof(*frees));
	if (!frees)
		return -ENOMEM;
	watched->frees = frees;
	one = &frees[watched->n_frees++];
	*one = (struct watched_free){};
	reading->stack = &one->stack;
	if (sscanf(line, "free %15s %" SCNu64, word, &one->count) != 2)
		return -EINVAL;
	one->again = !strcmp(word, "again");
	return 0;
}

static int take_failed(struct watched *watched, const char *line)
{
	char word[16];

	watched->failed = true;
	return sscanf(line, "failed %*s %*s %15s", word) == 1 ?
		watched_parse_phase(word, &watched->failed_in) : -EINVAL;
}

static int take_line(struct reading *reading, const char *line)
{
	struct watched *watched = reading->watched;

	if (!strncmp(line, "count ", 6))
		return take_count(watched, line);
	if (!strncmp(line, "loss ", 5))
		return take_loss(watched, line);
	if (!strncmp(line, "hook ", 5))
		return take_hook(watched, line);
	if (!strncmp(line, "site ", 5))
		return take_site(reading, line);
	if (!strncmp(line, "free ", 5))
		return take_free(reading, line);
	if (!strncmp(line, "calls ", 6))
		return take_calls(reading, line);
	if (!strncmp(line, "failed ", 7))
		return take_failed(watched, line);
	if (!strncmp(line, "frame ", 6))
		return reading->stack ? watched_parse_frame(line, reading->stack) : -EINVAL;
	if (!strncmp(line, "target ", 7))
		return sscanf(line, "target %*s %15s", watched->state) == 1 ? 0 : -EINVAL;
	return 0;
}

static int read_lines(FILE *in, struct watched *watched, char **line, size_t *size)
{
	struct reading reading = { .watched = watched };
	unsigned int version;
	int error = 0;

	if (getline(line, size, in) < 0 || sscanf(*line, "allocwatch %u", &version) != 1)
		return -EINVAL;
	if (version != KML_ALLOCWATCH_VERSION)
		return -EPROTO;
	while (!error && getline(line, size, in) >= 0) {
		if (!strcmp(*line, "end\n"))
			return 0;
		error = take_line(&reading, *line);
	}
	return error ?: -EINVAL;
}

int watched_read(FILE *in, struct watched *ret_watched)
{
	char *line = NULL;
	size_t size = 0;
	int error;

	*ret_watched = (struct watched){};
	error = read_lines(in, ret_watched, &line, &size);
	free(line);
	return error;
}

void watched_free(struct watched *watched)
{
	free(watched->sites);
	free(watched->frees);
	free(watched->calls);
	*watched = (struct watched){};
}

static int compare(const void *a, const void *b)
{
	const struct watched_site *one = a, *other = b;

	return (one->bytes < other->bytes) - (one->bytes > other->bytes);
}

void watched_sort(struct watched *watched)
{
	if (watched->n_sites)
		qsort(watched->sites, watched->n_sites, sizeof(*watched->sites), compare);
}
