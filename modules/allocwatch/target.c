// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module that is watched: from before its init to after its exit, also when init fails.
 *
 * Data flow: the kernel tells of modules that come, live and go. Of the one with the right name,
 * the addresses of its code are what hooks compare callers with. The symbols of init are there
 * until the module lives, all others until it goes: that is when the sites get their names.
 *
 * Locking: target_mutex for the state, and for one at a time in sites and objects that are named or
 * forgotten. Hooks read the addresses without: a size is written last when the target comes, when
 * none of its code runs yet, and first when it goes, when none runs any more.
 *
 * Lifetime: when the target goes, its callbacks of RCU have run before its code is forgotten.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/string.h>

#include "compat/allocators.h"
#include "freed.h"
#include "known.h"
#include "object.h"
#include "site.h"
#include "tally.h"
#include "target.h"

struct kml_range target_text;
struct kml_range target_init_text;

static DEFINE_MUTEX(target_mutex);
static char wanted[MODULE_NAME_LEN];
static enum target_state state;
static bool begun;
/* NULL while it is not there. */
static const struct module *there;

static void set_range(struct kml_range *range, struct kml_range to)
{
	WRITE_ONCE(range->size, 0);
	smp_wmb(); /* no old size with a new start, and no new size with an old one */
	WRITE_ONCE(range->start, to.start);
	smp_wmb(); /* see above */
	WRITE_ONCE(range->size, to.size);
}

static void come(const struct module *mod)
{
	WRITE_ONCE(there, mod);
	set_range(&target_init_text, kml_module_init_text(mod));
	set_range(&target_text, kml_module_text(mod));
	WRITE_ONCE(begun, false);
	state = TARGET_COMING;
}

static void live(void)
{
	site_name_all();
	set_range(&target_init_text, (struct kml_range){});
	state = TARGET_LIVE;
}

static void go(void)
{
	kml_flush_freed_by_rcu();
	site_name_all();
	set_range(&target_text, (struct kml_range){});
	set_range(&target_init_text, (struct kml_range){});
	WRITE_ONCE(there, NULL);
	if (state == TARGET_LIVE)
		state = TARGET_GONE;
	else
		state = READ_ONCE(begun) ? TARGET_FAILED : TARGET_REFUSED;
}

static int on_module(struct notifier_block *unused, unsigned long event, void *data)
{
	const struct module *mod = data;

	if (strcmp(mod->name, wanted))
		return NOTIFY_DONE;
	mutex_lock(&target_mutex);
	switch (event) {
	case MODULE_STATE_COMING:
		come(mod);
		break;
	case MODULE_STATE_LIVE:
		live();
		break;
	case MODULE_STATE_GOING:
		go();
		break;
	}
	mutex_unlock(&target_mutex);
	return NOTIFY_OK;
}

/* Last when a module comes, so that what others allocate for it is theirs; first when it goes. */
static struct notifier_block modules = {
	.notifier_call = on_module,
	.priority = INT_MIN,
};

/**
 * target_name() - of the module that is watched
 *
 * Context: any.
 * Return: the name.
 */
const char *target_name(void)
{
	return wanted;
}

/**
 * target_state() - where in its life the target is
 *
 * Context: any.
 * Return: the state.
 */
enum target_state target_state(void)
{
	return READ_ONCE(state);
}

/**
 * target_phase() - what the target is doing
 *
 * Context: hooks, under a call of the target's.
 * Return: the phase.
 */
enum target_phase target_phase(void)
{
	const struct module *mod = READ_ONCE(there);

	/* Its exit runs in MODULE_STATE_GOING, and nobody is told before it has returned. */
	switch (mod ? READ_ONCE(mod->state) : MODULE_STATE_GOING) {
	case MODULE_STATE_COMING:
		return PHASE_INIT;
	case MODULE_STATE_LIVE:
		return PHASE_USE;
	default:
		return PHASE_EXIT;
	}
}

/**
 * target_begins() - the init of a module is called next
 * @mod: any
 *
 * Context: any, hooks included.
 */
void target_begins(const struct module *mod)
{
	if (!strcmp(mod->name, wanted))
		WRITE_ONCE(begun, true);
}

/**
 * target_reset() - forget what the target has allocated, and wait for it to come again
 *
 * Context: sleeps.
 * Return: 0, or -EBUSY while the target is there.
 */
int target_reset(void)
{
	int err = -EBUSY;

	mutex_lock(&target_mutex);
	if (!target_is_there()) {
		/* Hooks that are on their way in still name sites and objects. */
		synchronize_rcu();
		object_reset();
		freed_reset();
		known_reset();
		site_reset();
		tally_reset();
		state = TARGET_AWAITED;
		err = 0;
	}
	mutex_unlock(&target_mutex);
	return err;
}

/**
 * target_name_sites() - find the names of the sites that have none yet
 *
 * Context: sleeps.
 */
void target_name_sites(void)
{
	mutex_lock(&target_mutex);
	site_name_all();
	mutex_unlock(&target_mutex);
}

/**
 * target_init() - wait for a module
 * @name: of the module, as the kernel spells it
 *
 * Context: may sleep.
 * Return: 0, -EINVAL for what can be no module's name, or another negative errno.
 */
int target_init(const char *name)
{
	if (!*name || strscpy(wanted, name, sizeof(wanted)) < 0)
		return -EINVAL;
	strreplace(wanted, '-', '_');
	return register_module_notifier(&modules);
}

/**
 * target_exit() - the target's life is not followed any more
 *
 * Context: may sleep.
 */
void target_exit(void)
{
	unregister_module_notifier(&modules);
}
