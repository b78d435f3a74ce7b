"""What the owner's recorder found: seen on the request's page, agreed to by keyboard, and taken back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from apps.accounts.api_keys import issue_key
from apps.evidence.models import Piece
from apps.evidence.services.pieces import Found, propose_piece
from apps.evidence.states import PieceState
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.flows.test_members_journey import session_of
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(live_server, settings):
    """An owner whose recorder found two pieces for a request."""
    cache.clear()
    settings.SITE_URL = live_server.url
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner, name="Front door"), camera_at(partner, name="Driveway"))
    key, _secret = issue_key(user=user, name="Frigate at home", scope="exporter", days=None, actor=actor_for(user))
    for match, size, note in zip(opened.matches, (48_000_000, None), ("", "A red car passes twice."), strict=True):
        propose_piece(
            match=match,
            found=Found("a", *opened.request.windows[0], size=size, note=note),
            key=key,
            user=user,
            actor=actor_for(user),
        )
    return user, opened


def shot(walk: Walk, name: str) -> None:
    """A picture to look at, where somebody asked for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        walk.page.screenshot(path=Path(folder) / f"{name}-{walk.width}.png", full_page=True)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_owner_says_yes_to_one_piece_and_takes_it_back_by_keyboard(live_server, asked, width):
    user, opened = asked
    with walking(live_server.url, width) as walk:
        page = walk.page
        page.context.add_cookies([session_of(user, live_server.url)])
        walk.go(f"/i/{opened.invitation.public_id}/")
        expect(page.get_by_role("heading", name="Your recorder found 2 pieces")).to_be_visible()
        expect(page.get_by_text("A red car passes twice.")).to_be_visible()
        walk.check()
        shot(walk, "pieces")
        walk.press("#pieces button[value=yes]")
        expect(page.get_by_text("Your recorder may send this piece.")).to_be_visible()
        expect(page.locator("#pieces").get_by_text("you said yes")).to_have_count(1)
        walk.check()
        shot(walk, "piece-agreed")
        assert Piece.objects.filter(state=PieceState.AGREED, decided_by=user).count() == 1
        walk.press("#pieces button[value=no]")
        expect(page.get_by_text("This piece is not sent.")).to_be_visible()
    assert not Piece.objects.filter(state=PieceState.AGREED).exists()


def test_who_has_the_link_alone_is_told_to_sign_in_and_in_spanish_too(live_server, asked):
    user, opened = asked
    with walking(live_server.url, PHONE) as walk:
        walk.go(f"/i/{opened.invitation.public_id}/#{opened.tokens[opened.invitation.public_id]}")
        expect(walk.page.get_by_text("To look at them and decide, sign in.")).to_be_visible()
        expect(walk.page.locator("#pieces button")).to_have_count(0)
        walk.check()
        shot(walk, "pieces-link")
    with walking(live_server.url, PHONE, locale="es-US") as walk:
        walk.page.context.add_cookies([session_of(user, live_server.url)])
        walk.go(f"/i/{opened.invitation.public_id}/")
        expect(walk.page.get_by_role("heading", name="La grabadora encontró 2 fragmentos")).to_be_visible()
        walk.check()
        shot(walk, "pieces-es")
