"""The picture that the page names is the one on the screen: read from numbers that are burnt into the film.

A short run. `PICTURES=10000 pytest tests/flows/test_picture_true.py` makes the long one.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from apps.evidence.models import EvidenceItem
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import derivative_key, store
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.items import playable_item
from tests.factories.numbered import FILMS, READ_NUMBER, Film, numbered, numbers_in
from tests.flows.test_item_player import open_item
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOVES = int(os.environ.get("PICTURES", "320"))
SEED = int(os.environ.get("PICTURES_SEED", "9"))

# Makes the moves with the page's own keys and field, and answers what stood on the screen after each: the number that
# the page tells, and the one that the picture carries.
WALK = """async ([section, moves]) => {
  const read = READ_NUMBER;
  const video = section.querySelector('video');
  const field = section.querySelector('[data-pictures] input');
  const shown = [];
  for (const move of moves) {
    if (typeof move === 'number') {
      field.value = String(move + 1);
      field.form.requestSubmit();
    } else {
      document.body.dispatchEvent(new KeyboardEvent('keydown', {key: move, bubbles: true}));
    }
    for (let waited = 0; !section.dataset.picture && waited < 4000; waited += 1) {
      await new Promise(done => setTimeout(done, 2));
    }
    shown.push([Number(section.dataset.picture ?? 0) - 1, read(video)]);
  }
  return shown;
}""".replace("READ_NUMBER", READ_NUMBER)


def moves_and_targets(pictures: int, count: int, chance: random.Random) -> tuple[list[int | str], list[int]]:
    """Jumps to any picture, and steps on and back, in turn at random; and the picture that each has to lead to."""
    moves: list[int | str] = []
    targets: list[int] = []
    at = 0
    for _ in range(count):
        move: int | str = chance.choice((".", ",", "jump"))
        move = chance.randrange(pictures) if move == "jump" else move
        at = move if isinstance(move, int) else min(max(0, at + (1 if move == "." else -1)), pictures - 1)
        moves.append(move)
        targets.append(at)
    return moves, targets


def numbers_of(item: EvidenceItem, folder: Path) -> list[int]:
    made = item.derivatives.get(kind=DerivativeKind.WORKING_COPY)
    path = folder / "copy.mp4"
    path.write_bytes(b"".join(store().open_range(derivative_key(made.digest), 0, made.size)))
    return numbers_in(path)


def open_player(page: Page, live_server: LiveServer, item: EvidenceItem) -> None:
    open_item(page, live_server, item)
    wait_until(
        lambda: page.eval_on_selector("[data-player]", "section => section.dataset.picture === '1'"),
        "the table of times is there and the first picture is named",
        pause=lambda: page.wait_for_timeout(50),
    )


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.name)
def test_each_step_and_jump_shows_the_picture_that_the_page_names(
    page: Page, live_server: LiveServer, tmp_path: Path, film: Film
) -> None:
    item = playable_item(numbered(film))
    numbers = numbers_of(item, tmp_path)
    open_player(page, live_server, item)
    moves, targets = moves_and_targets(len(numbers), MOVES // len(FILMS), random.Random(f"{SEED} {film.name}"))
    section = page.query_selector("[data-player]")
    shown: list[list[int]] = []
    for begin in range(0, len(moves), 100):
        shown += page.evaluate(WALK, [section, moves[begin : begin + 100]])
    wanted = [[target, numbers[target]] for target in targets]
    wrong = [(move, want, saw) for move, want, saw in zip(moves, wanted, shown, strict=True) if want != saw]
    assert wrong == [], f"{len(wrong)} of {len(moves)}"


def test_numbers_in_the_films_are_those_that_were_drawn() -> None:
    by_name = {film.name: numbers_in(numbered(film)) for film in FILMS}
    cut = by_name.pop("edit list")
    assert cut == list(range(cut[0], 400))
    assert 80 < cut[0] <= 83
    assert all(numbers == list(range(400)) for numbers in by_name.values())


PLAY_AND_STEP = """async ([section, key]) => {
  const read = READ_NUMBER;
  const video = section.querySelector('video');
  const pressed = name => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true}));
  pressed('k');
  const from = video.currentTime;
  while (video.currentTime < from + 0.3) { await new Promise(done => setTimeout(done, 5)); }
  pressed(key);
  while (!section.dataset.picture) { await new Promise(done => setTimeout(done, 5)); }
  return [video.paused, Number(section.dataset.picture) - 1, read(video)];
}""".replace("READ_NUMBER", READ_NUMBER)


def test_a_step_out_of_a_playing_film_stops_at_the_picture_that_the_page_names(
    page: Page, live_server: LiveServer
) -> None:
    film = next(film for film in FILMS if film.name == "variable rate")
    open_player(page, live_server, playable_item(numbered(film)))
    section = page.query_selector("[data-player]")
    for key in ".,.,.,":
        paused, named, shown = page.evaluate(PLAY_AND_STEP, [section, key])
        assert (paused, named) == (True, shown)
