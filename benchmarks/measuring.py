"""Measures a server from outside: its throughput, its latency, its processor time and memory."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def require(*programs):
    """Exit with a message where a program is not installed."""
    for program in programs:
        if not shutil.which(program):
            sys.exit(f"This needs {program}: apt-get install {program}")


def wrk(*arguments, connections=8, seconds=4):
    """Send requests by wrk for some seconds, as many as the server answers.

    `arguments` are those of wrk, with the address. Returns a dict: `rate` in requests a second,
    `requests`, `bytes` of a response on average, and `p99` of the latency in milliseconds. Raises
    RuntimeError where a request failed; 304 is no failure where If-None-Match is sent.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["-H", "Accept-Encoding: br, gzip", *arguments]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Socket errors" in output or ("Non-2xx" in output and "If-None-Match" not in str(arguments)):
        raise RuntimeError(output)
    requests, size = re.search(r"(\d+) requests in [\d.]+\w+, ([\d.]+\w+) read", output).groups()
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "requests": int(requests),
        "bytes": in_bytes(size) / int(requests),
        "p99": in_ms(re.search(r"99%\s+([\d.]+\w+)", output)[1]),
    }


def in_bytes(text):
    """Return a size as wrk prints it ("1.5MB") in bytes."""
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[unit]


def in_ms(text):
    """Return a time as wrk prints it ("1.5s") in milliseconds."""
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def children(pid):
    """Return the ids of the processes that a process has started."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in pids]


def with_descendants(*pids):
    """Return the ids of processes with those of all their descendants."""
    return [descendant for pid in pids for descendant in (pid, *with_descendants(*children(pid)))]


def seconds_used(*pids):
    """Return the processor time of processes and their descendants, in seconds."""
    stats = [
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in with_descendants(*pids)
    ]
    return sum(int(fields[11]) + int(fields[12]) for fields in map(str.split, stats)) / TICKS


def memory(*pids):
    """Return the memory (PSS) of processes without their children, in MB."""
    lines = [
        line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024
