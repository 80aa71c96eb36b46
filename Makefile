# SPDX-License-Identifier: GPL-2.0-only
# What people type: `make help` lists it.

ifneq ($(words $(CURDIR)),1)
$(error the kernel's build cannot work in a directory with spaces in its path: $(CURDIR))
endif

KERNEL  ?= 6.1
STOCK   := $(shell sed -n 's/^\([^\#[:space:]]*\).*linux-image-.*/\1/p' vm/kernels)
VERSION := $(shell cat VERSION)
PREFIX  ?= /usr/local
B       := build

CC      ?= gcc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes -Wstrict-prototypes -Wshadow
INCLUDE := -Iinclude/uapi -Itool -Imodules
ALL_CFLAGS = $(CFLAGS) -std=gnu11 $(WARN) $(INCLUDE) -D_GNU_SOURCE -DKMEMLAB_VERSION='"$(VERSION)"' \
	     $(CPPFLAGS) -MMD -MP

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help all needs tool kernel modules run programs test test-debug test-drill test-kernels test-long test-own
.PHONY: lessons built install install-dkms uninstall deb test-packages
.PHONY: bench bench-page bench-allocators bench-allocators-page fuzz lint results clean show-flags show-pure

help:
	@echo 'make run      build everything, record a process up to its OOM kill in a VM, write $(B)/report.html'
	@echo "make run CMD='...'   record that command instead"
	@echo 'make test     run every test'
	@echo 'make test TESTS="tests/host tests/guest/cpu.t"   run some'
	@echo 'make test-kernels    run the guest tests in each stock kernel: $(STOCK)'
	@echo 'make test-debug      and in a kernel with sanitizers, which is built first'
	@echo 'make lessons  run the lessons and put into docs/lessons what they print'
	@echo 'make test-drill  a machine that thrashes, and runs out of memory: is each sample in time, and cheap?'
	@echo "make test-own        modules of the kernel's own, watched for leaks"
	@echo 'make test-long       a kernel that finds data races, these, then an hour of storm and fuzzing'
	@echo 'make fuzz FUZZ_SECONDS=3600   try the parsers with inputs made up, an hour each'
	@echo 'make bench    measure the recorder beside its peers, in KERNEL=$(KERNEL): $(B)/bench'
	@echo 'make bench QUESTIONS="cost kill"   answer some of the questions anew'
	@echo 'make bench-page      and put the tables into docs/bench-recorder.md'
	@echo 'make bench-allocators  measure the allocators, for docs/allocators.md, in KERNEL=$(KERNEL)'
	@echo 'make bench-allocators-page  and put the tables and the figures into that page'
	@echo 'make modules  build the modules for KERNEL=$(KERNEL)'
	@echo 'make tool     build $(B)/kmemlab'
	@echo 'make install  put the command and what it needs under DESTDIR, PREFIX=$(PREFIX)'
	@echo 'make uninstall       and take it away'
	@echo 'make deb      build Debian packages of the command and of the modules: $(B)/deb'
	@echo 'make test-packages   install them in a Debian 12 of their own, use them, remove them'
	@echo 'make lint     look for mistakes without running anything: every finding is a failure'
	@echo 'make results  write down in docs/tested.md which tests have passed in which kernel'
	@echo 'make clean    remove what was built, keep the unpacked kernels'

all: tool modules

needs:
	@packaging/install-needs

# --- the tool -----------------------------------------------------------------

# The code of samples, and the histograms of costs, are the modules' own.
TOOL_SRC := $(wildcard tool/*.c tool/*/*.c) modules/taskmonitor/codec.c modules/allocbench/histogram.c
TOOL_OBJ := $(TOOL_SRC:%.c=$(B)/obj/%.o) $(patsubst %.S,$(B)/obj/%.o,$(wildcard tool/assets/*.S))
TOOL_LIBS = $(shell pkg-config --libs libkmod smartcols libdw jansson sqlite3 zlib ncursesw libmicrohttpd) -lm

# What is built by the rules of this file: one make at a time, as two would write the same files.
LOCKED := @mkdir -p $(B) && flock $(B)/.lock $(MAKE) --no-print-directory -s

tool: needs
	$(LOCKED) $(B)/kmemlab $(B)/vm/init $(LESSONS)

# Renamed into place: machines may be running the old one, over 9p.
$(B)/kmemlab: $(TOOL_OBJ)
	@echo '  LD      $@'
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@.new $^ $(TOOL_LIBS)
	mv $@.new $@

$(B)/obj/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# An asset is text that the command carries in itself.
$(B)/obj/%.o: %.S $(wildcard tool/assets/*) Makefile
	@mkdir -p $(@D)
	@echo '  AS      $<'
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# What the lessons run in the machine, beside the modules.
LESSONS := $(patsubst lessons/%.c,$(B)/lessons/%,$(wildcard lessons/*.c))

$(B)/lessons/%: lessons/%.c Makefile
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -pthread -o $@ $<

# The first process of the throw-away machine: static, it runs before any root is mounted.
INIT_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(wildcard vm/init/*.c))

$(B)/vm/init: $(INIT_OBJ)
	@mkdir -p $(@D)
	@echo '  LD      $@'
	$(CC) $(CFLAGS) $(LDFLAGS) -static -o $@.new $^
	mv $@.new $@

# --- the modules --------------------------------------------------------------

kernel: needs
	@vm/fetch-kernel $(KERNEL)

modules: kernel
	@vm/build-modules $(KERNEL)

# --- what is installed --------------------------------------------------------

# For packages, whose builder has the needs at hand.
built: $(B)/kmemlab $(B)/vm/init $(LESSONS) $(B)/tests/unlucky

INTO    := $(DESTDIR)$(PREFIX)
LIBRARY := $(INTO)/lib/kmemlab
PAGES   := $(wildcard docs/man/*.[1-8])
COMPLETION := $(INTO)/share/bash-completion/completions/kmemlab
UNITS   := $(wildcard packaging/*.service)

# What builds modules, and where the sources of all are.
SOURCES := $(shell find modules include -type f \( -name '*.[chS]' -o -name 'Kbuild' -o -name 'Kbuild.*' \) \
	   ! -name '*.mod.c')

# In the library everything has the place that it has in a checkout: the tool, the scripts and the
# lessons find it there.
IN_LIBRARY = $(SOURCES) $(filter-out %.c lessons/write-pages,$(wildcard lessons/*)) \
	     $(wildcard vm/build-* vm/fetch-* vm/kernels vm/splats vm/lib/* vm/configs/*) \
	     $(B)/vm/init $(LESSONS) $(B)/tests/unlucky

install: tool
	$(LOCKED) built
	@$(MAKE) --no-print-directory -s install-built

# Modes are those of files for all, whatever the umask.
.PHONY: install-built
install-built:
	install -d $(INTO)/bin $(LIBRARY)/build $(dir $(COMPLETION)) $(INTO)/share/doc/kmemlab
	install -m 755 $(B)/kmemlab $(INTO)/bin
	cp --parents $(IN_LIBRARY) $(LIBRARY)
	echo 'The library of kmemlab $(VERSION): nothing is written here.' >$(LIBRARY)/installed
	ln -sfn ../../../bin/kmemlab $(LIBRARY)/build/kmemlab
	cp --parents README.md $(wildcard docs/*.md docs/*.json docs/*.png docs/*.svg docs/lessons/*.md) $(INTO)/share/doc/kmemlab
	chmod -R u=rwX,go=rX $(LIBRARY) $(INTO)/share/doc/kmemlab
	install -m 644 packaging/completion.bash $(COMPLETION)
	install -d $(INTO)/lib/systemd/system
	for unit in $(UNITS); do \
		sed 's,@BINDIR@,$(PREFIX)/bin,' $$unit >$(INTO)/lib/systemd/system/$${unit##*/} && \
			chmod 644 $(INTO)/lib/systemd/system/$${unit##*/} || exit; \
	done
	for page in $(PAGES); do \
		install -D -m 644 $$page $(INTO)/share/man/man$${page##*.}/$${page##*/} || exit; \
	done

uninstall:
	rm -rf $(LIBRARY) $(INTO)/share/doc/kmemlab
	rm -f $(INTO)/bin/kmemlab $(COMPLETION) \
		$(patsubst packaging/%,$(INTO)/lib/systemd/system/%,$(UNITS))
	for page in $(PAGES); do \
		rm -f $(INTO)/share/man/man$${page##*.}/$${page##*/} || exit; \
	done

# The modules that a machine of people's may load; the lessons are for the throw-away one.
DKMS := $(DESTDIR)/usr/src/kmemlab-$(VERSION)
install-dkms:
	install -d $(DKMS)
	cp --parents $(filter-out modules/labs/%,$(SOURCES)) $(DKMS)
	sed 's/#MODULE_VERSION#/$(VERSION)/' packaging/dkms.conf >$(DKMS)/dkms.conf
	chmod -R u=rwX,go=rX $(DKMS)

deb: needs
	@packaging/install-needs packaging/needs-deb
	@packaging/build-deb

# Not a part of `make test`: a system of its own is installed, which takes minutes.
test-packages: deb programs modules
	@KMEMLAB_LANE=packages KMEMLAB_KERNEL=$(KERNEL) prove --timer --exec tests/kept tests/packages

# --- what people look at ------------------------------------------------------

DEMOS := $(patsubst vm/demo/%.c,$(B)/demo/%,$(wildcard vm/demo/*.c))

$(B)/demo/%: vm/demo/%.c Makefile
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(CC) $(ALL_CFLAGS) -o $@ $<

run: tool modules
	$(LOCKED) $(DEMOS)
	@CMD='$(subst ','\'',$(value CMD))' vm/run-demo $(KERNEL)

# --- measurements -------------------------------------------------------------

BENCH := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))

# Started where nothing may wait for a library that the host has.
$(B)/bench/spawn: STATIC := -static

$(B)/bench/%: bench/%.c Makefile
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(CC) $(ALL_CFLAGS) $(STATIC) -o $@ $<

bench: tool modules
	@packaging/install-needs packaging/needs-bench
	$(LOCKED) $(BENCH) $(B)/tests/collect $(B)/tests/put $(B)/tests/reap $(B)/tests/thrash
	@bench/run --kernel $(KERNEL) $(QUESTIONS)

# From the figures that there are.
bench-page:
	@bench/table $(B)/bench/bench.json >$(B)/bench/table.md
	@bench/write-page docs/bench-recorder.md 'make bench' $(B)/bench/table.md

bench-allocators: tool modules
	@bench/allocators --kernel $(KERNEL) $(QUESTIONS)

bench-allocators-page:
	@bench/allocators-page

# --- tests --------------------------------------------------------------------

TESTS ?= tests/host tests/fuzz tests/guest tests/lessons

HOST_TESTS := $(patsubst tests/host/%.c,$(B)/tests/%,$(wildcard tests/host/*.c))
WORKLOADS  := $(patsubst tests/guest/%.c,$(B)/tests/%,$(wildcard tests/guest/*.c)) \
	      $(patsubst tests/debug/%.c,$(B)/tests/%,$(wildcard tests/debug/*.c))
# A workload of many files has a directory of them.
LARGE_ONES := $(patsubst tests/guest/%/,$(B)/tests/%,$(sort $(dir $(wildcard tests/guest/*/*.c))))

# A host test in C exercises pure functions, those of the modules and those of the tool, under the
# address and undefined behaviour sanitizers.
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
PURE_SRC := $(addprefix modules/taskmonitor/,codec.c thin.c command.c) \
	    $(addprefix modules/allocbench/,histogram.c request.c) \
	    $(addprefix tool/top/,series.c model.c source.c rows.c view.c layout.c picture.c) \
	    $(wildcard tool/lib/*.c tool/machine/*.c tool/metrics/*.c tool/recording/*.c)
PURE_OBJ := $(PURE_SRC:%.c=$(B)/sanitized/%.o)

$(B)/sanitized/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -c -o $@ $<

.SECONDARY: $(PURE_OBJ)

$(B)/tests/%: tests/host/%.c $(PURE_OBJ)
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -Imodules/taskmonitor -o $@ $< $(PURE_OBJ) -lcmocka $(TOOL_LIBS)

define workload
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -pthread $(STATIC) -o $@ $<
endef

# Started so often that an emulated machine would be busy with finding their libraries.
$(B)/tests/said $(B)/tests/reload $(B)/tests/unlucky $(B)/tests/put: STATIC := -static

$(B)/tests/%: tests/guest/%.c
	$(workload)

$(B)/tests/%: tests/debug/%.c
	$(workload)

$(foreach large,$(LARGE_ONES),$(eval $(large): \
	$(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/guest/$(notdir $(large))/*.c))))

$(LARGE_ONES):
	@mkdir -p $(@D)
	@echo '  LD      $@'
	$(CC) $(CFLAGS) -pthread -o $@ $^

# Targets for libFuzzer, with the sanitizers of clang. Of the archive, a target takes what it uses.
CLANG      ?= clang-14
FUZZ_FLAGS := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_OBJ   := $(PURE_SRC:%.c=$(B)/fuzz/obj/%.o)
FUZZ       := $(patsubst tests/%.c,$(B)/%,$(wildcard tests/fuzz/*.c))
PLANTED    := $(patsubst tests/%.sed,$(B)/%,$(wildcard tests/fuzz/planted/*.sed))

FUZZ_CC = $(CLANG) $(ALL_CFLAGS) $(FUZZ_FLAGS) -Imodules/taskmonitor -Itests/fuzz
FUZZ_LD = $(FUZZ_CC) -fsanitize=fuzzer
FUZZ_LIBS = $(shell pkg-config --libs sqlite3 zlib)

$(B)/fuzz/obj/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(FUZZ_CC) -c -o $@ $<

$(B)/fuzz/pure.a: $(FUZZ_OBJ)
	rm -f $@
	ar rc $@ $^

$(B)/fuzz/%: tests/fuzz/%.c $(B)/fuzz/pure.a
	@echo '  CC      $<'
	$(FUZZ_LD) -o $@ $< $(B)/fuzz/pure.a $(FUZZ_LIBS)

# A target with a bug: TARGET.BUG.sed puts it into the one source that it changes.
$(B)/fuzz/planted/%: tests/fuzz/planted/%.sed $(B)/fuzz/pure.a $(FUZZ)
	@mkdir -p $(@D)
	@echo '  CC      $<'
	tests/fuzz/plant $< $@.c $(PURE_SRC)
	$(filter-out -M%,$(FUZZ_LD)) -o $@ tests/fuzz/$(basename $*).c $@.c $(B)/fuzz/pure.a $(FUZZ_LIBS)

fuzz: needs
	$(LOCKED) $(FUZZ) $(PLANTED)
	prove --timer --recurse tests/fuzz

# What the tests run.
programs: tool
	@tests/fetch-prometheus
	$(LOCKED) $(HOST_TESTS) $(FUZZ) $(PLANTED) $(WORKLOADS) $(LARGE_ONES) $(DEMOS) $(LESSONS)

test: programs
	@find $(TESTS) -name '*.t' | grep -q . || { echo 'there is no test in: $(TESTS)' >&2; exit 1; }
	@packaging/install-needs packaging/needs-test
	@tests/lane $(KERNEL) $(TESTS)

# Other kernels run what runs in a kernel.
KERNELS ?= $(STOCK)

test-kernels: programs
	@tests/kernels $(KERNELS)

LATER := $(shell sed -n '/^[a-z]/s,^,tests/guest/,p' tests/debug/later)

test-debug: programs
	@tests/lane debug $(filter-out $(LATER),$(wildcard tests/guest/*.t)) tests/debug

# What the lessons print stands in their pages.
lessons: programs modules
	@[ ! -e $(B)/kernels/debug/release ] || vm/build-modules debug
	@lessons/write-pages

# Not a part of `make test`: it takes long, and a tick that waits for the kernel's report of a kill is
# late, be it counted or not. The victim's event, which does not wait, has the sample of that moment.
test-drill: programs
	@tests/lane $(KERNEL) tests/drill

# Not a part of `make test`, which is about this project's modules.
test-own: programs modules
	@packaging/install-needs packaging/needs-own
	@rm -rf $(B)/results/own
	KMEMLAB_LANE=own KMEMLAB_KERNEL=$(KERNEL) prove --timer --exec tests/kept tests/own

test-long: programs
	@tests/long

# Each check says what it looks for in its first lines; tests/exceptions has what is excepted.
lint: kernel
	@rm -rf $(B)/results/lint
	KMEMLAB_LANE=lint KERNEL=$(KERNEL) prove --timer -j"$$(nproc)" --exec tests/kept tests/lint

# Which kernel has passed which test, by the last runs of the targets above.
results:
	@tests/write-table >$(B)/tested.md
	@mv $(B)/tested.md docs/tested.md
	@echo docs/tested.md

# For the checks that compile: how, as shell words, and which files are pure functions.
show-flags:
	$(info $(filter-out -MMD -MP,$(ALL_CFLAGS)) -pthread -Imodules/taskmonitor)@:

show-pure:
	@printf '%s\n' $(PURE_SRC)

clean:
	rm -rf $(filter-out $(B)/archive $(B)/kernels $(B)/source,$(wildcard $(B)/*))

# A large workload has none: an old one, of when it was a file, would ask for that.
-include $(filter-out $(LARGE_ONES:=.d),$(shell \
	find $(wildcard $(addprefix $(B)/,bench demo fuzz lessons obj sanitized tests)) /dev/null -name '*.d'))
