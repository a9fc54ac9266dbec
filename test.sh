#!/usr/bin/env bash
# Builds everything and runs all tests; the last line is `N passed, N failed, N skipped`.
# Fails on a failed test, and on a skipped one that tests/host-skips.csv does not list or whose reason does not hold here.
set -euo pipefail
cd "$(dirname "$0")"

if [ "$(id -u)" -ne 0 ]; then
    echo "test.sh: the recorder's tests need root: run \`sudo ./test.sh\`" >&2
    exit 1
fi
command -v dotnet >/dev/null || { echo "test.sh: the .NET 10 SDK is missing: install it and put dotnet on PATH" >&2; exit 1; }

# From another source than Debian, kubectl may be there under another package's name.
clients=()
command -v kubectl >/dev/null || clients+=(kubernetes-client)
tools/install-packages.sh git gcc libc6-dev linux-libc-dev runc busybox-static podman containerd containernetworking-plugins redis-server redis-tools python3-minimal stress-ng strace util-linux chromium nodejs openjdk-17-jdk-headless "${clients[@]}" --if-available runsc
echo "+ dotnet build SyscallProbe.sln"
dotnet build -v q -nologo SyscallProbe.sln

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0
for project in Core Recording Cli; do
    echo "+ dotnet test --project tests/SyscallProbe.$project.Tests"
    tests/SyscallProbe.$project.Tests/bin/Debug/net10.0/SyscallProbe.$project.Tests -noColor -result-xml "$results/$project.xml" || failed=1
    [ -s "$results/$project.xml" ] || failed=1
done
exec python3 tools/summarise-tests.py "$failed" tests/host-skips.csv "$results"/*.xml
