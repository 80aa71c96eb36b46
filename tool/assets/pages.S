/* SPDX-License-Identifier: GPL-2.0-only */
/* What the pages are made of: ours, what they share, and dygraphs as Debian ships it. */

.macro asset name, file
	.global asset_\name
	.global asset_\name\()_end
	.balign 8
asset_\name:
	.incbin "\file"
asset_\name\()_end:
	.byte 0
.endm

	.section .rodata
	asset report_html, "tool/assets/report.html"
	asset bench_html, "tool/assets/bench.html"
	asset page_css, "tool/assets/page.css"
	asset page_js, "tool/assets/page.js"
	asset dygraph_js, "/usr/share/javascript/dygraphs/dygraph.min.js"
	asset dygraph_css, "/usr/share/javascript/dygraphs/dygraph.css"

	.section .note.GNU-stack, "", %progbits
