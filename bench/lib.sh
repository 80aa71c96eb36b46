# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the measurements share; each runs in a machine of its own, started by bench/run.
#
# Who sources this reads the variables.
# shellcheck disable=SC2034
. tests/lib/recorder.sh

# Peers say the same in every language then, and write no accounts of processes.
LC_ALL=C
ATOPACCT=
export LC_ALL ATOPACCT

# fact WHO WHAT VALUE: one figure. WHO and WHAT are as people read them.
fact() {
	printf 'fact\t%s\t%s\t%s\t%s\n' "${question:?}" "$1" "$2" "$3"
}

say() {
	echo "  $*" >&2
}

# per A B COUNT: (A - B) / COUNT, with two decimals below ten.
per() {
	awk -v a="$1" -v b="$2" -v n="$3" 'BEGIN {
		if (n > 0) {
			x = (a - b) / n
			printf x < 10 ? "%.2f\n" : "%.0f\n", x
		} else {
			print "not measured"
		}
	}'
}

# crowd N idle|active: starts them; their numbers in $crowd.
crowd() {
	: >/tmp/crowd
	build/bench/crowd "$@" >/tmp/crowd &
	crowd_of=$!
	wait_until 600 crowd_is "$1"
	crowd=$(cat /tmp/crowd)
}
crowd_is() {
	[ "$(wc -l </tmp/crowd)" -eq "$1" ]
}
disperse() {
	kill -9 "$crowd_of"
	wait "$crowd_of" 2>/dev/null || :
}

# cpu_of COMMAND...: CPU time that it has used up to its end, ns.
cpu_of() {
	build/tests/reap /tmp/reaped "$@" >/dev/null 2>/tmp/said || cat /tmp/said >&2
	awk '$1 == "status" { printf "%.0f\n", $4 + $6 }' /tmp/reaped
}

# iterate NAME: pins an iterator of BPF that prints five figures of every task, as /sys/fs/bpf/NAME.
iterate() {
	mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
	for rss in 'rss_stat.count[1].counter' 'rss_stat[1].count' hiwater_rss; do
		bpftrace -e "iter:task:/sys/fs/bpf/$1 {
			printf(\"%d %llu %llu %llu %llu\\n\", ctx->task->pid, ctx->task->utime,
			       ctx->task->stime, ctx->task->mm->total_vm, ctx->task->mm->$rss);
		}" >/tmp/bpftrace 2>&1 &
		iterator=$!
		wait_until 600 bpf_is_there "$1" && [ -e "/sys/fs/bpf/$1" ] && break
	done
	# What is pinned stays without who made it.
	kill -9 "$iterator" 2>/dev/null
	[ -e "/sys/fs/bpf/$1" ] || {
		cat /tmp/bpftrace >&2
		return 1
	}
}
bpf_is_there() {
	[ -e "/sys/fs/bpf/$1" ] || ! kill -0 "$iterator" 2>/dev/null
}
