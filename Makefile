# make run | check | help. Everything is written below build/.

MODE     ?= release                            # release, debug, asan, tsan
FILE     ?= docs/examples/pipeline.pluto
PREFIX   ?= /usr/local
MAKEFLAGS += -j$(shell nproc)
VERSION  := 0.1.0
MODE     := $(strip $(MODE))
OUT      := build/$(MODE)

# ---- Flags, in one place ----
WARN          := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
FLAGS_release := -O2 -fomit-frame-pointer       # a word less in each frame of a parked task
FLAGS_debug   := -Og -DRT_DEBUG
FLAGS_asan    := -O1 -DRT_DEBUG -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_tsan    := -O1 -DRT_DEBUG -fsanitize=thread
FLAGS_fuzz    := -O1 -DRT_DEBUG -fsanitize=fuzzer-no-link,address,undefined \
                 -fno-sanitize-recover=undefined
ifeq ($(FLAGS_$(MODE)),)
$(error MODE is release, debug, asan or tsan, not '$(MODE)')
endif
CFLAGS   ?= -g
ALL_CFLAGS := -std=gnu11 $(WARN) $(CFLAGS) -fno-omit-frame-pointer $(FLAGS_$(MODE)) -pthread \
              -fno-strict-aliasing -fwrapv -fno-tree-slp-vectorize -I. -MMD -MP
GC_CFLAGS  = $(shell pkg-config --cflags bdw-gc)
LIBS       = $(shell pkg-config --libs bdw-gc) -lm -pthread
TEST_LIBS  = $(shell pkg-config --libs check)

# ---- What there is ----
RUNTIME_SRC  := $(wildcard gc/*.c runtime/*.c runtime/*/*.c runtime/*/*.S)
COMPILER_SRC := $(wildcard compiler/*/*.c)
UNIT_SRC     := $(wildcard tests/unit/test_*.c)
obj           = $(addprefix $(OUT)/,$(addsuffix .o,$(basename $(1))))
RUNTIME_LIB  := $(OUT)/libpluto.a
COMPILER_LIB := $(OUT)/compiler.a
PLUTO        := $(OUT)/pluto
UNIT_TESTS   := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(UNIT_SRC))

.SECONDARY:                                    # keep the objects of unit tests
.PHONY: all run check unit language stress fuzz valgrind bench figures install uninstall clean format \
        help deps
all: $(PLUTO) $(RUNTIME_LIB)

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

#: make run [FILE=x.pluto]    build everything, compile and run a program
run: deps
	@$(MAKE) --no-print-directory all
	@$(PLUTO) run $(FILE)

#: make check                 build everything, run all tests
check: deps
	@$(MAKE) --no-print-directory unit language

#: make all                   the compiler and libpluto.a, in build/MODE
#: make unit, make language   the two halves of check
unit: all $(UNIT_TESTS)
	@tests/unit.sh $(UNIT_TESTS)

language: all
	@tests/language.sh $(PLUTO)

#: make stress                schedules, GC thresholds, failing allocations; takes minutes
stress: all
	@stress/run.sh $(PLUTO)

#: make fuzz                  a minute of damaged programs for the compiler (needs clang)
fuzz:
	@tests/fuzz/run.sh

#: make valgrind              unit tests and programs on the system heap
valgrind: all $(UNIT_TESTS)
	@stress/valgrind.sh $(PLUTO) $(UNIT_TESTS)

#: make bench                 Pluto beside C, Go and Crystal: a table of medians and ratios
bench: all
	@bench/run.sh $(PLUTO)

#: make figures               the same, and docs/performance.md is written from it
figures: all
	@bench/figures.sh $(PLUTO)

#: make install PREFIX=DIR    a pluto that needs no source tree; also: uninstall
install: all
	@tools/install.sh $(OUT) $(DESTDIR)$(PREFIX)
uninstall:
	@tools/install.sh --remove $(DESTDIR)$(PREFIX)

#: make clean, make format
clean:
	rm -rf build
format:
	clang-format -i $(wildcard $(foreach d,gc runtime runtime/* compiler compiler/* tests/unit,\
	    $(d)/*.[ch]))

deps:
	@tools/deps.sh

#: MODE=debug|asan|tsan goes with every target; the default is release

# ---- How things are built ----
$(PLUTO): $(call obj,compiler/main.c) $(COMPILER_LIB) $(RUNTIME_LIB)
	@echo "  LD   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) $(COMPILER_LIB) -lm

$(RUNTIME_LIB): $(call obj,$(RUNTIME_SRC))
$(COMPILER_LIB): $(call obj,$(COMPILER_SRC))
%.a:
	@echo "  AR   $@"
	@rm -f $@
	@$(AR) rcs $@ $^

$(OUT)/unit/%: $(OUT)/tests/unit/%.o $(COMPILER_LIB) $(RUNTIME_LIB)
	@mkdir -p $(@D)
	@echo "  LD   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $^ $(TEST_LIBS) $(LIBS)

$(OUT)/fuzz_front: $(call obj,$(wildcard tests/fuzz/*.c)) $(COMPILER_LIB)
	@$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ -lm

$(OUT)/gc/%.o: ALL_CFLAGS += $(GC_CFLAGS)
$(OUT)/tests/%.o: ALL_CFLAGS += $(GC_CFLAGS) $(shell pkg-config --cflags check 2>/dev/null)
$(OUT)/compiler/%.o: ALL_CFLAGS += -DPLUTO_VERSION='"$(VERSION)"'
$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(OUT)/%.o: %.S
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
