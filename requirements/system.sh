#!/bin/sh
# The Debian packages that tests use: a browser, PDF judges, a soft HSM, a clock that lies.
set -eu
packages="chromium qpdf poppler-utils openssl libjaxb-java default-jdk-headless softhsm2 faketime mupdf-tools nodejs npm"
missing=""
for package in $packages; do
	case $package in
	nodejs | npm) command -v "$(echo "$package" | sed s/nodejs/node/)" >/dev/null 2>&1 || missing="$missing $package" ;;
	default-jdk-headless) command -v javac >/dev/null 2>&1 || missing="$missing $package" ;;
	*) dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || { echo "system packages: all there"; exit 0; }
if [ "$(id -u)" = 0 ]; then
	apt-get update -qq
	# shellcheck disable=SC2086 -- a list of names
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
	echo "system packages: installed$missing"
else
	echo "run as root: apt-get install --no-install-recommends$missing"
fi
