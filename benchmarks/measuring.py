"""What a server carries and uses, as the benchmarks see it from outside."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def require(*programs):
    """End with a sentence where a program is missing."""
    for program in programs:
        if not shutil.which(program):
            sys.exit(f"This needs {program}: apt-get install {program}")


def wrk(*arguments, connections=8, seconds=4):
    """Ask as often as can be; return the requests, how many a second, their bytes and p99 (ms).

    Raises RuntimeError where an answer failed; 304 is none where it was asked for.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["-H", "Accept-Encoding: br, gzip", *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Socket errors" in said or ("Non-2xx" in said and "If-None-Match" not in str(arguments)):
        raise RuntimeError(said)
    requests, size = re.search(r"(\d+) requests in [\d.]+\w+, ([\d.]+\w+) read", said).groups()
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        "requests": int(requests),
        "bytes": in_bytes(size) / int(requests),
        "p99": in_ms(re.search(r"99%\s+([\d.]+\w+)", said)[1]),
    }


def in_bytes(text):
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[unit]


def in_ms(text):
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def family(*pids):
    """Return these processes and all that they have started."""
    return [each for pid in pids for each in (pid, *family(*children(pid)))]


def seconds_used(*pids):
    """Return the seconds of the processor that processes and their children have used."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in family(*pids)]
    return sum(int(fields[11]) + int(fields[12]) for fields in map(str.split, stats)) / TICKS


def memory(*pids):
    """Return the megabytes (PSS) that processes take, without their children."""
    lines = [
        line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024
