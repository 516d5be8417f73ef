# shellcheck shell=bash
# What deploy/run and deploy/test share: a Debian 12 with a Swift toolchain gets the rest of what building Jalon needs.
#
# Exit codes of both: 10 no Swift, 11 Swift too old, 12 packages missing and no apt-get, 13 packages missing and no right
# to install them, 14 installing failed, 15 building failed; further ones stand in each script.

# What the build links, and what Swift itself needs to link anything.
build_packages=(
    ca-certificates gcc git libcurl4-openssl-dev libsqlite3-dev libstdc++-12-dev libsystemd-dev libyaml-dev pkg-config
    tzdata util-linux
)

# say WORDS...: tells what happens, on standard error; standard output is for results.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# fail CODE WORDS...: ends the script with a sentence: what, why, what next.
fail() {
    local code=$1
    shift
    say "error: $*"
    exit "$code"
}

# require_swift: ends the script unless there is a Swift that knows the package's tools version.
require_swift() {
    local wanted found
    wanted=$(sed -n 's|^// swift-tools-version: *\([0-9.]*\).*|\1|p' Package.swift)
    command -v swift >/dev/null ||
        fail 10 "there is no 'swift' in PATH, and Jalon is built with Swift $wanted or later." \
            "Install a toolchain (https://www.swift.org/install/linux), add its usr/bin to PATH, and start again."
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1) || true
    [ -n "$found" ] ||
        fail 10 "'$(command -v swift)' does not tell its version, so the toolchain is incomplete." \
            "Run 'swift --version' to see why; reinstall it from https://www.swift.org/install/linux."
    [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
        fail 11 "Swift $found is too old; Jalon is built with Swift $wanted or later." \
            "Install a newer toolchain (https://www.swift.org/install/linux) and start again."
}

# is_installed PACKAGE
is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install_packages PACKAGE...: installs those of them that are missing, saying which before it does.
install_packages() {
    local package missing=() as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        # Another distribution: what counts is that the compiler will find the libraries.
        pkg-config --exists libsystemd sqlite3 yaml-0.1 libcurl 2>/dev/null && return
        fail 12 "this is not a Debian, so the libraries that Jalon links cannot be installed from here." \
            "Install pkg-config and the development files of libsystemd, sqlite3, libyaml and libcurl, and start again."
    fi
    for package; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "these Debian packages are missing and will be installed: ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            fail 13 "installing needs root, and there is no sudo." \
                "As root, run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    apt_get() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes "$@" >&2; }
    # The package lists are fetched only when those at hand do not do.
    apt_get install --no-install-recommends "${missing[@]}" 2>/dev/null && return
    say "the package lists do not suffice; fetching new ones"
    apt_get update && apt_get install --no-install-recommends "${missing[@]}" ||
        fail 14 "apt-get could not install ${missing[*]}; its own words stand above." \
            "Mend that (network, package sources, or the right to use sudo) and start again."
}
