"""Try failures of a machine, of servers, and of the optional parts of the portal.

python -m benchmarks.trials                 all, of which some need root
python -m benchmarks.trials killed flood    some

Each trial serves the portal in a folder of its own, with all optional parts on. The exit status is
1 where an edit was lost that had been confirmed, or a response was not a page, a saved form or
status 503.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    trials_of_documents,
    trials_of_machines,
    trials_of_parts,
    trials_of_servers,
)
from benchmarks.people import COMMANDS
from benchmarks.trials_of_machines import FAKETIME
from benchmarks.trying import valkey_program

TRIALS = {
    "killed": trials_of_servers.killed,
    "killed-postgresql": trials_of_servers.killed_postgresql,
    "workers-killed": trials_of_servers.workers_killed,
    "master-killed": trials_of_servers.master_killed,
    "postgresql-away": trials_of_servers.postgresql_away,
    "disk-full": trials_of_machines.disk_full,
    "starting-on-full-disk": trials_of_machines.starting_on_full_disk,
    "read-only": trials_of_machines.read_only,
    "clock": trials_of_machines.clock,
    "slow-clients": trials_of_machines.slow_clients,
    "flood": trials_of_machines.flood,
    "mail": trials_of_parts.mail,
    "cache": trials_of_parts.cache,
    "single-sign-on": trials_of_parts.single_sign_on,
    "replica": trials_of_parts.replica,
    "metrics-folder": trials_of_parts.metrics_folder,
    "uploads": trials_of_documents.uploads,
    "taking-in-killed": trials_of_documents.killed_while_taking_in,
}
NEEDS = {
    "disk-full": os.geteuid() == 0,
    "starting-on-full-disk": os.geteuid() == 0,
    "read-only": os.geteuid() == 0,
    "clock": Path(FAKETIME).exists(),
    "flood": shutil.which("wrk"),
    "cache": valkey_program(),
}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials", nargs="*", default=list(TRIALS), metavar="TRIAL")
    names = parser.parse_args(arguments).trials
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from tests.prepared import environment, run_command

    failed = 0
    with tempfile.TemporaryDirectory() as root:
        prepared = Path(root) / "prepared"
        for command in COMMANDS:
            run_command(environment(prepared), *command)
        for name in names:
            if not NEEDS.get(name, True):
                print(f"{name}: not tried, since this machine lacks what it needs")
                continue
            folder = Path(root) / name
            folder.mkdir()
            summary, wrong = TRIALS[name](prepared, folder)
            print(f"{name}: {summary}; lost or wrong: {wrong[:5] or 'nothing'}", flush=True)
            failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
