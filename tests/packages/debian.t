#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The packages in a Debian 12 of their own: DKMS builds the modules for the stock kernel, they load in
# the throw-away machine, the installed command records with them, and a purge leaves no trace.
#
# The system stays in build/packages/root for the next time, if it is as it was before.
. tests/lib/tap.sh

if [ "$(id -u)" -ne 0 ]; then
	skip_all "only root can install a system"
fi
kernel=${KMEMLAB_KERNEL:-6.1}
release=$(cat "build/kernels/$kernel/release")
version=$(cat VERSION)
work=$PWD/build/packages
root=$work/root
mkdir -p "$work"

# inside COMMAND...: in that system, with a /proc that nobody else sees.
inside() {
	# The variables are the inner shell's.
	# shellcheck disable=SC2016
	unshare --mount sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" && exec chroot "$root" env -i \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive \
			"$@"' sh "$root" "$@"
}

# fresh: a new system, from the archive that this machine uses. DKMS and the kernel's headers are not
# what is tested, so they belong to it, as do all packages that ours need.
fresh() {
	rm -rf "$root" "$root.new" || return
	# The dollars are apt's.
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
		awk '$2 ~ /^bookworm(-updates|-security)?$/ && $3 == "main" { print "deb", $1, $2, $3 }' |
		sort -u >"$work/sources.list"
	debootstrap --variant=minbase bookworm "$root.new" \
		"$(awk '$3 == "bookworm" { print $2 }' "$work/sources.list")" || return
	cp "$work/sources.list" "$root.new/etc/apt/sources.list"
	cp /etc/resolv.conf "$root.new/etc/resolv.conf"
	mv "$root.new" "$root"
	inside apt-get -q update || return
	# Words on purpose.
	# shellcheck disable=SC2046
	inside apt-get -q -y --no-install-recommends install dkms kmod "linux-headers-$release" \
		$(dpkg-deb -f build/deb/kmemlab_"$version"_amd64.deb Depends |
			sed 's/([^)]*)//g' | tr -d ,) || return
	# What an installed kernel would have.
	inside depmod "$release"
}

# files: all of that system, with what is in them, but for what is not the packages' own: logs, caches,
# the locks of dpkg, and the key that DKMS makes for all that it builds.
files() {
	(
		cd "$root" || exit
		find . -xdev \( -path ./proc -o -path ./tmp -o -path ./var/log -o -path ./var/cache \
			-o -path './var/lib/dpkg/*-old' -o -path ./var/lib/dpkg/lock \
			-o -path './var/lib/dkms/mok.*' \) -prune -o -printf '%p %y %m %l\n' | sort
		find etc usr -xdev -type f -exec sha256sum {} + | sort -k 2
	)
}

# --- installed ----------------------------------------------------------------

if [ -e "$root/etc/debian_version" ] && cmp -s "$work/is" "$work/before"; then
	diag "the system of the last time is used again"
else
	rm -f "$work/is" "$work/before"
	ok "a Debian 12 can be had" fresh
fi
files >"$work/before"
rm -f "$work/is"
cp build/deb/kmemlab_"$version"_amd64.deb build/deb/kmemlab-dkms_"$version"_all.deb "$root/tmp"

ok "the packages install" inside sh -c 'dpkg -i /tmp/kmemlab_*.deb /tmp/kmemlab-dkms_*.deb'
is "DKMS has built the modules for $release" "$(inside dkms status kmemlab)" \
	"kmemlab/$version, $release, x86_64: installed"
is "all that are meant for it" "$(inside find "lib/modules/$release/updates" -name '*.ko*' |
	sed 's,.*/,,; s,\.ko.*,,' | sort)" \
	"$(for main in modules/*/main.c; do basename "$(dirname "$main")"; done | sort)"
is "the command runs" "$(inside kmemlab --version)" "kmemlab $version"
is "and has its lessons" "$(inside kmemlab lab | sed '/^$/,$d' | wc -l)" \
	"$(grep -vc '^#' lessons/table)"

# --- loaded -------------------------------------------------------------------

cat >"$root/tmp/use" <<'END'
set -e
modprobe taskmonitor interval_ms=10
kmemlab record -o /tmp/a.db -- sleep 1
kmemlab show /tmp/a.db
rmmod taskmonitor
modprobe allocwatch target=dummy
rmmod allocwatch
echo "all of it"
END
# The variables are the inner shell's.
# shellcheck disable=SC2016
build/kmemlab vm --kernel "$kernel" --mem 768 -- sh -c '
	for directory in dev proc sys; do
		mount --rbind "/$directory" "$1/$directory" || exit
	done
	exec chroot "$1" sh /tmp/use' sh "$root" >"$work/said" 2>&1
is "the modules load in the machine, and leave" "$? $(tail -n 1 "$work/said")" "0 all of it"
like "the installed command has recorded with them" "$(cat "$work/said")" \
	'^ *[0-9]+ sleep +[1-9][0-9]+ .* exit 0$'
[ "$tap_failed" -eq 0 ] || diag "$(cat "$work/said")"

# --- removed ------------------------------------------------------------------

rm -f "$root/tmp/"*
ok "the packages leave" inside dpkg -P kmemlab kmemlab-dkms
files >"$work/is"
is "without a trace" "$(diff "$work/before" "$work/is")" ""
done_testing
