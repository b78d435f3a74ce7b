"""Several people, several partners, an association: by keyboard, on a phone and at a desk, in both languages."""

from __future__ import annotations

import os
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.notifications.models import Message
from apps.partners import policies, services
from apps.partners.models import Affiliation, Consent, MemberRole, Membership, Partner, PartnerKind
from apps.partners.selectors import address_of, current_partner_of, join_code_of
from tests.factories.actors import actor_for
from tests.factories.cameras import pending_camera, site
from tests.factories.footage_requests import camera_at
from tests.factories.people import AgencyFactory, PartnerFactory, accept, member, registrant, terms_in_force, verified
from tests.factories.sessions import sign_in as open_session
from tests.flows.test_resident_journey import sign_in
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def town(settings):
    cache.clear()
    settings.APPEAL_HOSTS = ["police.example.gov"]
    terms_in_force()
    return AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")


def shot(walk: Walk, name: str) -> None:
    """A picture of the page where somebody asks for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        walk.page.screenshot(path=Path(folder) / f"{name}-{walk.width}.png", full_page=True)


def session_of(user: User, address: str) -> dict[str, str]:
    """The cookie of somebody who is signed in, for windows that do not start at the sign-in page."""
    client = open_session(Client(), verified(user))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}


def with_shop(agency, user: User):
    """A second partner of this person: a shop with two sites and two more people."""
    shop = PartnerFactory.create(kind=PartnerKind.BUSINESS, name="Midtown Hardware")
    Membership.objects.create(partner=shop, user=user, role=MemberRole.OWNER)
    Consent.objects.create(partner=shop, agency=agency)
    accept(shop, user)
    main = site(shop, "Shop on Main Street")
    pending_camera(shop, site=main, name="Till")
    site(shop, "Storehouse")
    member(shop, MemberRole.MANAGER, name="Bo Lindgren")
    return shop


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_owner_invites_and_a_stranger_becomes_a_member_by_keyboard_alone(live_server, width, town, settings):
    settings.SITE_URL = live_server.url
    owner, _home = registrant(town)
    shop = with_shop(town, owner)
    with walking(live_server.url, width) as walk:
        sign_in(walk, owner)
        walk.go("/members/")
        walk.check()
        shot(walk, "members")
        walk.type_into("[name=email]", "nia@example.org")
        walk.press("main form button.usa-button[type=submit]")
        expect(walk.page.get_by_text("The invitation is on its way")).to_be_visible()
        expect(walk.page.get_by_role("heading", name="nia@example.org")).to_be_visible()
        walk.check()
        shot(walk, "invited")
    link = re.search(r"/invited/\S+", Message.objects.get(kind="member.invited").text)[0]
    with walking(live_server.url, width) as walk:
        page = walk.page
        walk.go(link)
        walk.check()
        shot(walk, "invitation")
        walk.press("main a[href^='/accounts/signup/']")
        page.wait_for_url("**/signup/**")
        walk.type_into("[name=email]", "nia@example.org")
        walk.press("main form button[type=submit]")
        page.wait_for_url("**/login/code/confirm/**")
        walk.type_into("[name=code]", re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.M)[1])
        page.wait_for_url("**" + link.partition("#")[0])
        walk.check()
        shot(walk, "accept")
        walk.press("main button[name=accept]")
        expect(page.get_by_text("You now act for Midtown Hardware.")).to_be_visible()
        walk.go("/cameras/")
        expect(page.get_by_text("Till")).to_be_visible()
        walk.check()
        shot(walk, "responder-cameras")
        walk.go(link)  # used twice: kindly on, and nothing changes
        expect(page.get_by_text("You now act for Midtown Hardware.")).to_be_visible()
    assert policies.role_in(User.objects.get(email="nia@example.org"), shop) == MemberRole.RESPONDER


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_fresh_account_waits_and_a_stranger_ends_all_mail_with_one_key(live_server, width, town, settings):
    settings.SITE_URL = live_server.url
    owner, _home = registrant(town)
    shop = with_shop(town, owner)
    Partner.objects.filter(pk=shop.pk).update(vouched_at=None)
    with walking(live_server.url, width) as walk:
        walk.page.context.add_cookies([session_of(owner, live_server.url)])
        walk.go("/members/")
        expect(walk.page.get_by_text("Nobody of the program knows you yet")).to_be_visible()
        expect(walk.page.locator("[name=email]")).to_have_count(0)
        walk.check()
        shot(walk, "not-known")
    Partner.objects.filter(pk=shop.pk).update(vouched_at=timezone.now())
    offer = {"partner": shop, "role": MemberRole.RESPONDER, "language": "en", "request_key": None}
    services.invite_member(email="nia@example.org", user=owner, actor=actor_for(owner), **offer)
    link = re.search(r"/no-mail/\S+", Message.objects.get(kind="member.invited").text)[0]
    with walking(live_server.url, width) as walk:
        walk.go(link)
        expect(walk.page.get_by_role("heading", name="No more mail from us?")).to_be_visible()
        walk.check()
        shot(walk, "no-mail")
        walk.press("main form button[type=submit]")
        expect(walk.page.get_by_role("heading", name="You get no more mail from us")).to_be_visible()
        walk.check()
        shot(walk, "no-mail-stopped")
    assert services.is_stopped("nia@example.org")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_one_switches_between_partners_by_keyboard_and_every_page_follows(live_server, width, town):
    user, home = registrant(town)
    home.name = "Delgado household"
    home.save()
    pending_camera(home, name="Porch")
    with_shop(town, user)
    services.choose_partner(user=user, partner=home)
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, user)
        walk.go("/cameras/")
        expect(page.get_by_role("heading", name="Porch")).to_be_visible()
        walk.press(".acting summary")
        walk.check()
        shot(walk, "switcher")
        walk.press(".acting button")
        expect(page.get_by_role("heading", name="Till")).to_be_visible()
        expect(page.locator(".acting summary")).to_contain_text("Midtown Hardware")
        for path, words in (
            ("/sites/", "Sites of Midtown Hardware"),
            ("/members/", "People who act for Midtown Hardware"),
            ("/account/", "Midtown Hardware"),
            ("/requests/", "Requests to me"),
            ("/given/", "What I gave"),
        ):
            walk.go(path)
            expect(page.get_by_role("main")).to_contain_text(words)
            walk.check()
            shot(walk, "shop-" + path.strip("/"))
    assert current_partner_of(user).name == "Midtown Hardware"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_about_one_person_and_one_site_hold_together(live_server, width, town):
    user, _home = registrant(town)
    shop = with_shop(town, user)
    helper = Membership.objects.get(partner=shop, user__name="Bo Lindgren")
    place = site(shop, "Office")
    with walking(live_server.url, width) as walk:
        sign_in(walk, user)
        for path in (
            f"/members/{helper.public_id}/role/",
            f"/members/{helper.public_id}/hand-over/",
            f"/members/{helper.public_id}/remove/",
            "/members/leave/",
            "/members/history/",
            "/sites/add/",
            f"/sites/{place.public_id}/",
            f"/sites/{place.public_id}/close/",
            "/join/another/",
        ):
            walk.go(path)
            walk.check()
            shot(walk, path.strip("/").replace("/", "-").replace(str(helper.public_id), "one"))
        walk.go("/members/leave/")
        walk.press("[name=sure]", "Space")
        walk.press("main button[type=submit]")
        expect(walk.page.get_by_text("This is the last owner.")).to_be_visible()
        walk.check()
        walk.go(f"/members/{helper.public_id}/remove/")
        walk.press("[name=sure]", "Space")
        walk.press("main button[type=submit]")
        expect(walk.page.get_by_text("Removed.")).to_be_visible()
    assert not policies.is_member(helper.user, shop)


def an_association(user: User):
    """Oak Hill with twelve homes that belong to it since a month."""
    oak = PartnerFactory.create(kind=PartnerKind.ASSOCIATION, name="Oak Hill Neighbors")
    Membership.objects.create(partner=oak, user=user, role=MemberRole.OWNER)
    accept(oak, user)
    services.renew_join_code(association=oak, user=user, actor=actor_for(user))
    month = timezone.now() - timedelta(days=30)
    for _ in range(12):
        _owner, home = registrant()
        Affiliation.objects.create(partner=home, association=oak, began_at=month)
        camera = camera_at(home)
        type(camera).objects.filter(pk=camera.pk).update(created_at=month)
    return oak


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_association_sees_counts_and_forwards_an_appeal(live_server, width, town, settings):
    settings.SITE_URL = live_server.url
    contact = verified(registrant(town)[0])
    oak = an_association(contact)
    services.choose_partner(user=contact, partner=oak)
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, contact)
        walk.go("/association/")
        expect(page.get_by_text("10 to 14").first).to_be_visible()
        walk.check()
        shot(walk, "association")
        walk.go("/association/flyer/")
        walk.check()
        shot(walk, "flyer")
        walk.go("/association/appeal/")
        walk.check()
        walk.type_into("[name=title]", "Who saw the white van?")
        walk.type_into("[name=text]", "On Tuesday at nine in the evening, near the park.")
        walk.type_into("[name=link]", "https://evil.example/")
        walk.press("main button[name=preview]")
        expect(page.get_by_role("alert")).to_be_visible()
        walk.check()
        shot(walk, "appeal-refused")
        walk.type_into("[name=link]", "https://police.example.gov/appeals/1")
        walk.press("main button[name=preview]")
        expect(page.get_by_text("This is the letter.")).to_be_visible()
        walk.check()
        shot(walk, "appeal")
        walk.press("main button[name=send]")
        expect(page.get_by_text("The letter is on its way")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_neighbor_belongs_by_the_flyer_and_stops_its_letters_with_one_tap(live_server, width, town, settings):
    settings.SITE_URL = live_server.url
    contact = verified(registrant(town)[0])
    oak = an_association(contact)
    neighbor, home = registrant(town)
    with walking(live_server.url, width) as walk:
        page = walk.page
        walk.go(address_of(join_code_of(oak)).removeprefix(live_server.url))
        expect(page.get_by_role("heading", name="Do you belong to Oak Hill Neighbors?")).to_be_visible()
        walk.check()
        sign_in(walk, neighbor)
        walk.go("/associations/")
        walk.check()
        walk.type_into("[name=code]", join_code_of(oak).code.lower())
        walk.press("main form button[type=submit]")
        expect(page.get_by_role("heading", name="Do you belong to Oak Hill Neighbors?")).to_be_visible()
        walk.check()
        shot(walk, "belong")
        walk.press("[name=appeals]", "Space")
        walk.press("main form button[type=submit]")
        expect(page.get_by_text("You get its letters", exact=True)).to_be_visible()
        walk.check()
        shot(walk, "associations")
        services.forward_appeal(
            association=oak,
            title="Who saw it?",
            text_="On Tuesday.",
            link="https://police.example.gov/1",
            user=contact,
            request_key=uuid.uuid4(),
            actor=actor_for(contact),
        )
        letter = Message.objects.get(kind="appeal.forwarded").text
        walk.go(re.search(r"/appeals/stop/\S+", letter)[0])
        walk.check()
        walk.press("main form button")
        expect(page.get_by_role("heading", name="You get no more of these letters")).to_be_visible()
        walk.check()
    assert Affiliation.objects.filter(partner=home, ended_at__isnull=True).exists()


def test_without_script_one_switches_invites_and_belongs_all_the_same(live_server, town):
    user, home = registrant(town)
    home.name = "Delgado household"
    home.save()
    with_shop(town, user)
    with walking(live_server.url, PHONE, locale="es-MX") as walk:
        context = walk.page.context.browser.new_context(java_script_enabled=False, locale="es-MX")
        page = context.new_page()
        context.add_cookies([session_of(user, live_server.url)])
        page.goto(f"{live_server.url}/account/")
        page.locator(".acting summary").click()
        page.locator(".acting button").click()
        expect(page.get_by_text("Ahora usted actúa por Delgado household.")).to_be_visible()
        context.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_hold_in_spanish_too(live_server, width, town):
    user, _home = registrant(town)
    user.language = "es"
    user.save()
    oak = an_association(user)
    shop = with_shop(town, user)
    helper = Membership.objects.get(partner=shop, user__name="Bo Lindgren")
    with walking(live_server.url, width, locale="es-MX") as walk:
        walk.page.context.add_cookies([session_of(user, live_server.url)])
        for path in ("/members/", "/sites/", "/associations/", f"/members/{helper.public_id}/role/", "/join/another/"):
            walk.go(path)
            walk.check()
        services.choose_partner(user=user, partner=oak)
        for path in ("/association/", "/association/appeal/", "/association/flyer/"):
            walk.go(path)
            walk.check()
            shot(walk, "es-" + path.strip("/").replace("/", "-"))
