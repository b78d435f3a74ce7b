"""Terms change: published with counts, told, compared, accepted, in force; who does not accept falls silent."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.cameras.matching import find_matches
from apps.geo import parse_area
from apps.ledger.values import Actor
from apps.notifications import sending
from apps.terms.dates import today
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.services import publish_and_put_in_force, publish_terms, put_due_in_force, tell_about_terms
from apps.terms.states import TermsKind, TermsState
from apps.terms.texts import folder_of, read_texts
from tests.factories.cameras import DOWNTOWN, camera
from tests.factories.people import AgencyFactory, accept, registrant, staff
from tests.factories.sessions import sign_in
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = {"type": "Circle", "center": [DOWNTOWN[1], DOWNTOWN[0]], "radius_m": 50}
SYSTEM = Actor.system("test")


@pytest.fixture
def agency():
    """An agency, and the portal's own texts of both documents in force."""
    cache.clear()
    for kind in TermsKind.values:
        summaries, texts = read_texts(folder_of(kind))
        publish_and_put_in_force(summary=summaries, full_text=texts, kind=kind, actor=SYSTEM)
    return AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")


def enter(walk: Walk, user: User) -> None:
    """This window is signed in as the user from now on."""
    session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    walk.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": walk.address}])


def shoot(walk: Walk, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        walk.page.screenshot(path=Path(folder) / f"{name}-{walk.width}.png", full_page=True)


def household(agency, language="en"):
    user, partner = registrant(agency, accepted=False)
    User.objects.filter(pk=user.pk).update(language=language)
    for version in TermsVersion.objects.filter(state=TermsState.IN_FORCE):
        accept(partner, user, version)
    return User.objects.get(pk=user.pk), partner, camera(partner)


def reached(agency):
    return {match.camera_id for match in find_matches(parse_area(HERE), agency=agency)}


def changed_texts():
    summaries, texts = read_texts(folder_of(TermsKind.PRIVACY))
    texts["en"] = texts["en"].replace(
        "You may say no to any request, without giving a reason.",
        "You may say no to any request, at any time, without giving any reason.",
    )
    texts["en"] = texts["en"].replace("We do not watch through your camera.", "We never watch through your camera.")
    texts["es"] = texts["es"].replace(
        "Puede decir que no a cualquier solicitud, sin dar un motivo.",
        "Puede decir que no a cualquier solicitud, en cualquier momento, sin dar ningún motivo.",
    )
    return summaries, texts


@pytest.mark.parametrize(("width", "language"), [(PHONE, "es"), (DESK, "en")])
def test_terms_are_published_with_counts_told_compared_and_accepted_and_who_does_not_falls_silent(
    live_server, agency, width, language
):
    reader, partner, mine = household(agency, language)
    _silent, _their, theirs = household(agency)
    _summaries, texts = changed_texts()
    assert reached(agency) == {mine.pk, theirs.pk}
    with walking(live_server.url, width) as walk:
        page = walk.page
        enter(walk, staff(Role.PROGRAM_MANAGER, agency))
        walk.go("/admin/terms/termsversion/")
        walk.check()
        shoot(walk, "admin-list")
        page.get_by_role("button", name="Write the next version: privacy terms").click()
        walk.check()
        page.locator("[name=text_en]").fill(texts["en"])
        page.locator("[name=text_es]").fill(texts["es"])
        page.get_by_role("button", name="Preview, save nothing").click()
        expect(page.get_by_role("heading", name="Preview (not saved)")).to_be_visible()
        walk.check()
        shoot(walk, "admin-preview")
        page.get_by_role("button", name="Save the draft").click()
        page.get_by_role("link", name="Publish it…").click()
        expect(page.locator(".silent dd")).to_have_text(["2", "2"])
        walk.check()
        shoot(walk, "admin-publish")
        page.get_by_role("button", name="Publish it").click()
        expect(page.get_by_text("Published. Partners are being told.")).to_be_visible()
        walk.check()
        shoot(walk, "admin-published")

        sending.send_due()
        mail.outbox.clear()
        tell_about_terms()
        sending.send_due()
        letter = next(one for one in mail.outbox if one.to == [reader.email])
        assert "/account/terms/" in letter.body
        assert ("cambian el" if language == "es" else "change on") in letter.body
        assert len(mail.outbox) == 2

        page.context.clear_cookies()
        enter(walk, reader)
        walk.go("/cameras/")
        walk.check()
        page.locator("main .notice a[href='/account/terms/']").click()
        assert page.locator("html").get_attribute("lang") == language
        expect(page.locator("main ins").first).to_be_visible()
        expect(page.locator(".comparison .was-changed ins")).to_contain_text(
            ["en cualquier momento"] if language == "es" else ["at any time", "any", "never"]
        )
        walk.check()
        shoot(walk, "partner-compares")
        walk.press("main form.accept button[type=submit]")
        expect(page.locator(".notice.success")).to_be_visible()
        walk.check()
        shoot(walk, "partner-accepted")

    version = TermsVersion.objects.get(state=TermsState.PUBLISHED)
    acceptance = Acceptance.objects.get(version=version)
    assert (acceptance.partner, acceptance.language, acceptance.user) == (partner, language, reader)
    sending.send_due()
    assert acceptance.digest in mail.outbox[-1].body
    assert reached(agency) == {mine.pk, theirs.pk}
    TermsVersion.objects.filter(pk=version.pk).update(effective_at=timezone.now())
    put_due_in_force(actor=SYSTEM)
    assert reached(agency) == {mine.pk}


@pytest.mark.parametrize(("width", "language"), [(PHONE, "en"), (DESK, "es")])
def test_who_fell_silent_reads_on_one_page_accepts_with_one_press_and_is_asked_again(
    live_server, agency, width, language
):
    reader, partner, mine = household(agency, language)
    summaries, texts = changed_texts()
    publish_and_put_in_force(summary=summaries, full_text=texts, actor=SYSTEM)
    TermsVersion.objects.filter(kind=TermsKind.INSTALLATION).update(number=5)
    Acceptance.objects.filter(partner=partner, version__kind=TermsKind.INSTALLATION).update(
        version=TermsVersion.objects.create(
            kind=TermsKind.INSTALLATION,
            number=4,
            state=TermsState.SUPERSEDED,
            summary={},
            text={"en": "Old.", "es": "Ya no."},
        )
    )
    assert reached(agency) == set()
    with walking(live_server.url, width) as walk:
        enter(walk, reader)
        walk.go("/cameras/")
        walk.check()
        walk.page.locator("main a[href='/join/terms/']").click()
        expect(walk.page.locator("main .document")).to_have_count(2)
        walk.check()
        shoot(walk, "accept-both")
        walk.press("main form.accept button[type=submit]")
        walk.page.wait_for_url("**/cameras/")
        for path in ("/account/", "/account/terms/", "/terms/", "/account/agencies/"):
            walk.go(path)
            walk.check()
            assert walk.page.locator("html").get_attribute("lang") == language
            shoot(walk, path.strip("/").replace("/", "-"))
        acceptance = Acceptance.objects.filter(partner=partner).latest("pk")
        walk.go(f"/account/terms/{acceptance.public_id}/")
        walk.check()
        shoot(walk, "record")
        walk.page.emulate_media(media="print")
        shoot(walk, "record-printed")
        assert not walk.page.locator(".masthead").is_visible()
        assert walk.page.get_by_text(acceptance.digest).is_visible()
    assert reached(agency) == {mine.pk}


def test_public_terms_tell_what_is_announced_before_its_day(live_server, agency):
    household(agency)
    summaries, texts = changed_texts()
    later = timezone.now() + timedelta(days=40)
    publish_terms(summary=summaries, full_text=texts, effective_at=later, actor=SYSTEM)
    with walking(live_server.url, PHONE) as walk:
        walk.go("/terms/")
        walk.page.get_by_text("read what changes").click()
        expect(walk.page.locator("ins").first).to_be_visible()
        walk.check()
        shoot(walk, "public-terms")
    assert today() < later.date()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_limits_are_chosen_by_keyboard_alone(live_server, agency, width):
    user, partner, _camera = household(agency)
    with walking(live_server.url, width) as walk:
        enter(walk, user)
        walk.go("/account/agencies/")
        walk.check()
        shoot(walk, "consent")
        walk.tab_to("[name=tier]")
        walk.page.keyboard.press("ArrowDown")
        walk.type_into("[name=phone]", "850-555-0123")
        walk.tab_to("[name=when]")
        walk.page.keyboard.press("ArrowDown")
        walk.tab_to("[name=most_requests]")
        walk.page.keyboard.press("4")
        walk.press("main form button[type=submit]")
        walk.page.wait_for_url("**/account/")
        expect(walk.page.get_by_text("At most 4 requests in 30 days.")).to_be_visible()
        walk.check()
        walk.go("/account/agencies/")
        walk.page.locator("[name=phone]").fill("no")
        walk.page.get_by_role("button", name="Save").click()
        expect(walk.page.locator("#id_phone_error")).to_be_visible()
        walk.check()
        shoot(walk, "consent-refused")
    rules = partner.contact_rules
    assert (rules.tier, rules.most_requests, str(rules.hours)) == ("phone", 4, "08:00–21:00")
