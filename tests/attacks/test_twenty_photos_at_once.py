"""Twenty photos at once: they need the memory of one, nobody's thread waits for long, and the sender is told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core.errors import Busy
from apps.media import pictures, turns
from apps.media.pictures import PICTURE_BUDGET, clean_picture
from tests.factories.cameras import pending_camera
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.media.test_pictures import drawn, encoded, with_gps

GIB = 1024**3
LARGE = encoded(drawn(7000, 5000), "PNG", compress_level=1)


@pytest.fixture(autouse=True)
def empty_scratch(settings, tmp_path):
    settings.SCRATCH_DIR = tmp_path / "scratch"


class Watch(threading.Thread):
    """Looks for our confined children until it is told to stop: how many at once, and what memory the kernel allows."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.most = 0
        self.limits: set[str] = set()

    def run(self) -> None:
        me = Path("/proc/self/task")
        while not self.done.is_set():
            children = {pid for task in me.iterdir() for pid in self._read(task / "children").split()}
            confined = [pid for pid in children if "apps.media.confined" in self._read(Path("/proc") / pid / "cmdline")]
            self.most = max(self.most, len(confined))
            for pid in confined:
                limits = self._read(Path("/proc") / pid / "limits")
                self.limits |= {line.split()[3] for line in limits.splitlines() if line.startswith("Max address space")}

    @staticmethod
    def _read(path: Path) -> str:
        try:
            return path.read_text()
        except OSError:
            return ""


def send(number: int) -> str:
    try:
        clean_picture(LARGE, longest_side=1280, sender=str(number))
    except Busy:
        return "busy"
    return "made"


def test_twenty_at_once_are_decoded_one_after_the_other_within_the_memory_of_one(monkeypatch):
    monkeypatch.setattr(turns, "MOST_WAITING", 4)
    monkeypatch.setattr(turns, "WAIT_SECONDS", 600.0)
    watch = Watch()
    watch.start()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    watch.done.set()
    watch.join()
    assert watch.most == 1
    assert watch.limits - {"unlimited"} == {str(PICTURE_BUDGET.memory)}
    assert PICTURE_BUDGET.memory < 0.7 * GIB
    # Four may wait; the others are told at once.
    assert answers.count("made") >= 4
    assert set(answers) <= {"made", "busy"}


def test_the_largest_that_is_accepted_fits_into_the_memory_of_one():
    large = encoded(drawn(7740, 7740, "RGBA"), "PNG", compress_level=1)
    assert clean_picture(large, longest_side=1280, sender="a").width == 1280


def test_one_sender_never_takes_two_places(tmp_path):
    with turns.picture_turn(tmp_path / "scratch", whose="a"), pytest.raises(Busy):
        clean_picture(with_gps(), longest_side=1280, sender="a")
    assert clean_picture(with_gps(), longest_side=1280, sender="a")


@pytest.mark.django_db
def test_the_page_says_so_and_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr(turns, "MOST_WAITING", 0)
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    page = reverse("web:camera_photo", args=[pending_camera(partner).public_id])
    answer = client.post(page, {"picture": SimpleUploadedFile("a.jpg", with_gps(), "image/jpeg")})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "Send it again in a moment" in answer.content.decode()
    assert "Save the photo" in answer.content.decode()


def test_the_turn_comes_back_when_a_picture_is_refused():
    for _ in range(3):
        with pytest.raises(pictures.Undecodable):
            clean_picture(with_gps()[:500], longest_side=1280, sender="a")
    assert clean_picture(with_gps(), longest_side=1280, sender="b")
