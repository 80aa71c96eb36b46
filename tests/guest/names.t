#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A process chooses its name: whatever it is, a line of the history stays one line of pairs, shows
# nothing that a terminal would act on, and keeps the name to the byte.
vm_options="--timeout 180"
. tests/lib/guest.sh
. tests/lib/recorder.sh

# Reads lines of the history and the name that the kernel has, says what is wrong with them.
cat >/tmp/judge <<'PERL'
use strict;
my ($pid) = @ARGV;
open my $file, "<", "/proc/$pid/comm" or die;
my $name = do { local $/; <$file> };
chop $name;	# the newline that the kernel adds
my ($lines, %wrong) = (0);
while (my $line = <STDIN>) {
	next unless $line =~ /^pid $pid /;
	$lines++;
	$wrong{"half a line"}++ unless $line =~ s/\n$//;
	$wrong{"not in printable ASCII"}++ if $line =~ /[^ -~]/;
	$wrong{"no pairs"}++ unless $line =~ /^\S+ \S+( \S+ \S+)*$/;
	my %pair = split / /, $line;
	my $shown = $pair{comm} // "";
	$shown = "" if $shown eq '""';
	$shown =~ s/\\x([0-9a-f]{2})/chr hex $1/ge;
	$wrong{"shows " . unpack("H*", $shown) . " for " . unpack("H*", $name)}++
		if $shown ne $name;
}
$wrong{"no line"}++ unless $lines;
print join(", ", sort keys %wrong) || "right";
PERL

mkfifo /tmp/to_named /tmp/from_named
exec 3<>/tmp/to_named 4<>/tmp/from_named

# named NAME WHAT: a process that is called so, in the escapes of printf.
named() {
	# The process renames itself: only its own threads may.
	sh -c 'printf -- "$0" >/proc/$$/comm; echo ready; read -r _' "$1" <&3 >&4 &
	process=$!
	read -r _ <&4
	put "$process" >/dev/null
	is "$2" "$(perl /tmp/judge "$process" <"$history")" right
	put "-$process" >/dev/null
	echo "go on" >&3
	wait "$process"
}

ok "loads" modprobe taskmonitor interval_ms=3600000
named 'plain' "a plain name"
named '</script>' "a tag"
named '&lt;"a">' "an entity, quotes"
named '\033[31mx\n' "escape codes, a newline"
named 'x\npid 1 usr 9' "a line of its own"
named '\r\033]0;t\007' "a title, a bell"
named 'a b  c' "spaces"
named ' ' "a space"
named ' total 0 ' "a pair of its own"
named '\000' "no name"
named '""' "what stands for no name"
# A quote behind a backslash ends the text, as meant.
# shellcheck disable=SC1003
named '\\\\' "a backslash"
named '\\\\x41' "what looks escaped"
# A quote behind a backslash ends the text, as meant.
# shellcheck disable=SC1003
named '\\\\n\\\\' "another"
named "'\"\`\$(x)" "quotes of the shell"
named '123456789012345' "15 bytes"
named '\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033' "15 bytes to be escaped"
named '\303\244\342\202\254\360\237\220\247' "UTF-8"
named '\303\244\342\202\254\360\237\220\247\342\202\254\342\202' "UTF-8, cut off"
named '\377\376\200\001\177' "bytes that are no text"
named '-1' "a number"
named '%%s%%n' "a format"

# A name given with exec, from a path that holds anything.
odd="/tmp/$(printf '\033[2J<b>')"
cp /usr/bin/sleep "$odd"
"$odd" 1000000 &
process=$!
ok "a file with an odd name" wait_until 10 cmp -s "/proc/$process/exe" /usr/bin/sleep
put "$process" >/dev/null
is "gives its process an odd name" "$(perl /tmp/judge "$process" <"$history")" right
kill "$process"
done_testing
