#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How measurements come into a page: bench/write-page, bench/allocators-table and bench/curves.pl, of
# measurements that are made up and so are known.
. tests/lib/tap.sh

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; tap_exit' EXIT

# --- the place in a page ------------------------------------------------------------

cat >"$tmp/page.md" <<-END
	before
	<!-- make one -->
	old
	<!-- end of make one -->
	between
	<!-- make two -->
	<!-- end of make two -->
	behind
END
cp "$tmp/page.md" "$tmp/kept.md"
echo new >"$tmp/new"
ok "a table is put into a page" bench/write-page "$tmp/page.md" 'make one' "$tmp/new"
is "in its place, instead of the last one" "$(cat "$tmp/page.md")" "before
<!-- make one -->

new

<!-- end of make one -->
between
<!-- make two -->
<!-- end of make two -->
behind"
cp "$tmp/page.md" "$tmp/once.md"
bench/write-page "$tmp/page.md" 'make one' "$tmp/new"
ok "and once more, it is the same" cmp "$tmp/page.md" "$tmp/once.md"
nok "without a place that is a failure" bench/write-page "$tmp/page.md" 'make three' "$tmp/new"
nok "and without a table" bench/write-page "$tmp/page.md" 'make two' "$tmp/none"
ok "the page is as it was" cmp "$tmp/page.md" "$tmp/once.md"

# --- tables --------------------------------------------------------------------------

# operation ROW ALLOCATOR SIZE OPERATION P50 NOTE
operation() {
	jq -n --argjson row "$1" --arg allocator "$2" --argjson size "$3" --arg operation "$4" \
		--argjson p50 "$5" --arg note "${6:-}" '{
			$row, $allocator, $size, $operation, pattern: "pair", objects: 1, usable: ($size + 28),
			count: (if $p50 then 9 else null end), $p50, p90: $p50, p99: $p50, p99_9: $p50,
			max: $p50, mean: $p50, $note }'
}
{
	operation 0 alloc_pages 4096 alloc 900
	operation 0 alloc_pages 4096 free 200.04
	operation 1 kmalloc 100 alloc 33.33
	operation 1 kmalloc 100 free 20
	operation 2 alloc_pages 100 alloc null 'not measured: the allocator has no such size'
	operation 2 alloc_pages 100 free null 'not measured: the allocator has no such size'
} | jq -s '{ schema: 1, measurements: [("calls", "sizes", "order", "usable") as $question | {
	$question, date: "2026-01-02T03:04Z", commit: "abcdef0", machine: { kernel: "6.1", qemu: "7.2" },
	measured: { operations: ., zeroing: [{ allocator: "alloc_pages", size: 4096, pattern: "pair",
		p50: 900, p50_init_on_alloc_0: 350 }] } }] }' >"$tmp/made.json"
is "a table of calls: what was measured, and what not is no row" "$(bench/allocators-table calls "$tmp/made.json")" \
	"|  | bytes | alloc p50 | p99.9 | max | p50, not zeroed | free p50 | p99.9 | max |
|---|---|---|---|---|---|---|---|---|
| alloc_pages | 4096 | 900 | 900 | 900 | 350 | 200 | 200 | 200 |
| kmalloc | 100 | 33.3 | 33.3 | 33.3 | - | 20 | 20 | 20 |

In instructions; measured on 2026-01-02,
commit abcdef0, kernel 6.1, QEMU 7.2."
is "one of pages tells what zeroing is" "$(bench/allocators-table pages "$tmp/made.json" | sed -n 3p)" \
	"| 0 | 4 KiB | 900 | 350 | 550 | 200 |"
like "one of what is usable is in bytes" "$(bench/allocators-table usable "$tmp/made.json")" \
	'^\| 100 \| 128 \| not measured \| not measured \|$'
is "points of what was not measured are none" "$(bench/allocators-table sizes "$tmp/made.json" | cut -f 2-)" \
	"$(printf 'alloc_pages\t4096\t900\nalloc_pages\t4096\t350\nkmalloc\t100\t33.33')"
# cases KERNEL: with what the handout's modules took there.
cases() {
	jq --arg kernel "$1" '.measurements += [{ question: "handout", date: "2026-01-02T03:04Z",
		commit: "abcdef0", machine: { $kernel, qemu: "7.2" },
		measured: { cases: [{ module: "page_alloc", objects: 100, took: 1200 }] } }]' "$tmp/made.json"
}
cases 6.1 >"$tmp/same.json"
is "the handout's cases are beside the bench's" "$(bench/allocators-table handout "$tmp/same.json" | sed -n 3p)" \
	"| page_alloc | 100 | 1200 | 12 | alloc_pages, 4 KiB | 1100 | 11 |"
cases 6.12 >"$tmp/other.json"
nok "but not beside those of another kernel" bench/allocators-table handout "$tmp/other.json"
nok "there is no other table" bench/allocators-table nonesuch "$tmp/made.json"

# --- curves ---------------------------------------------------------------------------

# curve_of LABEL: of the picture $tmp/svg, the places of the first curve.
curve_of() {
	sed -n 's/^<path d="M\([0-9.L -]*\)" fill="none" stroke="[^"]*" stroke-width="1.8"\/>$/\1/p' "$tmp/svg" |
		head -n 1 | tr L '\n'
}
printf 'p\tone\t8\t100\np\tone\t512\t10000\np\tone\t64\t1000\np\tone\t4096\t0\n' |
	bench/curves.pl 'a <b> & "c"' x y >"$tmp/svg"
is "a curve goes from the left to the right; what is 0 is not there" "$(curve_of | wc -l)" 3
is "and twice the exponent is twice as far, on both axes" "$(curve_of | awk '
	{ x[NR] = $1; y[NR] = $2 }
	function near(a, b) { return a - b < 0.3 && b - a < 0.3 }
	END { print (near(x[2] - x[1], x[3] - x[2]) && near(y[2] - y[1], y[3] - y[2]) &&
		x[2] > x[1] && y[2] < y[1] ? "so it is" : "it is not") }')" "so it is"
like "text stays text" "$(cat "$tmp/svg")" '<title>a &lt;b&gt; &amp; &quot;c&quot;</title>'
printf 'p\tone\tp50\t10\np\tone\tp99\t10\np\tone\tmax\t20\n' | bench/curves.pl a x y >"$tmp/svg"
is "names have places of the same distance" "$(curve_of | awk '{ x[NR] = $1 }
	END { print (x[2] - x[1] == x[3] - x[2] && x[2] > x[1]) }')" 1
nok "no points are no picture" sh -c 'bench/curves.pl a x y </dev/null'

done_testing
