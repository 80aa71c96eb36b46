# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests of kmemlab serve share. Source tap.sh first; $work is a directory of the test's own.
#
# Who sources this reads the variables, and sets $work.
# shellcheck disable=SC2034,SC2154

. tests/lib/wait.sh
. tests/lib/started.sh

# serve NAME ARGUMENT...: a server at a port of its own: $server, $port; what it says is in
# $work/NAME.err.
serve() {
	serve_name=$1
	shift
	build/kmemlab serve --listen 0 "$@" >"$work/$serve_name.out" 2>"$work/$serve_name.err" &
	server=$!
	started="$started $server"
	wait_until 60 serves_or_ended "$work/$serve_name.err"
	port=$(sed -n 's,.*serving http://127\.0\.0\.1:\([0-9]*\)/metrics$,\1,p' \
		"$work/$serve_name.err")
}
serves_or_ended() {
	grep -q 'serving http' "$1" || ! kill -0 "$server" 2>/dev/null
}

# ask PORT METHOD PATH [HEADER...]: the answer, its head included.
ask() {
	perl tests/host/http.pl "$@"
}

# page PORT [HEADER]: the metrics alone.
page() {
	# The variables are the inner shell's. In an emulated machine this is much faster than perl.
	bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
		printf "GET /metrics HTTP/1.0\r\n%b\r\n" "${2:+$2\r\n}" >&3 && cat <&3' bash "$1" "${2:-}" | sed '1,/^\r$/d'
}

# value PORT SERIES: of one series; nothing if it is not there.
value() {
	page "$1" | series=$2 awk '
		BEGIN { series = ENVIRON["series"] " " }
		index($0, series) == 1 { print substr($0, length(series) + 1) }'
}

# has_value PORT SERIES VALUE
has_value() {
	[ "$(value "$1" "$2")" = "$3" ]
}
