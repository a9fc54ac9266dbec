#!/usr/bin/env bash
# Installs what is missing, builds, and checks a real Redis server under load: the main job on a real sample.
set -euo pipefail
cd "$(dirname "$0")"

if [ "$(id -u)" -ne 0 ]; then
    echo "setup.sh: recording needs root: run \`sudo ./setup.sh\`" >&2
    exit 1
fi
command -v dotnet >/dev/null || { echo "setup.sh: the .NET 10 SDK is missing: install it and put dotnet on PATH" >&2; exit 1; }

tools/install-packages.sh runc redis-server redis-tools --if-available runsc
echo "+ dotnet build -c Release src/SyscallProbe.Cli" >&2
dotnet build -c Release -v q -nologo src/SyscallProbe.Cli >&2
ln -sfn src/SyscallProbe.Cli/bin/Release/net10.0/syscallprobe syscallprobe

echo "+ ./syscallprobe check --health 'redis-cli ping' --duration 3s -- samples/redis/serve.sh" >&2
code=0
./syscallprobe check --health 'redis-cli ping' --duration 3s -- samples/redis/serve.sh || code=$?
# The verdict is the sample's result; only a check that could not be carried out is a failure of the set-up.
case $code in 1|5) exit $code ;; esac
