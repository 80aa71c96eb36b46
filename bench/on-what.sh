# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What stands with every figure. The scripts that measure source this.

commit() {
	git log -1 --format=%h
	[ -z "$(git status --porcelain)" ] || echo "with changes"
}

# on_what KERNEL...: when, of which commit and on which machine it is measured, as JSON.
on_what() {
	releases=
	for one; do
		releases="${releases:+$releases, }$(cat "build/kernels/$one/release")"
	done
	jq -n \
		--arg date "$(date -u +%Y-%m-%dT%H:%MZ)" \
		--arg commit "$(commit | tr '\n' ' ' | sed 's/ $//')" \
		--arg kernel "$releases" \
		--arg qemu "$(qemu-system-x86_64 --version | sed -n 's/.*version \([^ ]*\).*/\1/p')" '
		{
			date: $date,
			commit: $commit,
			machine: { counted: "instructions", processors: 1, qemu: $qemu, kernel: $kernel }
		}'
}
