#!/usr/bin/env python3
"""What the runtime adds to the start of a container: plain runc and syscallprobe-runtime in alternation.

    benchmarks/runtime-start.py PATH-OF-SYSCALLPROBE [ALTERNATIONS]

A start is `create` and then `start`, as every engine calls them, of a container with /bin/true from busybox. Needs root, runc and busybox-static.
"""
import json, os, statistics, subprocess, sys, tempfile, time

binary, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
folder = tempfile.mkdtemp(prefix="syscallprobe-start-")
wrapper = folder + "/syscallprobe-runtime"
os.symlink(binary, wrapper)
with open(wrapper + ".env", "w") as settings:
    settings.write(f"SYSCALLPROBE_TRACES={folder}/traces\n")
os.makedirs(folder + "/bundle/rootfs/bin")
subprocess.run(["cp", "/bin/busybox", folder + "/bundle/rootfs/bin/true"], check=True)
subprocess.run(["runc", "spec", "--bundle", folder + "/bundle"], check=True)
with open(folder + "/bundle/config.json") as file:
    config = json.load(file)
config["process"].update(terminal=False, args=["/bin/true"])
with open(folder + "/bundle/config.json", "w") as file:
    json.dump(config, file)


def start(runtime, name):
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    begun = time.perf_counter()
    subprocess.run([runtime, "create", "--bundle", folder + "/bundle", name], **quiet)
    created = time.perf_counter()
    subprocess.run([runtime, "start", name], **quiet)
    started = time.perf_counter()
    # It has to end before it is removed without force.
    while json.loads(subprocess.run(["runc", "state", name], capture_output=True, check=True).stdout)["status"] != "stopped":
        time.sleep(0.01)
    subprocess.run([runtime, "delete", name], **quiet)
    return (created - begun) * 1e3, (started - created) * 1e3, (started - begun) * 1e3


runs = {"runc": [], wrapper: []}
for i in range(rounds + 1):
    for runtime in runs:
        times = start(runtime, f"syscallprobe-start-{os.getpid()}-{i}")
        if i > 0:  # the first fills the caches
            runs[runtime].append(times)
print("| ms, median (quartiles) | create | start | both |\n|---|---:|---:|---:|")
for runtime, times in runs.items():
    cells = [statistics.quantiles(column, n=4) for column in zip(*times)]
    print(f"| {os.path.basename(runtime)} | " + " | ".join(f"{q[1]:.1f} ({q[0]:.1f}–{q[2]:.1f})" for q in cells) + " |")
added = [mine[2] - plain[2] for mine, plain in zip(runs[wrapper], runs["runc"])]
print(f"\nadded to a start, median of {rounds} alternations: {statistics.median(added):.1f} ms; traces written: {len(os.listdir(folder + '/traces'))} of {rounds + 1}")
subprocess.run(["rm", "-r", folder])
