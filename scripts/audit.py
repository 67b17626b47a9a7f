"""Look for known vulnerabilities of the dependencies, and for insecure code.

`make audit` runs it in an environment of its own. The exit status is 1 if something is found. If
the database of pip-audit cannot be reached, it prints that and goes on: the locked releases are
also compared with the list in scripts/advisories.toml, which needs no network.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import advisories  # the module beside this one

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]
RULES = ROOT / "scripts" / "audit-rules.yaml"
SEMGREP = ["semgrep", "scan", "--metrics", "off", "--disable-version-check", "--quiet"]
NOT_LOOKED_UP = (
    "NOT LOOKED UP, its data cannot be reached from here. Only the list of scripts/advisories.toml "
    "was compared."
)


def main():
    """Run all tools, and return the exit status."""
    lock_files = sorted((ROOT / "requirements").glob("*.txt"))
    bandit = ["bandit", "-q", "-c", "pyproject.toml", "-r", *PACKAGES, "manage.py"]
    semgrep = [*SEMGREP, "--error", "--config", RULES, *PACKAGES, "templates"]
    failed = [advisories.main(), *map(has_vulnerabilities, lock_files)]
    failed += [has_findings("bandit", bandit), has_findings("semgrep", semgrep)]
    return int(any(failed))


def has_vulnerabilities(file):
    """Print the known vulnerabilities of the packages in a lock file; whether there are any."""
    run = run_tool(
        ["pip-audit", "--requirement", file, "--require-hashes", "--disable-pip", "--format=json"]
    )
    name = file.relative_to(ROOT)
    try:
        packages = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"pip-audit, {name}: {NOT_LOOKED_UP} {last_line(run.stderr)}".rstrip())
        return False
    skipped = [package for package in packages if "skip_reason" in package]
    vulnerabilities = [
        f"  {package['name']} {package['version']}: {found['id']}, fixed in {found['fix_versions']}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    number = len(packages) - len(skipped)
    summary = f"{number} packages looked up, {len(vulnerabilities)} known vulnerabilities"
    if not number:
        summary = NOT_LOOKED_UP
    elif skipped:
        summary += f"; not known to it: {', '.join(package['name'] for package in skipped)}"
    print(f"pip-audit, {name}: {summary.rstrip('.')}.", *vulnerabilities, sep="\n")
    return bool(vulnerabilities)


def has_findings(name, command):
    """Run a tool on the code and print its findings; whether it has any, or fails."""
    run = run_tool(command)
    print(f"{name}: {'clean' if run.returncode == 0 else 'something is found'}.")
    if run.returncode:
        print(run.stdout, run.stderr, sep="\n")
    return bool(run.returncode)


def run_tool(command):
    """Return the CompletedProcess of a tool of this environment."""
    program, *arguments = command
    return subprocess.run(  # noqa: S603  (the tools of this environment)
        [BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def last_line(text):
    """Return the last line of a text, at most 200 characters of it."""
    return (text.strip().splitlines() or [""])[-1][:200]


if __name__ == "__main__":
    sys.exit(main())
