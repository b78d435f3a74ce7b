"""One web server for all tests of a process: to start one costs as much as the pages that most journeys walk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.uploads.live import Server, free_port


@pytest.fixture(scope="session")
def shared_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """gunicorn on the test database, and the folder where it counts what a limit counts."""
    counts, port = tmp_path_factory.mktemp("counts"), free_port()
    env = {"SITE_URL": f"http://127.0.0.1:{port}", "CACHE_URL": f"filecache://{counts}"}
    server = Server(threads=32, env=env, port=port)
    yield server, counts
    server.kill()


@pytest.fixture
def web(transactional_db: None, settings: LazySettings, shared_server: tuple[Server, Path]) -> Server:
    """The web server. It remembers nothing of other tests: the database is empty, and no limit has counted."""
    server, counts = shared_server
    shutil.rmtree(counts, ignore_errors=True)
    if not server.is_running:
        server.start()
    settings.SITE_URL = server.url
    return server
