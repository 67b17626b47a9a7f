"""The newest releases of what the portal depends on, whatever pyproject.toml allows.

`make test-latest` runs it: `requirements` prints the requirements of pyproject.toml without their
upper bounds, and `differences FOLDER` the releases in an environment that are not the locked ones.
"""

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UPPER_BOUND = re.compile(r",\s*<=?\s*[\w.]+")
PIN = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


def requirements():
    """Return the requirements of the portal and of its development, without upper bounds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return [UPPER_BOUND.sub("", requirement) for requirement in declared]


def differences(site_packages):
    """Return a line for each package in a folder whose release is not the locked one."""
    locked = dict(PIN.findall((ROOT / "requirements" / "development.txt").read_text()))
    installed = {
        re.sub(r"[-_.]+", "-", package.name).lower(): package.version
        for package in distributions(path=[str(site_packages)])
    }
    return [
        f"{name} {locked.get(name, '(not locked)')} → {version}"
        for name, version in sorted(installed.items())
        if name != "pip" and version != locked.get(name)
    ]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["requirements"]:
            print("\n".join(requirements()))
        case ["differences", environment]:
            folder = next(Path(environment).glob("lib/python3*/site-packages"))
            print("\n".join(differences(folder)) or "All releases are the locked ones.")
        case _:
            sys.exit(__doc__)
