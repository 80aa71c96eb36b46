#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Patterns of `kmemlab bench` for more than one CPU, beside what the kernel's own events tell: who has
# taken and given back how many objects, on which CPU, in which order. Nothing is timed.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
vm_options="--cpus 3"
vm_tcg=multi
. tests/lib/guest.sh

tracing=/sys/kernel/tracing
ops=2000
# The first tenth of the operations is a warm-up.
warm=200
size=1234

# None ends before it is done, however slow the machine is.
limit=600000

lost=0

# bench ARGUMENT...: the figures in /tmp/bench.json, and in /tmp/trace the events of the threads that the
# module has started, in order, as "THREAD CPU EVENT OBJECT": what its own code has called.
bench() {
	: >$tracing/trace
	echo 1 >$tracing/tracing_on
	build/kmemlab bench --host --json --ops $ops --size $size --time $limit "$@" \
		>/tmp/bench.json 2>/tmp/messages
	status=$?
	echo 0 >$tracing/tracing_on
	[ "$status" = 0 ] || diag "$(cat /tmp/messages)"
	perl -ne 'print "$1 $2 $3 $4\n" if
		m{^\s*allocbench/(\d+)-\d+\s+\[0*(\d+)\].*: (kmalloc|kfree): call_site=[^=]*\[allocbench\] ptr=(\S+)}' \
		$tracing/trace >/tmp/trace
	lost=$((lost + $(awk '/^(overrun|dropped events):/ { n += $NF } END { print n + 0 }' $tracing/per_cpu/cpu*/stats)))
}

# events FIELDS: of the trace, how often there was what.
events() {
	cut -d ' ' -f "$1" /tmp/trace | sort | uniq -c | awk '{ $1 = $1; print }' | paste -sd ,
}

# of EXPRESSION: in Perl, of $d, all of the JSON, and %b, the sum over the buckets of alloc and of free.
of() {
	perl -MJSON::PP -e '
		local $/;
		open my $in, "<", "/tmp/bench.json" or die;
		my $d = decode_json(<$in>);
		my %b;
		$b{$_->{operation}} += $_->{count} for @{$d->{buckets}};
		my $value = eval $ARGV[0];
		die $@ if $@;
		print $value // "null";' "$1"
}

# adds_up OPERATIONS: of each kind.
adds_up() {
	is "the sum over each histogram, and what was disturbed, is the number of operations" "$(of '
		join ", ", map { "$_->{operation} " . ($b{$_->{operation}} + $_->{disturbed}) }
			@{$d->{operations}}')" "alloc $1, free $1"
	is "none was cut off" "$(of 'join ", ", map { $_->{note} || "done" } @{$d->{operations}}')" "done, done"
}

is "there are three CPUs" "$(nproc)" 3
modprobe allocbench
echo 8192 >$tracing/buffer_size_kb
# Of all CPUs, in the order in which they were.
echo counter >$tracing/trace_clock
for event in kmalloc kfree; do
	echo 'comm ~ "allocbench/*"' >$tracing/events/kmem/$event/filter
	echo 1 >$tracing/events/kmem/$event/enable
done

# --- from one CPU to another -----------------------------------------------------------

bench --allocator kmalloc --pattern remote --cpus 2,1 --batch 16
is "one takes, another one gives back: status" "$status" 0
adds_up $ops
is "the first CPU takes all, and gives back none; the second one the other way round" "$(events 1-3)" \
	"$((ops + warm)) 1 1 kfree,$((ops + warm)) 2 2 kmalloc"
is "each object that is given back is the one that was taken so long ago" "$(perl -ane '
	push @taken, $F[3] if $F[2] eq "kmalloc";
	push @given, $F[3] if $F[2] eq "kfree";
	END {
		my @other = grep { $taken[$_] ne $given[$_] } 0 .. $#taken;
		my ($at) = @other;
		print @other ? "not the $at-th of " . @taken . ", and " . $#other .
			" more: $given[$at] after $taken[$at]" : "it is"
	}' /tmp/trace)" "it is"
is "and there are never more on their way than the batch has" "$(perl -ane '
	$on_the_way += $F[2] eq "kmalloc" ? 1 : -1;
	$most = $on_the_way if $on_the_way > $most;
	$wrong = 1 if $on_the_way < 0;
	END { print !$wrong && $most > 0 && $most <= 16 ? "never" : "$most" }' /tmp/trace)" never

# --- all at once ----------------------------------------------------------------------

bench --allocator kmalloc --pattern together --cpus 0,2
is "all at once: status" "$status" 0
adds_up $((2 * ops))
is "on how many" "$(of '$d->{operations}[0]{cpus}')" 2
is "each CPU that was asked for takes and gives back as many, and no other one" "$(events 1-3)" \
	"$((ops + warm)) 0 0 kfree,$((ops + warm)) 0 0 kmalloc,$((ops + warm)) 2 2 kfree,$((ops + warm)) 2 2 kmalloc"
# They wait for each other: nobody measures while another one is warming up.
is "none begins before all have warmed up" "$(perl -ane '
	next if $F[2] ne "kfree";
	$count{$F[0]}++;
	$begun = 1 if $count{$F[0]} == '$((warm + 1))';
	$early = 1 if $begun && grep { ($count{$_} // 0) < '$warm' } 0, 2;
	END { print $begun && !$early ? "none" : "one does" }' /tmp/trace)" none

bench --allocator kmalloc --pattern together
is "without CPUs it is on all" "$(events 2-3)" \
	"$((ops + warm)) 0 kfree,$((ops + warm)) 0 kmalloc,$((ops + warm)) 1 kfree,$((ops + warm)) 1 kmalloc,$((ops + warm)) 2 kfree,$((ops + warm)) 2 kmalloc"
adds_up $((3 * ops))

# --- one alone -----------------------------------------------------------------------

bench --allocator kmalloc --cpus 1
is "a pattern for one is on the CPU that was asked for" "$(events 1-3)" \
	"$((ops + warm)) 1 1 kfree,$((ops + warm)) 1 1 kmalloc"
bench --allocator kmalloc --pattern remote,together --cpus 1
is "those for more are not measured with one" "$(of 'join "; ", map { $_->{note} } grep { $_->{operation} eq "alloc" } @{$d->{operations}}')" \
	"not measured: the pattern needs more CPUs; not measured: the pattern needs more CPUs"
is "and nothing was taken" "$(events 1-3)" ""
# What the trace has lost would be missing above as well.
is "no event is lost" "$lost" 0

done_testing
