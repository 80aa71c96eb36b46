# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Packages of any suite of Debian, from the archive that this machine uses. apt gets a
# configuration, lists and a cache of its own under build/archive: nothing of the machine's is
# touched, and no root is needed. Source vm/lib/script.sh first.

# archive_sources SUITE: the machine's own sources, for the release of SUITE, and its backports.
archive_sources() {
	archive_here=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	# The dollars are apt's.
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' \
		'Created-By: Packages' |
		awk -v here="$archive_here" -v suite="$1" -v release="${1%-backports}" '
			$3 != "main" { next }
			$2 == here { base = $1 }
			$2 ~ "^" here "(-updates|-security)?$" {
				sub("^" here, release, $2)
				lines[$1 " " $2 " main"]
			}
			END {
				if (base && suite != release)
					lines[base " " suite " main"]
				for (line in lines)
					print "deb [signed-by=/usr/share/keyrings/" \
						"debian-archive-keyring.gpg] " line
			}'
}

# archive_open SUITE: what follows is of that suite, and of its release where it has no better.
# One at a time: two that download the same package would spoil it for each other.
archive_open() {
	# vm/lib/script.sh has set $state.
	# shellcheck disable=SC2154
	archive=$state/archive/$1
	archive_cache=$archive/cache/archives
	mkdir -p "$archive/state/lists/partial" "$archive_cache/partial"
	exec 8>"$archive/.lock"
	flock 8
	archive_sources "$1" >"$archive/sources.new"
	[ -s "$archive/sources.new" ] || die "apt's configuration names no archive of Debian"
	: >"$archive/status"
	cat >"$archive/apt.conf" <<-END
		Dir::Etc::SourceList "$archive/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State "$archive/state";
		Dir::State::status "$archive/status";
		Dir::Cache "$archive/cache";
		Dir::Cache::archives "$archive_cache";
		APT::Sandbox::User "root";
		APT::Keep-Downloaded-Packages "true";
		APT::Install-Recommends "false";
		Acquire::Languages "none";
	END
	# Backports come only where they are asked for; elsewhere the security updates must win.
	[ "$1" = "${1%-backports}" ] ||
		echo "APT::Default-Release \"$1\";" >>"$archive/apt.conf"
	export APT_CONFIG="$archive/apt.conf"
	# Lists of an hour ago name files that the archive still has.
	if ! cmp -s "$archive/sources.new" "$archive/sources.list" ||
		[ -z "$(find "$archive/updated" -mmin -60 2>/dev/null)" ]; then
		mv "$archive/sources.new" "$archive/sources.list"
		rm -f "$archive/updated"
		say "  reading the package lists of $1 ..."
		quietly apt-get -q update -o APT::Update::Error-Mode=any
		: >"$archive/updated"
	fi
}

# archive_closure PATTERN PACKAGE...: the packages whose names match, of those that these need.
archive_closure() {
	archive_pattern=$1
	shift
	LC_ALL=C apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$@" |
		grep -Ex "$archive_pattern" | LC_ALL=C sort -u
}

# archive_download PACKAGE...: these alone; their files, in $debs.
archive_download() {
	debs=
	for archive_package in "$@"; do
		archive_version=$(LC_ALL=C apt-cache policy "$archive_package" |
			sed -n 's/^  Candidate: //p')
		# apt checks the signature and the hash, and does not load again what is there, whole.
		(cd "$archive_cache" && quietly apt-get -q download "$archive_package")
		# In file names apt writes the colon of an epoch as %3a.
		archive_deb=$(find "$archive_cache" -maxdepth 1 \
			-name "${archive_package}_$(echo "$archive_version" | sed 's/:/%3a/')_*.deb")
		[ -n "$archive_deb" ] || die "apt has downloaded no $archive_package"
		debs="$debs $archive_deb"
	done
}

# archive_unpack DIRECTORY: what was downloaded.
archive_unpack() {
	for archive_deb in $debs; do
		quietly dpkg-deb -x "$archive_deb" "$1"
	done
}

# archive_download_all PACKAGE...: these and all that they need to run; their files, in $debs.
archive_download_all() {
	# Of what its cache has apt prints no address: the names are asked for with an empty one.
	mkdir -p "$archive/empty/partial"
	debs=$(LC_ALL=C apt-get -q -y --print-uris -o Dir::Cache::archives="$archive/empty" \
		install "$@" | sed -n "s|^'[^']*' \([^ ]*\.deb\) .*|$archive_cache/\1|p")
	[ -n "$debs" ] || die "apt names no package for: $*"
	quietly apt-get -q -y --download-only install "$@"
}
