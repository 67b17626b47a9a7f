"""Two processes that migrate an empty database at once both succeed."""

import subprocess
from contextlib import nullcontext

import pytest

from tests.cluster import cluster
from tests.conftest import sqlite_only
from tests.prepared import environment, manage_command

pytestmark = [pytest.mark.whole_site, sqlite_only]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_migrations_at_once_wait_for_each_other(tmp_path, engine):
    on_postgresql = engine == "postgresql"
    with cluster(replicas=0) if on_postgresql else nullcontext((None, [])) as (primary, _replicas):
        variables = environment(tmp_path) | ({"DATABASE_URL": primary.url} if primary else {})
        processes = [
            subprocess.Popen(
                manage_command("migrate", "--verbosity", "0"), env=variables, stderr=subprocess.PIPE
            )
            for _ in range(2)
        ]
        assert [(process.communicate()[1], process.returncode) for process in processes] == [
            (b"", 0),
            (b"", 0),
        ]
        check = manage_command("migrate", "--check", "--verbosity", "0")
        assert subprocess.run(check, env=variables, check=False).returncode == 0
