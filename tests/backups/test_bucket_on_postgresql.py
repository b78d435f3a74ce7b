"""The building is lost: PostgreSQL comes back to its last act from the bucket alone."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.ceph import Ceph
from scripts.postgres import NoPostgres, cluster
from tests.backups.test_bucket import policy
from tests.backups.test_drill_on_postgresql import ROOT, SETTINGS, City, log_written_elsewhere
from tests.plugins.ceph import PORTAL, make_bucket

pytestmark = [pytest.mark.run, pytest.mark.s3]


def test_all_comes_back_to_the_last_act_from_the_bucket_alone(ceph: Ceph, tmp_path: Path) -> None:
    made, evidence = make_bucket(ceph, "backups-of-postgres"), make_bucket(ceph, "copies-of-postgres")
    made.owner.put_bucket_policy(Bucket=made.address.bucket, Policy=policy(made.address.bucket))
    try:
        with cluster(SETTINGS) as server:
            folder = tmp_path / "city"
            folder.mkdir()
            city = City(server, folder)
            city.env |= {"BACKUP_BUCKET_URL": made.url, "BACKUP_EVIDENCE_URL": evidence.url}
            city.env |= {"BACKUP_S3_KEY_ID": PORTAL[0], "BACKUP_S3_SECRET": PORTAL[1]}
            command = [sys.executable, "manage.py"]
            with log_written_elsewhere(city):
                was = city.live()
                subprocess.run([*command, "back_up", "--files"], cwd=ROOT, env=city.env, check=True)
            server.stop(signal.SIGKILL)
            shutil.rmtree(server.data)
            for name in ("evidence", "backups"):
                shutil.rmtree(folder / name)
                (folder / name).mkdir()
            subprocess.run([*command, "fetch_backup"], cwd=ROOT, env=city.env, check=True)
            code, said = city.restore(was["backup"], "--checkpoint", was["outside"])
            assert (code, "BROKEN" in said) == (2, False), said
            assert "2 originals" in said
            assert city.ask(f"SELECT erased_at IS NOT NULL FROM accounts_user WHERE id = {was['person']}")
    except NoPostgres as reason:
        pytest.skip(f"No PostgreSQL: {reason}")
