"""A phone is stolen at the doors: without a sign-in it tells nobody where officers were, nor what they found."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.canvass.services import remove_officer
from apps.canvass.states import Late
from tests.factories.canvass import canvass, joined, visit
from tests.factories.sessions import sign_in
from tests.flows.walking import PHONE, walking
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRETS = ("Hidden", "Whisper", "1200 block", "will_give")

# Everything that the browser keeps for this site, as text.
KEPT = """async () => {
  const found = [{...localStorage}, {...sessionStorage}].map((kept) => JSON.stringify(kept));
  found.push(document.documentElement.outerHTML);
  for (const { name } of await indexedDB.databases()) {
    const opened = indexedDB.open(name);
    const db = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = db.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      found.push(JSON.stringify(rows));
      for (const row of rows) for (const value of Object.values(row)) {
        try { found.push(atob(value)); } catch { /* no base64 */ }
      }
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
  }
  return found;
}"""


CONTROLLED = """new Promise((done) => {
  const workers = navigator.serviceWorker;
  if (workers.controller) done(true);
  else workers.addEventListener("controllerchange", () => done(true));
})"""

# The portal takes the first sending, and its answer never arrives.
LOSE_ONE_ANSWER = """() => {
  const real = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (asked[1]?.method !== "POST" || window.lost) return answer;
    window.lost = answer.status;
    throw new TypeError("The line broke.");
  };
}"""


def open_at_the_doors(page: Page, server: Server, made: Canvass, user: Any) -> None:
    """The page on the officer's phone, with its worker in place."""
    session = sign_in(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page.goto(f"{server.url}{reverse('canvass:phone', args=['en'])}#{made.public_id}")
    expect(page.locator("#title")).to_have_text(made.where)
    page.evaluate(CONTROLLED)


def end_session(page: Page) -> None:
    """As a program manager ends it: on the server alone."""
    (key,) = [one["value"] for one in page.context.cookies() if one["name"] == "sessionid"]
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()


def add(page: Page, address: str) -> None:
    page.get_by_label("Address").fill(address)
    page.get_by_label("Has a camera, will give video").check()
    page.get_by_label("Note").fill("Whisper at the door.")
    page.get_by_role("button", name="Add the door").click()


def assert_tells_nothing(page: Page) -> None:
    kept = page.evaluate(KEPT)
    assert len(kept) > 10, "the worker kept the page, and the queue its entries"
    told = [secret for secret in SECRETS for one in kept if secret in one and not _is_the_form(secret, one)]
    assert told == []


def _is_the_form(secret: str, text: str) -> bool:
    """The names of the outcomes stand in the form of the page, for every reader."""
    return secret == "will_give" and ('value="will_give"' in text or ".mark-will_give" in text)


def test_three_doors_are_added_in_a_dead_spot_and_are_there_once_after_it(web: Server) -> None:
    made = canvass()
    with walking(web.url, PHONE) as walk:
        page = walk.page
        open_at_the_doors(page, web, made, made.began_by)
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("#door-form")).to_be_visible()
        for number in (1, 2, 3):
            add(page, f"{number} Hidden Lane")
            expect(page.locator("#unsent-count")).to_have_text(f"{number} not sent")
        page.reload()
        expect(page.locator("#unsent-count")).to_have_text("3 not sent")
        assert_tells_nothing(page)
        assert not Visit.objects.exists()
        page.context.set_offline(False)
        page.reload()
        expect(page.locator("#unsent-count")).to_have_text("Everything is sent")
        expect(page.locator(".door")).to_have_count(3)
        page.reload()
        expect(page.locator(".door")).to_have_count(3)
        assert Visit.objects.count() == 3


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(web: Server) -> None:
    made = canvass()
    with walking(web.url, PHONE) as walk:
        page = walk.page
        open_at_the_doors(page, web, made, made.began_by)
        page.evaluate(LOSE_ONE_ANSWER)
        add(page, "1 Hidden Lane")
        expect(page.locator("#unsent-count")).to_have_text("1 not sent")
        expect(page.locator("#status")).to_contain_text("No connection.")
        assert page.evaluate("window.lost") == 200
        assert Visit.objects.count() == 1, "the portal has it, and the phone does not know"
        page.get_by_role("button", name="Send now").click()
        expect(page.locator("#unsent-count")).to_have_text("Everything is sent")
        expect(page.locator(".door")).to_have_count(1)
        assert Visit.objects.count() == 1


def test_a_phone_whose_session_was_ended_tells_nothing_and_sends_after_the_next_sign_in(web: Server) -> None:
    made = canvass()
    visit(made, address="9 Hidden Lane", note="Whisper.")
    with walking(web.url, PHONE) as walk:
        page = walk.page
        open_at_the_doors(page, web, made, made.began_by)
        expect(page.locator(".door")).to_have_count(1)
        page.context.set_offline(True)
        add(page, "1 Hidden Lane")
        expect(page.locator("#unsent-count")).to_have_text("1 not sent")
        end_session(page)
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_role("link", name="Sign in or unlock")).to_be_visible()
        expect(page.locator(".door")).to_have_count(0)
        assert_tells_nothing(page)
        page.reload()
        expect(page.get_by_role("link", name="Sign in or unlock")).to_be_visible()
        expect(page.locator("#unsent-count")).to_have_text("1 not sent")
        assert_tells_nothing(page)
        page.get_by_role("link", name="Sign in or unlock").click()
        expect(page).to_have_url(re.compile("/accounts/"))
        open_at_the_doors(page, web, made, made.began_by)
        expect(page.locator("#unsent-count")).to_have_text("Everything is sent")
        assert Visit.objects.count() == 2


def test_a_removed_officers_page_empties_and_what_it_holds_is_kept_as_late(web: Server) -> None:
    made = canvass()
    colleague = joined(made)
    visit(made, address="9 Hidden Lane", note="Whisper.")
    with walking(web.url, PHONE) as walk:
        page = walk.page
        open_at_the_doors(page, web, made, colleague)
        expect(page.locator(".door")).to_have_count(1)
        page.context.set_offline(True)
        add(page, "1 Hidden Lane")
        expect(page.locator("#unsent-count")).to_have_text("1 not sent")
        remove_officer(officer=CanvassOfficer.objects.get(user=colleague), user=made.began_by)
        page.context.set_offline(False)
        expect(page.locator("#unsent-count")).to_have_text("Everything is sent")
        expect(page.get_by_text("This canvass is not among yours.")).to_be_visible()
        expect(page.locator(".door")).to_have_count(0)
        assert_tells_nothing(page)
        assert Visit.objects.get(late=Late.REMOVED).officer == colleague


def test_the_worker_answers_for_no_other_page(web: Server) -> None:
    made = canvass()
    with walking(web.url, PHONE) as walk:
        page = walk.page
        open_at_the_doors(page, web, made, made.began_by)
        scopes = page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope))")
        assert scopes == [f"{web.url}/canvass/"]
        cached = page.evaluate(
            """async () => (await Promise.all((await caches.keys()).map(async (name) =>
               (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname)))).flat()"""
        )
        assert [one for one in cached if not one.startswith(("/static/", "/canvass/"))] == [], json.dumps(cached)
        walk.go(reverse("admin:canvass_canvass_change", args=[made.public_id]))
        assert page.evaluate("navigator.serviceWorker.controller") is None
