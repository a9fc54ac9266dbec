#!/bin/sh
# Stands for the kernel's own: sets what the fragments set, and says by a further option which tree and architecture it was.
set -e
tree=$(dirname "$(dirname "$(dirname "$0")")")
: > "$KCONFIG_CONFIG"
for fragment in "$@"; do
	case $fragment in -*) ;; *) grep '^CONFIG_' "$fragment" >> "$KCONFIG_CONFIG" ;; esac
done
[ "$(sed -n 's/^PATCHLEVEL = //p' "$tree/Makefile")" != 12 ] || echo CONFIG_NEW_IN_612=y >> "$KCONFIG_CONFIG"
[ "$ARCH" != arm64 ] || echo CONFIG_COMPAT=m >> "$KCONFIG_CONFIG"
echo '# CONFIG_NUMA is not set' >> "$KCONFIG_CONFIG"
