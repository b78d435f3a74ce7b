"""While the demo is being loaded, visitors read how far it is; a load that dies leaves nothing half made."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from apps.agencies.models import Agency
from apps.demo import loading, waiting


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path


@pytest.mark.parametrize("page", ["/", "/cameras/", "/admin/", "/demo/", "/no/such/page"])
def test_every_page_says_how_far_it_is_and_asks_no_database(client, page):
    waiting.tell(40)
    answer = client.get(page)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert "The demo’s registers are being loaded, 40%" in answer.content.decode()


@pytest.mark.parametrize(("said", "percent"), [("", 0), ("7", 7), ("100", 99), ("-3", 0), ("many", 0)])
def test_whatever_stands_in_the_file_is_a_number_of_percents(said, percent):
    waiting.tell(0)
    waiting.progress_file().write_text(said)
    assert waiting.percent_loaded() == percent


@pytest.mark.django_db
def test_pages_open_when_it_is_loaded(client):
    waiting.tell(99)
    waiting.let_in()
    waiting.let_in()
    assert client.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_load_that_dies_leaves_nothing_and_lets_nobody_in(client, monkeypatch):
    def dies(calendar, tell):
        tell(40)
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "fill_register", dies)
    with pytest.raises(KeyboardInterrupt):
        call_command("load_demo", verbosity=0)
    assert not Agency.objects.exists()
    assert "40%" in client.get("/").content.decode()
