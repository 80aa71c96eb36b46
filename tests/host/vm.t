#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `kmemlab vm` promises, seen from the host. Machines run two at a time: that is a promise
# too, and it halves the time.
. tests/lib/tap.sh

tmp=$(mktemp -d)
# The status of the script is the one from before the cleaning.
# shellcheck disable=SC2154
trap 'tap_before=$?; rm -rf "$tmp"; (exit "$tap_before"); tap_exit' EXIT
mkdir "$tmp/runs" "$tmp/shared"
# Machines make their files here, so that what they leave behind can be seen.
export TMPDIR="$tmp/runs"
vm=build/kmemlab

# run NAME ARGUMENT...: leaves NAME.out, NAME.err, NAME.status. $with: words of environment.
with=
run() {
	run_name=$tmp/$1
	shift
	run_status=0
	# The environment is words.
	# shellcheck disable=SC2086
	env $with "$vm" vm "$@" >"$run_name.out" 2>"$run_name.err" || run_status=$?
	echo "$run_status" >"$run_name.status"
}

out() { cat "$tmp/$1.out"; }
err() { cat "$tmp/$1.err"; }

# status NAME EXPECTED WHAT
status() {
	got=$(cat "$tmp/$1.status")
	is "$3" "$got" "$2"
	[ "$got" = "$2" ] || diag "$(err "$1")"
}

# --- what needs no machine -------------------------------------------------------

# refused EXPECTED PATTERN ARGUMENT...
refused() {
	expected=$1 pattern=$2
	shift 2
	run refused "$@"
	if [ "$(cat "$tmp/refused.status")" = "$expected" ] && err refused | grep -q -e "$pattern"; then
		pass "vm $(echo "$*" | cut -c 1-60): $expected"
	else
		fail "vm $*: $expected"
		diag "status $(cat "$tmp/refused.status"): $(err refused)"
	fi
}

refused 2 'vm needs a COMMAND'
refused 2 'vm needs a COMMAND' --mem 256
refused 2 'bogus' --bogus -- true
for value in 0 95 -1 1e3 12x '' 99999999999999999999 ' 512' 262145; do
	refused 2 'mem' --mem "$value" -- true
done
refused 2 'cpus' --cpus 0 -- true
refused 2 'cpus' --cpus 65 -- true
refused 2 'timeout' --timeout 0 -- true
refused 2 'swap' --swap 0 -- true
refused 2 'swap' --swap 64, -- true
refused 2 'swap' --swap 64,0 -- true
refused 2 'swap' --swap 64,10,10 -- true
refused 2 'rw' --rw /nonexistent -- true
refused 2 'rw' --rw /etc/passwd -- true
refused 2 'one processor' --count-instructions --cpus 2 -- true
refused 2 'no terminal' --terminal -- true
refused 125 "$PWD/vm/build-modules 9\.9" --kernel 9.9 -- true
refused 125 'kernel' --kernel ../6.1 -- true
refused 125 'kernel' --kernel '' -- true
mkdir -p "$tmp/root/vm" "$tmp/root/build/vm" "$tmp/bin"
cp build/vm/init "$tmp/root/build/vm"
ln -s "$PWD/build/kernels" "$tmp/root/build"
with="KMEMLAB_ACCEL=abacus"
run accel -- true
with="KMEMLAB_TCG=some"
run threads -- true
with="KMEMLAB_ROOT=$tmp/root"
run list-missing -- true
echo '# nothing' >"$tmp/root/vm/splats"
run list-empty -- true
printf '^BUG\n^(\n' >"$tmp/root/vm/splats"
run list-broken -- true
with="KMEMLAB_ACCEL=tcg PATH=$tmp/bin"
run no-qemu -- true
with=
status accel 125 "an accelerator that is none: 125"
status threads 125 "neither one thread nor many: 125"
like "it says so" "$(err threads)" 'KMEMLAB_TCG'
status list-missing 125 "no list of splats: 125"
status list-empty 125 "an empty list of splats: 125"
status list-broken 125 "a list of splats that is none: 125"
like "it says in which line" "$(err list-broken)" 'splats:2: '
ok "--help" "$vm" vm --help
status no-qemu 125 "no QEMU: 125"
like "it says what is missing" "$(err no-qemu)" 'qemu-system-x86_64'
is "nothing is left behind" "$(ls -A "$TMPDIR")" ""

# --- one thread, or one for each processor ------------------------------------------

# A QEMU that keeps how it was called.
mkdir "$tmp/telling"
printf '#!/bin/sh\necho "$*" >"%s"\nexit 1\n' "$tmp/called" >"$tmp/telling/qemu-system-x86_64"
chmod +x "$tmp/telling/qemu-system-x86_64"

# threads_of SET: which QEMU was asked for.
threads_of() {
	with="KMEMLAB_ACCEL=tcg KMEMLAB_TCG=$1 PATH=$tmp/telling:$PATH"
	run telling -- true
	with=
	sed -n 's/.* -accel tcg,thread=\([a-z]*\) .*/\1/p' "$tmp/called"
}
is "KMEMLAB_TCG=single: one thread" "$(threads_of single)" single
is "KMEMLAB_TCG=multi: one for each" "$(threads_of multi)" multi
is "that is so without, too" "$(threads_of)" multi

# --- KVM is used only where it works --------------------------------------------

# Each with a cache of its own the first time, so that the probe is part of the test.
export XDG_CACHE_HOME="$tmp/cache"
if [ -w /dev/kvm ] && [ -z "${KMEMLAB_ACCEL:-}" ]; then
	before=$(date +%s)
	run probe --timeout 90 -- no-such-command
	took=$(($(date +%s) - before))
	ok "the probe of KVM ends by itself ($took s)" [ "$took" -le 60 ]
	ok "its answer is kept" grep -Eq '(works|hangs)$' "$XDG_CACHE_HOME"/kmemlab/kvm-*

	# A QEMU that fails, in place of the real one.
	kept=$(echo "$XDG_CACHE_HOME"/kmemlab/kvm-*)
	mkdir "$tmp/failing"
	printf '#!/bin/sh\nexit 1\n' >"$tmp/failing/qemu-system-x86_64"
	chmod +x "$tmp/failing/qemu-system-x86_64"
	with="PATH=$tmp/failing:$PATH"
	run failing -- true
	status failing 125 "a QEMU that fails: 125"
	like "that is a no" "$(err failing)" 'a machine does not start on it'
	run kept -- true
	unlike "which is remembered" "$(err kept)" 'a machine does not start on it'
	touch -d '2 hours ago' "$kept"
	run expired -- true
	like "for an hour" "$(err expired)" 'a machine does not start on it'
	with=
	rm "$kept"
	# The real one's answer is for all the runs below: the note would stand in their errors.
	run answer -- true
else
	run probe --timeout 90 -- no-such-command
	skip "no /dev/kvm to probe" 6
fi
status probe 127 "a command that is not there: 127"
like "and it is named" "$(err probe)" 'no-such-command: command not found'

# A QEMU that fails, but the first time only.
mkdir "$tmp/once"
cat >"$tmp/once/qemu-system-x86_64" <<END
#!/bin/sh
[ ! -e "$tmp/once/has-failed" ] || exec $(command -v qemu-system-x86_64) "\$@"
: >"$tmp/once/has-failed"
exit 1
END
chmod +x "$tmp/once/qemu-system-x86_64"
with="KMEMLAB_ACCEL=tcg PATH=$tmp/once:$PATH"
run once -- echo started
with=
status once 0 "a machine that does not start is tried once more"
is "and then it runs the command" "$(out once)" "started"
like "it says so" "$(err once)" 'did not start: trying once more$'

# --- the world of the command ----------------------------------------------------

cat >"$tmp/shared/world" <<'END'
#!/bin/sh
echo "cwd=$(pwd)"
echo "id=$(id -u)"
echo "args=$#:$1:$2:$3"
echo "stdin=$(wc -c)"
echo "marker=$KMEMLAB_MARKER"
echo "machine=$KMEMLAB_MACHINE"
echo "memory=$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)"
echo "cpus=$(nproc)"
echo "swap=$(sed -n 's/.*partition[[:space:]]*\([0-9]*\).*/\1/p' /proc/swaps)"
echo "hello from the guest" >"$1/from-guest"
echo "shared=$(cat "$1/from-host")"
echo "guest only" >/etc/kmemlab-vm-test && echo "root=$(cat /etc/kmemlab-vm-test)"
modprobe loop && echo "modprobe=$(grep -c '^loop ' /proc/modules)"
[ -d /sys/kernel/debug/bdi ] && echo debugfs=1
[ -f /sys/kernel/tracing/trace ] && echo tracefs=1
[ -f /sys/fs/cgroup/cgroup.procs ] && echo cgroup2=1
echo "written to /dev/stderr" >/dev/stderr
echo "parent=$(cat /proc/1/comm)"
grep -q '^SigIgn:[[:space:]]*0*$' /proc/self/status && echo signals=1
grep -q 'kmemlab.test="words behind"' /proc/cmdline && echo append=1
kill -TERM $$
END
chmod +x "$tmp/shared/world"
echo "hello from the host" >"$tmp/shared/from-host"
dd if=/dev/urandom of="$tmp/one" bs=1024 count=1024 2>/dev/null
dd if=/dev/urandom of="$tmp/two" bs=1000 count=333 2>/dev/null
export KMEMLAB_MARKER='a b' KMEMLAB_MACHINE=abacus

# One whose reader pauses for longer than anything else is waited for; it is looked at near the
# end. No child of this shell: `wait` is for the others.
mkfifo "$tmp/slow.over"
(
	{
		{
			slow=0
			# The variable is the command's.
			# shellcheck disable=SC2016
			"$vm" vm -- sh -c 'cat "$1"; exit 5' sh "$tmp/two" 2>"$tmp/slow.err" || slow=$?
			echo "$slow" >"$tmp/slow.status"
		} | {
			head -c 1
			sleep 26
			cat
		} >"$tmp/slow.out"
		echo over >"$tmp/slow.over"
	} &
)

run world --mem 320 --cpus 3 --swap 96,1000 --rw "$tmp/shared" --append 'kmemlab.test="words behind"' \
	-- "$tmp/shared/world" "$tmp/shared" '' "two
lines" &
# The one that is left behind holds both streams: they end all the same. The arguments are many.
# shellcheck disable=SC2016
run bytes -- sh -c 'cat "$1"; cat "$2" >&2; sleep 1000 & exit 7' sh "$tmp/one" "$tmp/two" \
	$(seq 6000) &
wait

status world 143 "a command that a signal ended: 128 and the signal"
fact() {
	like "$1" "$(out world)" "$2"
}
fact "the current directory is kept" "^cwd=$(pwd -P)\$"
fact "the command is root" '^id=0$'
fact "arguments come as they are" "^args=3:$tmp/shared::two\$"
fact "standard input is empty" '^stdin=0$'
fact "KMEMLAB_* is passed on" '^marker=a b$'
fact "it is told what runs it, whatever the caller has" '^machine=(kvm|tcg)$'
memory=$(out world | sed -n 's/^memory=//p')
ok "--mem is what the guest has (${memory:-0} kB)" \
	[ "${memory:-0}" -gt $((220 * 1024)) -a "${memory:-0}" -le $((320 * 1024)) ]
fact "--cpus is what the guest has" '^cpus=3$'
fact "--swap is what the guest has" "^swap=$((96 * 1024 - 4))\$"
fact "--rw: the guest sees the host's files" '^shared=hello from the host$'
is "--rw: the host sees the guest's files" "$(cat "$tmp/shared/from-guest")" "hello from the guest"
fact "the root can be written" '^root=guest only$'
nok "but the host sees none of it" [ -e /etc/kmemlab-vm-test ]
fact "modprobe finds modules" '^modprobe=1$'
fact "no signal is ignored" '^signals=1$'
fact "debugfs is there" '^debugfs=1$'
fact "tracefs is there" '^tracefs=1$'
fact "cgroup2 is there" '^cgroup2=1$'
fact "--append reaches the kernel" '^append=1$'
is "/dev/stderr can be opened" "$(err world | grep -v '^kmemlab: ')" "written to /dev/stderr"

status bytes 7 "the exit status is the command's"
ok "standard output is exact" cmp "$tmp/bytes.out" "$tmp/one"
ok "standard error is exact, and not mixed in" cmp "$tmp/bytes.err" "$tmp/two"

# --- a kernel that breaks ---------------------------------------------------------

mkdir "$tmp/splatter"
cp tests/host/splatter/* "$tmp/splatter"
build=$(echo "$PWD"/build/kernels/6.1/lib/modules/*/build)
ok "the module that breaks builds" make -C "$build" M="$tmp/splatter" modules
splatter=$tmp/splatter/splatter.ko

run oops -- sh -c "insmod $splatter how=oops; echo ok; exit 0" &
# The program's name has an escape sequence in it, which the kernel prints as it is.
painted=$(printf '/tmp/\033[31mred')
run warn --allow-splat -- bash -c "cp -L \$(command -v insmod) '$painted'
	(exec -a insmod '$painted' $splatter how=warn); echo ok; exit 3" &
wait
status oops 123 "says ok, but the kernel oopsed: 123"
is "what it printed is there" "$(out oops)" "ok"
like "the splat is shown" "$(err oops)" 'BUG: kernel NULL pointer dereference'
status warn 3 "--allow-splat: the exit status is the command's"
like "the splat is shown all the same" "$(err warn)" 'WARNING: .*splatter'
like "with the name of the program escaped" "$(err warn)" 'Comm: \\x1b\[31mred '

run panic --console "$tmp/console" -- \
	sh -c 'echo before; echo c >/proc/sysrq-trigger; echo behind' &
# The overlay is half of the memory; filling it, and then the memory, is no splat.
run oom --mem 192 -- \
	sh -c "cat /dev/zero >/fill || echo full; rm /fill; exec perl -e 'push @a, \"x\" x 1000000 while 1'" &
wait
status panic 126 "a panic: 126"
is "what was printed before it is there" "$(out panic)" "before"
like "the panic is shown" "$(err panic)" 'Kernel panic - not syncing: sysrq'
like "--console has what the kernel said" "$(cat "$tmp/console")" 'Kernel panic'
status oom 137 "an OOM kill is no splat"
is "a full disk is no more than that" "$(out oom)" "full"

# --- an end from outside ----------------------------------------------------------

run late --timeout 8 -- sh -c 'echo started; sleep 1000' &
# Nothing runs in it any more, not even a clock.
run hung --timeout 20 --cpus 1 -- sh -c "echo ok; insmod $splatter how=hang" &
{
	closed=0
	"$vm" vm -- yes 2>"$tmp/closed.err" || closed=$?
	echo "$closed" >"$tmp/closed.status"
} | head -n 1 >"$tmp/closed.out" &
full=0
"$vm" vm -- echo x >/dev/full 2>"$tmp/full.err" || full=$?
wait
is "a full disk on this side: 3" "$full" 3
like "it says so" "$(cat "$tmp/full.err")" 'cannot pass on .*: No space left on device'
status late 124 "the time is over: 124"
status hung 124 "a kernel that hangs: 124, whatever the command has said"
is "what it said is there" "$(out hung)" "ok"
status closed 141 "nobody reads what it prints: as if by SIGPIPE"
is "until then it was there" "$(out closed)" "y"

# The machines tell that they run, by these; nothing has to be guessed.
mkfifo "$tmp/fifo1" "$tmp/fifo2"
"$vm" vm -- sh -c 'echo running; sleep 1000' >"$tmp/fifo1" 2>"$tmp/killed.err" &
killed=$!
"$vm" vm -- sh -c 'echo running; sleep 1000' >"$tmp/fifo2" 2>"$tmp/ended.err" &
ended=$!
read -r first <"$tmp/fifo1"
read -r second <"$tmp/fifo2"
is "two machines run side by side" "$first $second" "running running"
child_of() {
	cat "/proc/$1/task/$1/children"
}
killed_qemu=$(child_of "$killed" | tr -d ' ')
ended_qemu=$(child_of "$ended" | tr -d ' ')
ok "each has its QEMU" [ -n "$killed_qemu" -a -n "$ended_qemu" -a "$killed_qemu" != "$ended_qemu" ]

# Ends when that process has ended: tail looks for it.
gone() {
	timeout 10 tail --pid="$1" -f /dev/null
}
kill -KILL "$killed"
wait "$killed" 2>/dev/null
ok "kill -9 of the tool ends its QEMU" gone "$killed_qemu"
ok "and not the other's" kill -0 "$ended_qemu"
kill -TERM "$ended"
got=0
wait "$ended" || got=$?
is "SIGTERM: 143" "$got" 143
ok "and its QEMU has ended" gone "$ended_qemu"
cat "$tmp/slow.over" >/dev/null
is "a reader that pauses gets everything" "$(cksum <"$tmp/slow.out")" "$(cksum <"$tmp/two")"
status slow 5 "and the status is the command's"
rm -rf "$TMPDIR"/kmemlab-vm.*"$(: one is left of the tool that was killed)"
is "nothing else is left behind" "$(ls -A "$TMPDIR")" ""

# --- a terminal -------------------------------------------------------------------

# script, of util-linux, is the terminal. What it reads is typed, and stands in what it shows.
cat >"$tmp/typist" <<'END'
stty rows 33 cols 101
before=$(stty -g)
"$@"
echo "status $?"
[ "$before" != "$(stty -g)" ] || echo "as before"
END
cat >"$tmp/asks" <<'END'
tty
stty size
read -r word
echo "got $word"
trap 'echo interrupted; exit 7' INT
echo waiting
while :; do read -r word; done
END
# in_terminal NAME COMMAND...: what is written to NAME.keys is typed.
in_terminal() {
	script_name=$tmp/$1
	shift
	mkfifo "$script_name.keys"
	script -qfec "sh $tmp/typist $*" /dev/null <"$script_name.keys" >"$script_name.raw" &
}

# shows NAME TEXT: polls, for a minute.
shows() {
	shows_left=600
	until grep -q "$2" "$tmp/$1.raw"; do
		shows_left=$((shows_left - 1))
		[ "$shows_left" -gt 0 ] || return 1
		sleep 0.1
	done
}
in_terminal terminal "$vm vm --terminal -- sh $tmp/asks"
in_terminal escape "$vm vm --terminal -- sh -c 'echo runs; sleep 1000'"
exec 8>"$tmp/terminal.keys" 9>"$tmp/escape.keys"
ok "it runs" shows terminal 33
printf 'a word\n' >&8
ok "it waits" shows terminal waiting
printf '\003' >&8
ok "another one runs" shows escape runs
printf '\035' >&9
exec 8>&- 9>&-
wait
tr -d '\r' <"$tmp/terminal.raw" >"$tmp/terminal.out"
tr -d '\r' <"$tmp/escape.raw" >"$tmp/escape.out"
like "the command has a terminal" "$(out terminal)" '^/dev/pts/[0-9]+$'
like "as large as the caller's" "$(out terminal)" '^33 101$'
like "it gets what is typed" "$(out terminal)" '^got a word$'
like "Ctrl-C is for the command" "$(out terminal)" 'interrupted$'
like "its exit status is there" "$(out terminal)" '^status 7$'
like "the caller's terminal is as it was" "$(out terminal)" '^as before$'
like "Ctrl-] ends the machine" "$(out escape)" 'status 130$'
like "and the terminal is as it was" "$(out escape)" '^as before$'

# --- counted instructions ---------------------------------------------------------

# Nanoseconds of a loop of fixed work.
cat >"$tmp/count" <<'END'
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
sub work { my $x = 0; $x = ($x * 3 + $_) % 1000003 for 1 .. 30000; return $x }
work();
my $start = clock_gettime(CLOCK_MONOTONIC);
work();
printf "%d\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9;
END
run count1 --count-instructions --swap 64,100 -- \
	sh -c "perl $tmp/count; nproc; cat /proc/swaps; echo \$KMEMLAB_MACHINE" &
run count2 --count-instructions -- perl "$tmp/count" &
wait
status count1 0 "--count-instructions, with swap"
status count2 0 "--count-instructions"
one=$(out count1 | head -n 1)
two=$(out count2)
ok "two machines count the same within 1 % (${one:-0}, ${two:-0})" \
	awk "BEGIN { d = ${one:-0} - ${two:-0}; exit !(${one:-0} > 0 && d * d <= (${one:-0} / 100) ^ 2) }"
is "on one processor" "$(out count1 | sed -n 2p)" 1
is "which it is told" "$(out count1 | tail -n 1)" icount
like "swap is in the guest's memory" "$(out count1)" '/dev/nullb0 +partition'

done_testing
