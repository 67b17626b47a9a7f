"""Look for known holes in what the portal depends on, and for mistakes in its code.

make audit runs this in an environment of its own. It ends with status 1 where something is found;
where the data of known holes cannot be reached, it says so and goes on.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = PROJECT["tool"]["importlinter"]["root_packages"]
RULES = ROOT / "scripts" / "audit-rules.yaml"
SEMGREP = ["semgrep", "scan", "--metrics", "off", "--disable-version-check", "--quiet"]


def main():
    locked = sorted((ROOT / "requirements").glob("*.txt"))
    found = [known_holes(file) for file in locked]
    found += [
        mistakes("bandit", ["bandit", "-q", "-c", "pyproject.toml", "-r", *ROOMS, "manage.py"]),
        mistakes("semgrep", [*SEMGREP, "--error", "--config", RULES, *ROOMS, "templates"]),
    ]
    return int(any(found))


def known_holes(file):
    """Say which packages of a locked file have known holes; whether there is any."""
    run = started(
        ["pip-audit", "--requirement", file, "--require-hashes", "--disable-pip", "--format=json"]
    )
    name = file.relative_to(ROOT)
    try:
        packages = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"pip-audit, {name}: NOT LOOKED UP, its data cannot be reached. {last(run.stderr)}")
        return False
    left_out = [package for package in packages if "skip_reason" in package]
    holes = [
        f"  {package['name']} {package['version']}: {hole['id']}, mended in {hole['fix_versions']}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    known = len(packages) - len(left_out)
    said = f"{known} packages looked up, {len(holes)} known holes"
    if not known:
        said = "NOT LOOKED UP, its data cannot be reached from here"
    elif left_out:
        said += f"; not known to it: {', '.join(package['name'] for package in left_out)}"
    print(f"pip-audit, {name}: {said}.", *holes, sep="\n")
    return bool(holes)


def mistakes(name, command):
    """Say what a tool finds in the code; whether it finds anything, or fails."""
    run = started(command)
    print(f"{name}: {'clean' if run.returncode == 0 else 'something is found'}.")
    if run.returncode:
        print(run.stdout, run.stderr, sep="\n")
    return bool(run.returncode)


def started(command):
    program, *arguments = command
    return subprocess.run(  # noqa: S603  (the tools of this environment)
        [BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def last(text):
    return (text.strip().splitlines() or [""])[-1][:200]


if __name__ == "__main__":
    sys.exit(main())
