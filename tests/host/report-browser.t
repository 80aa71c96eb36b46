#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab report in headless Chromium: a million samples are opened, zoomed, read under the cursor,
# hidden, printed. What the page says is compared with the recording, by awk.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
made=$work/made.rec
page=$work/made.html

# in_page PAGE COMMAND...: what the browser says, a line each into file said.
in_page() {
	in_page_page=$1
	shift
	printf '%s\n' 'size 1200 1000' "$@" |
		timeout 300 perl tests/lib/browser.pl "$in_page_page" >"$work/said"
}

# said N: the N-th line.
said() {
	sed -n "$1p" "$work/said"
}

perl tests/lib/made-recording.pl 10 103449 >"$made"
samples=$(grep -c '^sample ' "$made")
ok "a recording of a million samples: $samples" test "$samples" -ge 1000000
build/kmemlab report -o "$page" "$made"

# --- opened ---------------------------------------------------------------------

# Of the legend: a name and its value, a line each, then where the cursor is.
legend='[...byId("memory-legend").querySelectorAll("label")].map(l => l.textContent)'
at='byId("memory-legend").querySelector(".at").textContent'
# Where a time is on the page; the chart's middle.
mouse='(time => { const box = byId("memory").getBoundingClientRect();
	return Math.round(box.x + charts[0].graph.toDomXCoord(time)) + " " + Math.round(box.y + 150); })'
mouse=$(echo "$mouse" | tr -s '\n\t' '  ')
ok "it is opened" in_page "$page" \
	'eval performance.getEntriesByType("navigation")[0].loadEventEnd' \
	'eval document.querySelectorAll("#verdicts p").length + " " + byId("verdicts").textContent' \
	'eval charts.map(c => c.box.id).join()' \
	'eval Math.max(...data.memory.v.at(-1))' \
	'eval data.drawn.map((n, i) => data.processes[n].pid + ":" + Math.max(...data.memory.v[i])).join()' \
	"eval $mouse(1234.5)" "eval $mouse(6000)" "eval $mouse(9999)" \
	'requests' 'complaints' "picture $work/whole.png"
diag "$samples samples, a page of $(stat -c %s "$page") bytes: opened in $(said 1 | cut -d . -f 1) ms"
is "what happened stands on top" "$(said 2)" \
	"1 hog (pid 109) was killed by the OOM killer 6896.6 s after the start, at 615.9 MiB resident."
is "with four charts" "$(said 3)" "memory,cpu,system,faults"

# The highest sum at any time, and the highest sample of each.
awk '/^sample /{
		for (i = 2; i < NF; i += 2) f[$i] = $(i + 1)
		tick = (f["time"] - 1e12) / 1e8
		if (tick != last) sum = 0
		last = tick
		sum += f["rss"]
		if (sum > most) most = sum
		if (f["rss"] > peak[f["pid"]]) peak[f["pid"]] = f["rss"]
	}
	END { print most; for (p in peak) print p ":" peak[p] }' "$made" >"$work/peaks"
is "the peak of the sum is drawn" "$(said 4)" "$(head -n 1 "$work/peaks")"
is "and those of the processes" "$(said 5 | tr ',' '\n' | sort)" "$(sed 1d "$work/peaks" | sort)"
is "nothing is loaded" "$(said 9)" 0
is "the browser does not complain" "$(said 10)" ""
like "it has a picture" "$(head -c 4 "$work/whole.png" | tail -c 3)" '^PNG$'
sed -n 6,8p "$work/said" >"$work/places"

# --- under the cursor -------------------------------------------------------------

set --
while read -r place; do
	set -- "$@" "move $place" "eval $at" "eval $legend.join()"
done <"$work/places"
ok "the cursor is moved" in_page "$page" "$@" complaints
for place in 1 3 5; do
	time=$(said "$place" | sed 's/^at \([0-9.]*\) s.*/\1/')
	like "it is at a time: $time s" "$time" '^[0-9]+\.[0-9]+$'
	# What each has at that time, in the order of the legend.
	awk -v time="$time" '/^sample /{
			for (i = 2; i < NF; i += 2) f[$i] = $(i + 1)
			t = (f["time"] - 1e12) / 1e9
			if (t > time - 0.05 && t < time + 0.05) {
				printf "%s (%d)%.1f MiB\n", f["comm"], f["pid"], f["rss"] / 1024
				sum += f["rss"]
			}
		}
		END { printf "together %.1f MiB\n", sum / 1024 }' "$made" | sort >"$work/oracle"
	{
		said $((place + 1)) | tr ',' '\n' | grep 'MiB'
		said "$place" | grep -o 'together .*'
	} | sort >"$work/values"
	ok "$(wc -l <"$work/oracle") values of the recording" test "$(wc -l <"$work/oracle")" -ge 10
	ok "and the legend has them" diff "$work/oracle" "$work/values"
done
is "still no complaint" "$(said 7)" ""

# --- zoomed, hidden -----------------------------------------------------------------

ranges='charts.map(c => c.graph.xAxisRange().map(x => x.toFixed(3)).join("-")).join()'
first=$(sed -n 1p "$work/places")
second=$(sed -n 2p "$work/places")
ok "it is dragged, and keys are pressed" in_page "$page" \
	"eval [${first% *}, ${second% *}].map(x => charts[0].graph.toDataXCoord(x - byId(\"memory\").getBoundingClientRect().x).toFixed(3)).join(\"-\")" \
	"move $first" press "move $second" release "eval $ranges" \
	'eval (charts[0].box.focus(), document.activeElement.id)' \
	'key Home' "eval $ranges" 'key k' "eval $ranges" "eval $at" \
	'key ArrowRight' "eval $at" 'key +' "eval $ranges" \
	'eval charts[0].top = charts[0].graph.yAxisRange()[1]' 'eval (byId("memory-legend").querySelectorAll("input")[0].click(), charts.map(c => c.graph.visibility().filter(v => !v).length).join())' \
	'eval charts[0].graph.yAxisRange()[1]' "eval ${legend}[0]" \
	"picture $work/kill.png" complaints
zoomed=$(said 1)
is "a drag zooms all charts" "$(said 2)" "$zoomed,$zoomed,$zoomed,$zoomed"
is "a chart can have the focus" "$(said 3)" memory
# A hundredth more than there is; the recording has samples up to 10344.8 s.
is "Home shows everything" "$(said 4)" "$(printf '0.000-10448.248,%.0s' 1 2 3 4 | sed 's/,$//')"
is "K goes to the kill" "$(said 5 | cut -d , -f 1)" "6895.600-6896.700"
like "the cursor is on it, and says so" "$(said 6)" '^at 6896\.600 s, .*; 109 chosen by the OOM killer$'
like "an arrow goes to the next sample" "$(said 7)" '^at 6896\.700 s'
is "+ zooms around the cursor" "$(said 8 | cut -d , -f 1)" "6896.150-6896.700"
is "who is hidden is so in both charts" "$(said 10)" "1,1,0,0"
ok "and the others have the room: $(said 11) of $(said 9) MiB" \
	test "$(said 11 | cut -d . -f 1)" -lt "$(said 9 | cut -d . -f 1)"
like "the legend still has it" "$(said 12)" '^worker8 \(108\)'
is "and there is no complaint" "$(said 13)" ""

# --- gaps ------------------------------------------------------------------------------

# Of two processes one has a gap from tick 20 to 40.
perl tests/lib/made-recording.pl 2 120 |
	sed '/^gap/d; /^event/d; /^end/d; s/ ended 1 status 9$//' >"$work/all"
awk '/^sample pid 101 /{ for (i = 2; i < NF; i += 2) f[$i] = $(i + 1)
		t = (f["time"] - 1e12) / 1e8; if (t > 20 && t < 40) next } { print }' "$work/all" >"$work/gap.rec"
samples=$(grep -c '^sample ' "$work/gap.rec")
echo "gap 2 count 19 first 21 from 1002000000000 to 1004000000000 reclaimed 1" >>"$work/gap.rec"
echo "end $samples" >>"$work/gap.rec"
build/kmemlab report -o "$work/gap.html" "$work/gap.rec"
# The colour at a time, and so many pixels above the floor of the plot.
pixel='((time, up) => { const g = charts[0].graph, a = g.getArea(), r = g.hidden_.width / g.hidden_.clientWidth;
	return [...g.hidden_ctx_.getImageData(r * Math.round(g.toDomXCoord(time)), r * (a.y + a.h - up), 1, 1).data].join(); })'
pixel=$(echo "$pixel" | tr -s '\n\t' '  ')
ok "a page with a gap" in_page "$work/gap.html" \
	'eval setRange([1.1, 5.1])' \
	"eval $pixel(1.63, 47)" "eval $pixel(3.13, 47)" "eval $pixel(3.83, 47)" "eval $pixel(4.63, 47)" \
	'eval charts[0].rows.filter(r => r[0] > 2.05 && r[0] < 3.95).every(r => r.slice(1).includes(null))' \
	'eval [...byId("gaps").tBodies[0].rows].map(r => r.textContent).join()' \
	"eval window.light = $pixel(1.63, 47)" dark "until $pixel(1.63, 47) !== light" "eval $pixel(1.63, 47)" \
	"picture $work/dark.png"
is "is of one colour where samples are" "$(said 2)" "$(said 5)"
is "and of another where they are missing" "$(said 3)" "$(said 4)"
isnt "of another, indeed" "$(said 2)" "$(said 3)"
is "nothing is drawn there" "$(said 6)" true
isnt "in dark colours it is drawn anew" "$(said 8)" "$(said 9)"
is "the gap is in the table" "$(said 7)" "2.00 s4.00 s10119reclaimed"

# --- names, paper ----------------------------------------------------------------------

build/kmemlab report -o "$work/names.html" tests/host/recordings/names.rec
ok "a page with hostile names" in_page "$work/names.html" \
	'eval document.scripts.length' 'eval [...byId("processes").tBodies[0].rows][0].cells[1].textContent' \
	"print $work/names.pdf" complaints requests
is "has no more scripts than another" "$(said 1)" 3
is "and the names as text" "$(said 2)" "</script>"
is "nothing runs, nothing is loaded" "$(said 3) $(said 4)" " 0"
like "it prints" "$(head -c 5 "$work/names.pdf")" '^%PDF-'

# For people to look at.
mkdir -p build/pictures
cp "$work/whole.png" build/pictures/report.png
cp "$work/kill.png" build/pictures/report-kill.png
cp "$work/dark.png" build/pictures/report-dark.png
done_testing
