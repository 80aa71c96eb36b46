#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab serve without a kernel that has the module: usage, a device that is played, what is answered
# over HTTP, and what Prometheus makes of it.
. tests/lib/tap.sh
. tests/lib/serve.sh
. tests/lib/device.sh

work=$(mktemp -d)
# Numbers are words.
# shellcheck disable=SC2086
trap '[ -z "$started" ] || kill $started 2>/dev/null; rm -rf "$work"; tap_exit' EXIT

# kml ARGUMENT...: of a server that is not to come up; $status, and $said.
kml() {
	status=0
	timeout 20 build/kmemlab serve "$@" >"$work/out" 2>"$work/err" || status=$?
	said=$(cat "$work/err")
}

# --- usage ----------------------------------------------------------------------

for address in '' x :1 1: 65536 -1 127.0.0.1 localhost:1 ::1:1 '[::1]' '[::1]x:1' 127.0.0.1:1x 1.2.3.4.5:6; do
	kml --listen "$address"
	is "where to listen: '$address'" "$status $said" \
		"2 kmemlab: error: --listen: '$address' is no address in numbers and port"
done
for pair in top:0 top:201 top:x window:0 window:3601 window:; do
	kml "--${pair%:*}" "${pair#*:}"
	is "--${pair%:*} '${pair#*:}'" "$status" 2
done
# Options are words.
# shellcheck disable=SC2046
kml $(seq 65 | sed 's/^/-s /')
is "too many selections" "$status $said" "2 kmemlab: error: more than 64 selections"
kml word
is "a word" "$status" 2
# Where the machine does not let it, it says so.
unprotected='the server is not protected from running out of memory'
kml --listen 0 --sysroot "$work"
is "no module" "$status" 4
like "is told" "$said" "run 'modprobe taskmonitor'"

# --- a tree, and somebody who plays the device ------------------------------------

a_tree a
tree_a=$tree
a_device a
device_a=$device
exec 3>"$work/a.lines"
cat >&3 <<'END'
header @0
gap 0 first 0 count 7 from 0 to 1 reasons 8
process 1 pid 131 start 11 comm hog
block 1 first 0 time @-2000000000 usr 4000000000 sys 1 anon 900
block 1 first 1 time @-1000000000 usr 5000000000 sys 1000000000 anon 1000 file 20 shmem 3 swap 5 pgtables 7 threads 3 majflt 1
process 2 pid 132 start 12 comm "}0
block 2 first 0 time @-1000000000 anon 10
system @-1000000000 free 500 available 2000 swap_free 300
event 4 process 0 pid 55 time 3 anon 4 comm before
.
END
ok "the device is played" wait_until 60 plays a
serve a --sysroot "$tree_a" --select all --select 'name post*' --window 3600
server_a=$server
port_a=$port
like "it says where" "$(cat "$work/a.err")" '^kmemlab: serving http://127\.0\.0\.1:[0-9]+/metrics$'
is "and nothing else" "$(grep -v -e '^kmemlab: serving ' -e "$unprotected" "$work/a.err")" ""
is "the module is told whom to monitor" "$(cat "$work/a.commands")" "all
name post*"

# --- what is told ---------------------------------------------------------------

memory='kmemlab_process_memory_bytes{name="hog"'
is "memory by kind, in bytes" "$(for kind in anon file shmem swap pagetables; do
	value "$port_a" "$memory,kind=\"$kind\"}"
done | tr '\n' ' ')" "1024000 20480 3072 5120 7168 "
is "threads" "$(value "$port_a" 'kmemlab_process_threads{name="hog"}')" 3
cpu='kmemlab_process_cpu_seconds_total{name="hog",mode="user"}'
is "CPU time of before is not counted" "$(value "$port_a" "$cpu")" 0.000000000
peak='kmemlab_process_resident_peak_bytes{name="hog"}'
is "the peak" "$(value "$port_a" "$peak")" $((1023 * 1024))
is "a name that would break a line does not" \
	"$(value "$port_a" 'kmemlab_processes{name="\\x22}0"}')" 1
is "the machine" "$(value "$port_a" 'kmemlab_machine_memory_bytes{kind="available"}')" 2048000
is "a kill of before is none" "$(value "$port_a" kmemlab_oom_kills_total)" 0
is "ticks of before as well" \
	"$(value "$port_a" 'kmemlab_recorder_untimely_ticks_total{reason="late"}')" 0

# A peak, and a lack of memory, that are over before anybody looks; a kill.
cat >&3 <<'END'
block 1 first 2 time @0 usr 6000000000 sys 1000000000 anon 50000 majflt 1
block 1 first 3 time @100 usr 7000000000 sys 1000000000 anon 2000 majflt 4
system @0 free 5 available 30
system @100 free 500 available 2000
event 4 process 1 pid 131 time @200 anon 77000 comm hog
gap 0 first 0 count 4 from 5 to @300 reasons 8
gap 1 first 4 count 9 from @100 to @400 reasons 1
.
END
ok "CPU time comes" wait_until 30 has_value "$port_a" "$cpu" 2.000000000
is "the peak is there when it is over: what the victim had" "$(value "$port_a" "$peak")" \
	$((77000 * 1024))
least=kmemlab_machine_available_least_bytes
is "and the least memory" "$(value "$port_a" "$least")" 30720
is "which is more by now" "$(value "$port_a" 'kmemlab_machine_memory_bytes{kind="available"}')" 2048000
is "another who asks sees the same" "$(value "$port_a" "$peak") $(value "$port_a" "$least")" \
	"$((77000 * 1024)) 30720"
is "the kill" "$(value "$port_a" kmemlab_oom_kills_total)" 1
is "by the victim's name" "$(value "$port_a" 'kmemlab_oom_victims_total{name="hog"}')" 1
is "with what it had" "$(value "$port_a" 'kmemlab_oom_victim_resident_bytes{name="hog"}')" \
	$((77000 * 1024))
is "major faults" "$(value "$port_a" 'kmemlab_process_faults_total{name="hog",kind="major"}')" 3
is "late ticks" "$(value "$port_a" 'kmemlab_recorder_untimely_ticks_total{reason="late"}')" 4
is "reclaimed samples" \
	"$(value "$port_a" 'kmemlab_recorder_missing_samples_total{reason="reclaimed"}')" 9

# --- promtool, and OpenMetrics ----------------------------------------------------

promtool=build/prometheus/promtool
page "$port_a" >"$work/page"
is "promtool finds nothing to say" "$($promtool check metrics <"$work/page" 2>&1; echo $?)" 0
sed 's/^# TYPE kmemlab_processes gauge/# TYPE kmemlab_processes counter/' "$work/page" |
	$promtool check metrics >"$work/out" 2>&1
isnt "it would" $? 0
ask "$port_a" GET /metrics 'Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1' >"$work/answer"
like "who asks for OpenMetrics gets it" "$(cat "$work/answer")" \
	'^Content-Type: application/openmetrics-text; version=1\.0\.0; charset=utf-8'
is "with its end" "$(tail -n 1 "$work/answer")" "# EOF"
is "counters are called without their ends there" "$(grep -c '^# TYPE kmemlab_oom_kills counter$' "$work/answer")" 1
like "others get the older form" "$(ask "$port_a" GET /metrics)" '^Content-Type: text/plain; version=0\.0\.4;'
is "every family is in the documentation" "$(sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$work/page" |
	while read -r family; do
		grep -q -e "\`$family" -e "\`\.\.\.${family#kmemlab_recorder}\`" docs/serve.md || echo "$family"
	done)" ""

# --- requests that are none -------------------------------------------------------

like "another path" "$(ask "$port_a" GET /nonesuch)" '^HTTP/1\.1 404 '
like "the root says where" "$(ask "$port_a" GET /)" '^the metrics are at /metrics'
answer=$(echo x=1 | ask "$port_a" POST /metrics)
like "POST" "$answer" '^HTTP/1\.1 405 '
like "is told what there is" "$answer" '^Allow: GET, HEAD'
like "what is no method" "$(echo | ask "$port_a" NONSENSE /metrics)" '^HTTP/1\.1 405 '
like "HEAD" "$(ask "$port_a" HEAD /metrics)" '^HTTP/1\.1 200 '
is "has a head alone" "$(ask "$port_a" HEAD /metrics | sed '1,/^\r$/d')" ""
unlike "a head without end" "$(ask "$port_a" GET /metrics "X: $(printf %0100000d 0)" 2>&1)" '^HTTP/1\.1 2'
unlike "a body without end" "$(head -c 1000000 /dev/zero | ask "$port_a" POST /metrics 2>&1)" '^HTTP/1\.1 2'

# Clients that are connected and say nothing, or half a request, take no turn from others.
# The variables are perl's.
# shellcheck disable=SC2016
perl -MIO::Socket::INET -e '
	my ($port, $n, $ready) = @ARGV;
	my @all = map { IO::Socket::INET->new("127.0.0.1:$port") or die "$!\n" } 1 .. $n;
	syswrite($_, "GET /metrics HTTP/1.1\r\nHo") for @all[0 .. $n / 2];
	open(my $to, ">", $ready) or die;
	sleep' "$port_a" 100 "$work/ready" &
idle=$!
started="$started $idle"
ok "100 clients are connected" wait_until 30 test -e "$work/ready"
is "another is answered" "$(value "$port_a" kmemlab_oom_kills_total)" 1
stop "$idle"
# 100 at a time: each has the whole page.
for i in $(seq 100); do
	page "$port_a" 'Accept: application/openmetrics-text' >"$work/client.$i" &
	clients="${clients:-} $!"
done
# Numbers are words.
# shellcheck disable=SC2086
wait $clients
is "100 clients at once are" "$(tail -q -n 1 "$work"/client.* | grep -c '^# EOF$')" 100

kml --listen "127.0.0.1:$port_a" --sysroot "$tree_a"
is "a port that is taken" "$status $said" \
	"3 kmemlab: error: cannot listen on 127.0.0.1:$port_a: Address already in use; --listen takes another port"
kml --listen 192.0.2.1:0 --sysroot "$tree_a"
is "an address that is another's" "$status $said" \
	"3 kmemlab: error: cannot listen on 192.0.2.1:0: Cannot assign requested address"

# --- the module goes and comes back -------------------------------------------------

is "privileges: but two it has none" "$(sed -n 's/^Cap\(Prm\|Eff\|Bnd\):\t0*//p' "/proc/$server_a/status" | sort -u)" \
	"$([ "$(id -u)" -eq 0 ] && printf '%x' $((1 << 19 | 1 << 14)))"
is "and gets none" "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$server_a/status")" 1
exec 3>&-
stop "$device_a"
connected=kmemlab_recorder_connected
ok "the device is gone" wait_until 30 has_value "$port_a" $connected 0
is "what was known is told" "$(value "$port_a" 'kmemlab_oom_victims_total{name="hog"}')" 1
like "it was said" "$(cat "$work/a.err")" "cannot read '$tree_a/dev/taskmonitor': "
a_device a
device_a=$device
exec 3>"$work/a.lines"
# It tells again what it has kept, and more.
cat >&3 <<'END'
header @0
process 1 pid 131 start 11 comm hog
block 1 first 0 time @-1000000 usr 9000000000 sys 1000000000 anon 3000 majflt 4
event 4 process 1 pid 131 time 3 anon 77000 comm hog
event 4 process 0 pid 56 time @-2000000 anon 8 comm stranger
.
END
ok "it is back" wait_until 30 has_value "$port_a" $connected 1
is "nothing is counted twice, and nothing is missing" "$(value "$port_a" "$cpu") $(
	value "$port_a" kmemlab_oom_kills_total)" "4.000000000 2"
is "the selections are told again" "$(cat "$work/a.commands")" "all
name post*"
kill -HUP "$server_a"
ok "SIGHUP lets go of it" wait_until 30 has_value "$port_a" $connected 0
ok "nobody has it open" sh -c "! ls -l /proc/$server_a/fd | grep -q /dev/pts/"

# --- Prometheus -------------------------------------------------------------------

a_tree b
a_device b
exec 4>"$work/b.lines"
cat >&4 <<'END'
header @0
process 1 pid 8 start 11 comm quiet
block 1 first 0 time @-1000000 usr 9000000000 anon 3000
.
END
ok "another machine is played" wait_until 60 plays b
serve b --sysroot "$work/b" --top 1
server_b=$server
port_b=$port

# The rules are those of the documentation, every one of them.
sed -n '/^    groups:/,/^$/s/^    //p' docs/serve.md >"$work/rules.yml"
like "the rules of the documentation" "$($promtool check rules "$work/rules.yml" 2>&1)" 'SUCCESS: 2 rules found'
free_port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [$work/rules.yml]
scrape_configs:
  - job_name: kmemlab
    static_configs:
      - targets: ['127.0.0.1:$port_a', '127.0.0.1:$port_b']
END
ok "the configuration" $promtool check config "$work/prometheus.yml"
build/prometheus/prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
	--web.listen-address="127.0.0.1:$free_port" >"$work/prometheus.log" 2>&1 &
started="$started $!"

# query EXPRESSION: what Prometheus says, sorted, without the times.
query() {
	$promtool query instant "http://127.0.0.1:$free_port" "$1" 2>&1 | sed 's/ @\[.*//' | sort
}
# answers EXPRESSION TEXT
answers() {
	[ "$(query "$1")" = "$2" ]
}
ok "Prometheus scrapes both" wait_until 120 answers 'sum(up{job="kmemlab"})' "{} => 2"
is "who was killed" "$(query 'sum by (name) (kmemlab_oom_victims_total) > 0')" \
	'{name="hog"} => 1
{name="stranger"} => 1'
is "on which machine, and how large" \
	"$(query 'sum by (instance, name) (kmemlab_oom_victim_resident_bytes{name="hog"})')" \
	"{instance=\"127.0.0.1:$port_a\", name=\"hog\"} => $((77000 * 1024))"
is "a peak that no scrape has seen" \
	"$(query 'max by (name) (max_over_time(kmemlab_process_resident_peak_bytes{name="hog"}[5m]))')" \
	"{name=\"hog\"} => $((77000 * 1024))"
alerts='ALERTS{alertstate="firing",alertname="OutOfMemoryKill"}'
ok "the alert fires" wait_until 60 answers "count by (name) ($alerts)" '{name="hog"} => 1
{name="stranger"} => 1'
echo 'event 4 process 0 pid 9 time @0 anon 11000 comm loner' >&4
echo . >&4
ok "a kill while it scrapes fires as well" wait_until 60 answers \
	'count by (name) (ALERTS{alertstate="firing",name="loner"})' '{name="loner"} => 1'
is "names beyond the first are the rest" "$(query "count by (name) (kmemlab_processes{instance=\"127.0.0.1:$port_b\"})")" \
	'{name="(everything else)"} => 1
{name="quiet"} => 1'

# --- the dashboard ----------------------------------------------------------------

# Each expression, with what Grafana would put in.
# The dollars are perl's and Grafana's.
# shellcheck disable=SC2016
perl -MJSON::PP -e '
	sub found { my ($at) = @_;
		return map { found($_) } @$at if ref $at eq "ARRAY";
		return unless ref $at eq "HASH";
		return (exists $at->{expr} ? $at->{expr} : ()), map { found($at->{$_}) } sort keys %$at;
	}
	local $/;
	print "$_\n" for found(JSON::PP->new->decode(<STDIN>))' <docs/serve-dashboard.json |
	sed -e 's/\$instance/.*/g' -e 's/\$__[a-z_]*/5m/g' >"$work/expressions"
ok "the dashboard has expressions" test "$(wc -l <"$work/expressions")" -ge 12
# What marks the kills on them finds none that is older than its first scrape.
is "Prometheus takes each, and finds something" "$(grep -v '^changes' "$work/expressions" |
	while read -r expression; do
		query "$expression" | grep -q ' => ' || echo "$expression"
	done)" ""
is "it takes what marks the kills" "$(query "$(grep '^changes' "$work/expressions")" | grep error)" ""

# --- the end ----------------------------------------------------------------------

for server in "$server_a" "$server_b"; do
	kill -TERM "$server"
	wait "$server"
	is "SIGTERM ends it" $? 0
done
is "it had nothing else to say" "$(grep -v -e 'serving http' -e "$unprotected" "$work/b.err")" ""
done_testing
