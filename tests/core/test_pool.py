"""Only a process that serves shares connections: one that forks, as a test or a worker does, may not inherit a pool."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

ASK = "from django.conf import settings; print('pool' in settings.DATABASES['default']['OPTIONS'])"


@pytest.mark.parametrize(
    ("loaded", "shares"),
    [("import config.wsgi", "False"), ("import config.sharing; config.sharing.share_connections()", "True")],
    ids=["imported", "serving"],
)
def test_importing_the_serving_module_gives_no_pool(loaded: str, shares: str) -> None:
    env = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DATABASE_POOL": "4"}
    done = subprocess.run(
        [sys.executable, "-c", f"{loaded}; {ASK}"],
        cwd=settings.BASE_DIR,
        env=env | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [shares], done.stderr
