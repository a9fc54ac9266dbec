#!/usr/bin/env python3
"""Adds up xunit results and holds the skipped tests against the list of what this kind of host cannot do.

summarise-tests.py FAILED SKIPS.csv RESULT.xml...

A skip must be listed; a listed one is right only where its check, a shell command run at the repository's root, fails.
"""
import csv
import subprocess
import sys
import xml.etree.ElementTree as xml

crashed, skips_file, *files = sys.argv[1:]
tests = [test for file in files for test in xml.parse(file).getroot().iter("test")]
count = {result: sum(test.get("result") == result for test in tests) for result in ("Pass", "Fail", "Skip")}
listed = {row["test"]: row for row in csv.DictReader(open(skips_file, encoding="utf-8"))}
wrong = [] if crashed == "0" or count["Fail"] else ["a test process ended without a complete result"]

for test in tests:
    if test.get("result") != "Skip":
        continue
    name = f'{test.get("type")}.{test.get("method")}'
    reason = (test.findtext("reason") or "").strip()
    print(f"skipped: {name}: {reason}")
    if name not in listed:
        wrong.append(f"{name} was skipped and is not listed in {skips_file}: {reason}")
    elif subprocess.run(["bash", "-c", listed[name]["check"]], capture_output=True).returncode == 0:
        wrong.append(f"{name} was skipped though this host can run it: `{listed[name]['check']}` succeeds")

for test in tests:
    if test.get("result") == "Fail":
        print(f'failed: {test.get("name")}')
for line in wrong:
    print(f"error: {line}")
print(f'{count["Pass"]} passed, {count["Fail"] + len(wrong)} failed, {count["Skip"]} skipped')
sys.exit(1 if count["Fail"] or wrong or not count["Pass"] else 0)
