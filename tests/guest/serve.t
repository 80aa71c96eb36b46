#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab serve on a real module: figures against those of /proc and of the kernel's log, a peak that is
# over, an OOM kill that Prometheus tells the victim of, and a module that is loaded anew.
vm_mem=768
vm_options="--timeout 300"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh
. tests/lib/serve.sh

work=$(mktemp -d)
trap '[ -z "$started" ] || kill $started 2>/dev/null; rm -rf "$work"; tap_exit' EXIT

status=0
build/kmemlab serve --listen 0 >"$work/out" 2>&1 || status=$?
is "without the module" "$status" 4
ok "loads" modprobe taskmonitor interval_ms=50
puppet
serve a --select "$puppet" --select 'name picked*' --window 3600
ok "the module is told whom to monitor" wait_until 30 has_value "$port" \
	'kmemlab_processes{name="puppet"}' 1

# proc NAME: of /proc/PID/status, in bytes.
proc() {
	awk -v name="$1:" '$1 == name { print $2 * 1024 }' "/proc/$puppet/status"
}

# kinds_told, kinds_true: the puppet's memory by kind.
kinds_told() {
	page "$port" | sed -n 's/^kmemlab_process_memory_bytes{name="puppet",kind="\([a-z]*\)"}/\1/p'
}
kinds_true() {
	echo "anon $(proc RssAnon)
file $(proc RssFile)
shmem $(proc RssShmem)
swap $(proc VmSwap)
pagetables $(proc VmPTE)"
}
told_as_true() {
	[ "$(kinds_told)" = "$(kinds_true)" ]
}

# as_proc NAME: each kind of memory is what /proc says while the puppet stands still.
as_proc() {
	wait_until 30 told_as_true
	is "$1" "$(kinds_told)" "$(kinds_true)"
}

as_proc "at first"
order 'map 100'
order 'touch 40'
as_proc "with 40 MiB"
most=$(proc VmHWM)
order 'free 30'
as_proc "with 30 MiB less"
at_least "it was more" "$most" $((40 << 20))
# The puppet stood still while it had that, for more than a tick.
is "the peak is the kernel's, when it is over" \
	"$(value "$port" 'kmemlab_process_resident_peak_bytes{name="puppet"}')" "$most"

# --- how little it is -------------------------------------------------------------

is "nothing of it can be swapped out" "$(awk '/^VmLck:/ { print ($2 > 1024) }' "/proc/$server/status")" 1
is "the OOM killer passes it over" "$(cat "/proc/$server/oom_score_adj")" -1000
is "it has two capabilities" "$(sed -n 's/^Cap\(Prm\|Eff\|Bnd\):\t0*//p' "/proc/$server/status" | sort -u)" \
	84000
resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$server/status")
ok "with its libraries it has less than 32 MiB ($resident KiB)" test "$resident" -lt $((32 << 10))

# --- a kill -----------------------------------------------------------------------

group=/sys/fs/cgroup/hog
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir "$group"
echo 48M >"$group/memory.max"
echo "$puppet" >"$group/cgroup.procs"
order_end "grow 512 10"
killed=$(dmesg | grep ' Killed process ' | tail -n 1)
like "the puppet is killed" "$killed" "Memory cgroup out of memory: Killed process $puppet "
victims='kmemlab_oom_victims_total{name="puppet"}'
ok "the victim is told" wait_until 30 has_value "$port" "$victims" 1
is "it is the only one" "$(value "$port" kmemlab_oom_kills_total)" 1
kernel=0
for kind in anon file shmem; do
	kib=${killed#*"$kind"-rss:}
	kernel=$((kernel + ${kib%%kB*}))
done
# Since 6.2 two CPUs keep up to 32 pages each to themselves, which the kernel's message leaves out.
within "with what the kernel says it had" \
	$(($(value "$port" 'kmemlab_oom_victim_resident_bytes{name="puppet"}') / 1024)) "$kernel" 256

# Prometheus in the same machine: it is the one that people ask.
cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [$work/rules.yml]
scrape_configs: [{job_name: kmemlab, static_configs: [{targets: ['127.0.0.1:$port']}]}]
END
sed -n '/^    groups:/,/^$/s/^    //p' docs/serve.md >"$work/rules.yml"
build/prometheus/prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
	--web.listen-address=127.0.0.1:9090 >"$work/prometheus.log" 2>&1 &
prometheus=$!
started="$started $prometheus"

# asked EXPRESSION TEXT
asked() {
	[ "$(build/prometheus/promtool query instant http://127.0.0.1:9090 "$1" 2>&1 |
		sed 's/ @\[.*//')" = "$2" ]
}
ok "who was killed" wait_until 120 asked 'sum by (name) (kmemlab_oom_victims_total > 0)' '{name="puppet"} => 1'
ok "the alert fires" wait_until 60 asked 'count by (name) (ALERTS{alertstate="firing"})' '{name="puppet"} => 1'
stop "$prometheus"

# --- a module that is loaded anew ---------------------------------------------------

ok "the module is not to be unloaded under the server" sh -c '! rmmod taskmonitor 2>/dev/null'
kill -HUP "$server"
ok "but when it has let go of it" wait_until 9 rmmod taskmonitor
is "the server tells what it knows" "$(value "$port" "$victims")" 1
is "and that there is no module" "$(value "$port" kmemlab_recorder_connected)" 0
ok "loads again" modprobe taskmonitor interval_ms=50
ok "it is found" wait_until 60 has_value "$port" kmemlab_recorder_connected 1
ln -s "$(command -v sleep)" "$work/picked-one"
"$work/picked-one" 1000000 &
started="$started $!"
ok "with the same selections" wait_until 60 has_value "$port" 'kmemlab_processes{name="picked-one"}' 1
is "the kill is not told again" "$(value "$port" kmemlab_oom_kills_total)" 1

kill -TERM "$server"
wait "$server"
is "SIGTERM ends it" $? 0
ok "and the module can go" rmmod taskmonitor
done_testing
