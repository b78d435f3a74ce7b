"""The drill on a PostgreSQL of its own: base backup and log, back to the last act, and back to a time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.postgres import Cluster, NoPostgres, cluster
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ["max_connections=100", "wal_level=replica", "max_wal_senders=4", "fsync=off", "jit=off"]
pytestmark = pytest.mark.run


class City:
    """A portal on a server of its own."""

    def __init__(self, server: Cluster, folder: Path) -> None:
        self.server, self.folder = server, folder
        for name in ("evidence", "backups", "backups/wal"):
            (folder / name).mkdir()
        self.env = {
            # The folder is this city's alone; the settings of the tests would give each worker a part of it.
            **{name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
            "DJANGO_SETTINGS_MODULE": "tests.backups.unmigrated",
            "DATA_DIR": str(folder),
            "DATABASE_URL": server.url,
            "POSTGRES_PROGRAMS": str(server.programs),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def live(self) -> dict[str, Any]:
        """What happened there."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.backups.city", self.folder],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            check=True,
        )
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said

    def restore(self, *words: str) -> tuple[int, str]:
        """Put a backup back; the server starts once its data are there. Returns exit code and words."""
        command = [sys.executable, "manage.py", "restore_backup", *words, "--data", str(self.server.data)]
        before = self.server.data.stat().st_ino if self.server.data.exists() else 0
        restoring = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        is_there = self.server.data.exists
        wait_until(lambda: restoring.poll() is not None or (is_there() and self.server.data.stat().st_ino != before))
        if restoring.poll() is None:
            self.server.start()
        said, _ = restoring.communicate(timeout=120)
        return restoring.returncode, said

    def ask(self, question: str) -> Any:
        """The first value of an answer of the database."""
        with psycopg.connect(self.server.url) as connection:
            row = connection.execute(question.encode()).fetchone()
            return row and row[0]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A server, its log written elsewhere as it happens."""
    try:
        with cluster(SETTINGS) as server:
            yield City(server, tmp_path_factory.mktemp("city"))
    except NoPostgres as reason:
        pytest.skip(f"No PostgreSQL: {reason}")


@contextmanager
def log_written_elsewhere(city: City) -> Iterator[None]:
    """`pg_receivewal`, as deploy/ has it."""
    command = [city.server.programs / "pg_receivewal", "--directory", city.folder / "backups" / "wal", "--synchronous"]
    command += ["--slot", "portal_backup"]
    with psycopg.connect(city.server.url) as connection:
        host = connection.info.host
    command += ["--host", host, "--username", "postgres", "--no-password"]
    subprocess.run([*command, "--create-slot", "--if-not-exists"], check=True)
    receiver = subprocess.Popen(command)
    try:
        yield
        city.ask("SELECT pg_switch_wal()")
        last = city.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
        wait_until(lambda: (city.folder / "backups" / "wal" / f"{last}.partial").exists())
    finally:
        receiver.send_signal(signal.SIGTERM)
        receiver.wait(20)


def test_all_comes_back_to_the_last_act_and_to_a_time(city: City) -> None:
    with log_written_elsewhere(city):
        was = city.live()
    assert (was["good_parts"], was["log_is_kept"]) == (["database", "log", "files"], True)
    city.server.stop(signal.SIGKILL)
    shutil.rmtree(city.server.data)
    shutil.rmtree(city.folder / "evidence")
    (city.folder / "evidence").mkdir()

    code, said = city.restore(was["backup"], "--checkpoint", was["outside"])
    assert (code, "BROKEN" in said) == (2, False), said
    assert "receipt      " in said
    assert "2 originals" in said
    assert said.count("NOT PROVED") == 1, "one file had arrived and was not sealed"
    assert city.ask(f"SELECT erased_at IS NOT NULL FROM accounts_user WHERE id = {was['person']}")

    # Back to before somebody was erased: it is named as older, and the person is erased again.
    code, said = city.restore(was["backup"], "--checkpoint", was["outside"])
    assert (code, "There is a database already." in said or "PostgreSQL runs" in said) == (64, True), said
    city.server.stop(signal.SIGINT)
    words = [was["backup"], "--checkpoint", was["outside"], "--until", was["between"], "--replace"]
    code, said = city.restore(*words)
    assert code == 1, said
    assert "This database is older than a checkpoint that was kept outside" in said
    assert "erased again 1" in said
    assert city.ask(f"SELECT erased_at IS NOT NULL FROM accounts_user WHERE id = {was['person']}")
    assert city.ask(f"SELECT count(*) FROM evidence_evidenceitem WHERE public_id = '{was['later']}'") == 1
    assert list(city.server.data.parent.glob("data.before-*"))

    # A file of the base backup of which one bit changed is named.
    city.server.stop(signal.SIGINT)
    control = Path(was["backup"]) / "base" / "global" / "pg_control"
    control.write_bytes(bytes([control.read_bytes()[0] ^ 1]) + control.read_bytes()[1:])
    code, said = city.restore(was["backup"], "--checkpoint", was["outside"], "--replace")
    assert code == 64
    assert "“base/global/pg_control” of the backup is not what was written." in said
