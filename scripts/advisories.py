"""Compare the locked releases with the advisories in scripts/advisories.toml, without a network.

`make audit` runs it. The exit status is 1 if a lock file has a release with a known vulnerability.
"""

import re
import sys
import tomllib
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "scripts" / "advisories.toml"
LOCKED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def main(folder=ROOT / "requirements"):
    """Print the vulnerabilities of the lock files in a folder, and return the exit status."""
    found = [
        f"{file.name}: {sentence}"
        for file in sorted(Path(folder).glob("*.txt"))
        for sentence in vulnerabilities(file.read_text(encoding="utf-8"))
    ]
    days = {advisory["looked_up"] for advisory in advisories()}
    print(
        f"advisories.toml: {len(advisories())} advisories, looked up until {max(days)}; "
        f"{len(found)} locked releases are older than their fix.",
        *found,
        sep="\n  ",
    )
    return int(bool(found))


def advisories():
    """Return the advisories of the list."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))["advisory"]


def vulnerabilities(lock):
    """Return a sentence for each advisory about a release in the text of a lock file."""
    releases = {canonicalize_name(name): version for name, version in LOCKED.findall(lock)}
    return [
        f"{name} {releases[name]} has {' / '.join(advisory['ids'])}, fixed in "
        f"{advisory['fixed_in']}: {advisory['source']}"
        for advisory in advisories()
        if (name := canonicalize_name(advisory["package"])) in releases
        and Version(releases[name]) < Version(advisory["fixed_in"])
    ]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
