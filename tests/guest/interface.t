#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The files people script against: their form, their modes, and every bad input.
. tests/lib/guest.sh
. tests/lib/recorder.sh

# --- loading ------------------------------------------------------------------

for bad in interval_ms=0 interval_ms=-1 interval_ms=x interval_ms=3600001 interval_ms=99999999999 \
	max_mib=0 max_mib=-1 max_mib=99999999 reserve=0 reserve=-1 reserve=4097 target=-1 \
	target=x target=4194304 'max_mib=1 reserve=126'; do
	# The parameters are words.
	# shellcheck disable=SC2086
	nok "modprobe taskmonitor $bad is refused" modprobe taskmonitor $bad
done
nok "nothing of it is left" test -e "$newest"
is "no slab cache is left" "$(cache_objects)" ""

a_process
sleeper=$process
ok "loads with a target" modprobe taskmonitor target="$sleeper" interval_ms=3600000
like "which has a sample at once" "$(cat "$history")" "^pid $sleeper usr "
ok "unloads" rmmod taskmonitor
ok "loads with the shortest interval" modprobe taskmonitor interval_ms=1
ok "unloads" rmmod taskmonitor
ok "loads" modprobe taskmonitor interval_ms=3600000

# --- the files ----------------------------------------------------------------

is "mode of the sysfs file" "$(stat -c %a "$newest")" 400
is "mode of the debugfs file" "$(stat -c %a "$history")" 600
is "mode of the statistics" "$(stat -c %a "$statistics")" 400
is "nobody is monitored" "$(cat "$history" "$newest")" ""
for name in monitors samples blocks bytes from_slab from_reserve recycled reclaimed late missed; do
	like "statistics have $name" "$(cat "$statistics")" "^$name [0-9]+\$"
done
is "every line of the statistics is a name and a value" \
	"$(grep -Evc '^[a-z_]+ [0-9]+$' "$statistics")" 0
unlike "the cache is one of its own" "$(readlink /sys/kernel/slab/taskmonitor_block)" ':'

# --- commands -----------------------------------------------------------------

is "adding" "$(put "$sleeper\n")" ok
is "adding it twice" "$(put "$sleeper\n")" EEXIST
is "one monitor" "$(stat_of monitors)" 1
is "removing" "$(put "-$sleeper\n")" ok
is "removing it twice" "$(put "-$sleeper\n")" ENOENT
is "no monitor" "$(stat_of monitors)" 0
is "without a newline" "$(put "$sleeper")" ok
is "with spaces around" "$(put " -$sleeper \n")" ok

is "no number" "$(put 'x\n')" EINVAL
is "newline only" "$(put '\n')" EINVAL
is "a minus only" "$(put '-\n')" EINVAL
is "two numbers" "$(put "$sleeper $sleeper\n")" EINVAL
is "two lines" "$(put "$sleeper\n$sleeper\n")" EINVAL
is "a NUL inside" "$(put "$sleeper\0000")" EINVAL
is "hexadecimal" "$(put '0x10\n')" EINVAL
is "0" "$(put '0\n')" ESRCH
is "removing 0" "$(put '-0\n')" ENOENT
is "a huge number" "$(put '99999999999999999999\n')" ESRCH
is "removing a huge number" "$(put '-99999999999999999999\n')" ENOENT
is "a number without a process" "$(put '4194303\n')" ESRCH
is "64 KiB of garbage" "$(head -c 65536 /dev/urandom | build/tests/put "$history")" EINVAL
is "64 KiB of digits" "$(head -c 65536 /dev/zero | tr '\0' 1 | build/tests/put "$history")" EINVAL
is "an empty write" "$(put '')" EINVAL

# A process with a thread, from the outside: any that has more than one number under task.
build/tests/processes thread >"/tmp/thread" &
wait_until 10 test -s /tmp/thread
thread=$(cat /tmp/thread)
ok "the thread is there" test -e "/proc/$!/task/$thread"
is "a thread's number" "$(put "$thread\n")" ESRCH
is "its process's number" "$(put "$!\n")" ok
kill -9 $!

# A process that has ended and was not waited for.
build/tests/processes zombie >/tmp/zombie &
wait_until 10 test -s /tmp/zombie
is "a zombie" "$(put "$(cat /tmp/zombie)\n")" ESRCH
kill -9 $!

is "a kernel thread" "$(put '2\n')" ok
like "has no memory" "$(grep '^pid 2 ' "$history")" \
	' total 0 stack 0 data 0 rss 0 anon 0 file 0 shmem 0 swap 0 .* comm kthreadd$'

for bad in 0 -1 x 3600001 99999999999 '' '1 2'; do
	is "interval '$bad'" "$(printf '%s\n' "$bad" | build/tests/put "$interval" |
		sed 's/ERANGE/EINVAL/')" EINVAL
done
is "and it stays as it was" "$(cat "$interval")" 3600000
is "1 ms" "$(echo 1 | build/tests/put "$interval")" ok
is "is taken" "$(cat "$interval")" 1

# --- what is read -------------------------------------------------------------

ok "samples come" wait_until 10 has_samples 2 150
like "a line of the history" "$(grep -m 1 '^pid 2 ' "$history")" \
	"^pid 2 usr [0-9]+ sys [0-9]+ time [0-9]+ total [0-9]+ stack [0-9]+ data [0-9]+ rss [0-9]+ "
is "every line is pairs" "$(awk 'NF % 2' "$history" | wc -l)" 0

echo 10 >"$interval"

# The page: full to the last whole line, and nothing but whole lines of one form.
cat "$newest" >/tmp/page
bytes=$(wc -c </tmp/page)
ok "the page is not exceeded ($bytes bytes)" test "$bytes" -lt 4096
ok "the page is full" test "$bytes" -gt 4000
is "nothing but whole lines" \
	"$(grep -Evc '^pid [0-9]+ usr [0-9]+ sys [0-9]+$' /tmp/page)" 0
is "the last line is whole" "$(tail -c 1 /tmp/page | od -An -c | tr -d ' ')" '\n'

# Newest first: CPU time of the one process that works never rises from line to line.
build/tests/processes burn &
burner=$!
put "$burner" >/dev/null
ok "the burner is sampled" wait_until 10 has_samples "$burner" 60
sed -n "s/^pid $burner usr \([0-9]*\) sys \([0-9]*\)/\1 \2/p" "$newest" >/tmp/times
ok "the page shows the burner" test "$(wc -l </tmp/times)" -gt 20
is "newest first" "$(awk 'NR > 1 && $1 + $2 > last { bad++ } { last = $1 + $2 }
	END { print bad + 0 }' /tmp/times)" 0
kill "$burner"

# A process that has ended stays, with its end; the same number again replaces it.
ok "the end is recorded" wait_until 10 has_ended "$burner"
is "its status is the signal" "$(sed -n "s/^pid $burner .* ended 1 status //p" "$history")" 15
is "once" "$(grep -c "^pid $burner .* ended 1" "$history")" 1
count=$(samples_of "$burner")
echo $((burner - 1)) >/proc/sys/kernel/ns_last_pid
sleep 1000000 &
is "the number is in use again" $! "$burner"
is "monitored again" "$(put "$burner\n")" ok
ok "in place of the old one" test "$(samples_of "$burner")" -lt "$count"
nok "whose end is gone" has_ended "$burner"

ok "unloads" rmmod taskmonitor
is "no slab cache is left" "$(cache_objects)" ""
done_testing
