#!/usr/bin/env bash
# Records programs of known behaviour under Debian's kernel in an emulated machine, and holds what was counted against what they called.
#
#   tests/emulated/run.sh arm64|amd64 [FOLDER]
#
# Not in the suite: emulation takes minutes. FOLDER keeps what is downloaded and made (default: a new one below /var/tmp).
set -euo pipefail
cd "$(dirname "$0")/../.."
arch=${1:?"usage: tests/emulated/run.sh arm64|amd64 [FOLDER]"}
folder=$(realpath -m "${2:-$(mktemp -d "/var/tmp/syscallprobe-$arch.XXXXXX")}")
programs=(loops arguments files sockets texts rings signals seccomp blocked storm threads untraced)
case $arch in
    arm64)
        target=aarch64-linux-gnu rid=linux-arm64 loader=lib/ld-linux-aarch64.so.1
        packages=(qemu-system-arm gcc-$target libc6-dev-arm64-cross clang lld)
        machine=(qemu-system-aarch64 -M virt -cpu cortex-a72) console=ttyAMA0 ;;
    amd64)
        target=x86_64-linux-gnu rid=linux-x64 loader=lib64/ld-linux-x86-64.so.2
        packages=(qemu-system-x86 gcc clang lld)
        machine=(qemu-system-x86_64 -M q35 -cpu max) console=ttyS0 ;;
    *) echo "run.sh: '$arch' is no architecture that is emulated: expected arm64 or amd64" >&2; exit 1 ;;
esac

tools/install-packages.sh "${packages[@]}" cpio

# Debian's packages by a package manager's state of their own, so that this machine's architectures stay as they are.
apt=$folder/apt
mkdir -p "$apt"/{etc/apt/apt.conf.d,etc/apt/preferences.d,var/lib/apt/lists/partial,var/lib/dpkg,var/cache/apt/archives/partial,debs}
touch "$apt/var/lib/dpkg/status"
[ ! -e /etc/apt/sources.list ] || cp /etc/apt/sources.list "$apt/etc/apt/"
mkdir -p "$apt/etc/apt/sources.list.d"
[ ! -e /etc/apt/sources.list.d/debian.sources ] || cp /etc/apt/sources.list.d/debian.sources "$apt/etc/apt/sources.list.d/"
cat >"$folder/apt.conf" <<CONF
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir "$apt";
Dir::Etc::Trusted "/etc/apt/trusted.gpg";
Dir::Etc::TrustedParts "/etc/apt/trusted.gpg.d";
CONF
export APT_CONFIG=$folder/apt.conf
if [ ! -e "$folder/fetched" ]; then
    echo "+ fetch Debian's $arch kernel, runc and busybox"
    apt-get update -qq
    kernel=$(apt-cache depends linux-image-$arch | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
    (cd "$apt/debs" && apt-get download -qq "$kernel" busybox-static runc libseccomp2 libc6)
    touch "$folder/fetched"
fi
unset APT_CONFIG

echo "+ dotnet publish -r $rid"
dotnet publish -c Release -v q -nologo -r $rid src/SyscallProbe.Cli -o "$folder/published" -p:ObjCopyName=$target-objcopy -p:LinkerFlavor=lld

root=$folder/root
rm -rf "$root" && mkdir -p "$root"/{bin,etc/arguments,lib,lib64,opt,usr/bin,w} "$folder/unpacked"
for package in "$apt"/debs/*.deb; do dpkg-deb -x "$package" "$folder/unpacked"; done
cp "$folder/unpacked/bin/busybox" "$root/bin/"
for name in sh mkdir mount cp touch switch_root insmod ip hostname uname cat cut tar gzip base64 timeout poweroff; do ln -sf busybox "$root/bin/$name"; done
cp -L "$folder/unpacked/$loader" "$root/$loader"
cp -L "$folder"/unpacked/lib/$target/{libc.so.6,libm.so.6,libdl.so.2,libpthread.so.0,librt.so.1} "$folder/unpacked/usr/lib/$target/libseccomp.so.2" "$root/lib/"
cp "$folder/unpacked/usr/sbin/runc" "$root/usr/bin/"
cp "$(find "$folder/unpacked/lib/modules" -name overlay.ko)" "$root/lib/"
cp "$folder/published/syscallprobe" "$root/opt/"
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
cp tests/emulated/guest-init "$root/init" && chmod 755 "$root/init"
for name in "${programs[@]}"; do
    $target-gcc -O1 -static -nostdlib -ffreestanding -fno-stack-protector -fno-tree-loop-distribute-patterns -o "$root/w/$name" "tests/workloads/$name.c"
done
echo 200 >"$root/etc/arguments/storm"
echo 8 50 >"$root/etc/arguments/threads"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$folder/initrd"

echo "+ ${machine[*]}"
rm -f "$folder/console"
timeout 3600 "${machine[@]}" -smp 2 -m 2048 -nodefaults -no-reboot -display none -serial "file:$folder/console" \
    -kernel "$folder"/unpacked/boot/vmlinuz-* -initrd "$folder/initrd" -append "console=$console quiet panic=-1"
rm -rf "$folder/recorded" && mkdir "$folder/recorded"
tr -d '\r' <"$folder/console" | sed -n '/^== results/,/^== end/p' | grep -v '^==' | base64 -d | tar -xz -C "$folder/recorded"
cat "$folder/recorded/log"

echo "+ compare"
dotnet build -v q -nologo tests/SyscallProbe.Recording.Tests
SYSCALLPROBE_RECORDED=$folder/recorded tests/SyscallProbe.Recording.Tests/bin/Debug/net10.0/SyscallProbe.Recording.Tests -class '*RecordedElsewhereTests' -noColor
