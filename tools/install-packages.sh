#!/usr/bin/env bash
# Installs those of the named Debian packages that are not installed yet.
#   tools/install-packages.sh runc redis-server [--if-available runsc]
# Packages after --if-available may be missing from the archive; all others must install.
set -euo pipefail

needed=() optional=() list=needed
for package in "$@"; do
    if [ "$package" = --if-available ]; then list=optional; continue; fi
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
    if [ $list = needed ]; then needed+=("$package"); else optional+=("$package"); fi
done
[ ${#needed[@]} -eq 0 ] && [ ${#optional[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "$0: ${needed[*]} ${optional[*]} must be installed first: run again as root, or apt-get install them" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
echo "+ apt-get update" >&2
apt-get update -q >&2
for package in "${optional[@]+"${optional[@]}"}"; do
    apt-cache show "$package" >/dev/null 2>&1 && needed+=("$package")
done
[ ${#needed[@]} -eq 0 ] && exit 0
echo "+ apt-get install -y --no-install-recommends ${needed[*]}" >&2
# No service is to start by being installed: the tests and samples start what they need.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi
apt-get install -y -q --no-install-recommends "${needed[@]}" >&2
