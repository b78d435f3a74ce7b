"""What every kind of link has in common: secrets, the cookie, dying by renewal, revocation and time."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.links import access, throttle
from apps.links.kinds import Kind, kind_named
from apps.links.models import Link
from apps.links.secrets import digest_of_code, digest_of_token, normalize_code
from apps.links.services import issue_link, issue_links, link_for_letter, renew_link, revoke_link
from apps.prospects.link_kinds import OWNER
from tests.factories.links import post_secret

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def link() -> Link:
    return issue_link(kind=OWNER, subject=uuid4())


def opened(client: Client, subject: UUID) -> bool:
    """Whether this browser opens the subject now; the three ways to ask agree."""
    request = RequestFactory().get("/")
    request.COOKIES.update({name: morsel.value for name, morsel in client.cookies.items()})
    answer = access.has_opened(request, OWNER, subject)
    assert answer == (subject in access.opened_subjects(request, OWNER))
    assert access.once_opened(request, OWNER, subject) or not answer
    return answer


def enter(client: Client, link: Link, secret: str = ""):
    return post_secret(client, link.kind, link.subject, secret or link.token)


@pytest.mark.parametrize("secret", ["token", "code"])
def test_token_and_code_open_the_same_page_as_often_as_wanted(client, link, secret):
    for _ in range(3):
        answer = enter(client, link, getattr(link, secret))
        assert (answer.status_code, answer["Location"]) == (303, OWNER.path(link.subject))
    assert opened(client, link.subject)


def test_a_code_is_read_as_people_type_it(client, link):
    assert enter(client, link, link.code.lower().replace("-", " – ").replace("0", "o").replace("1", "l"))["Location"]
    assert normalize_code("io1l-abcd –x") == "1011ABCDX"


def test_the_secret_stands_behind_the_hash_of_the_address_and_nowhere_else(client, link):
    path, _, token = link.address.partition("#")
    assert token == link.token
    assert link.token not in path
    answer = enter(client, link)
    cookie = answer.cookies[access.cookie_name(OWNER)]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    stored = {link.token_digest, link.code_digest}
    assert stored == {digest_of_token(link.token), digest_of_code(link.code)}
    assert not any(secret in cookie.value for secret in (link.token, link.code, *stored))


def test_a_wrong_secret_is_answered_like_an_unknown_subject(client, link):
    strip = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[A-Za-z0-9]{64}\"")
    wrong, unknown = enter(client, link, "x" * 43), post_secret(client, "owner", uuid4(), "x" * 43)
    assert wrong.status_code == unknown.status_code == 403
    assert strip.sub("", wrong.content.decode()) == strip.sub("", unknown.content.decode())
    assert not opened(client, link.subject)
    assert post_secret(client, "nothing", link.subject, link.token).status_code == 404


def test_renewing_ends_token_code_and_cookies(client, link):
    enter(client, link)
    old = (link.token, link.code)
    renew_link(kind=OWNER, subject=link.subject)
    assert not opened(client, link.subject)
    assert [enter(client, link, secret).status_code for secret in old] == [403, 403]
    link.refresh_from_db()
    assert enter(client, link).status_code == 303
    assert opened(client, link.subject)


def test_a_revoked_link_opens_nothing(client, link):
    enter(client, link)
    revoke_link(kind=OWNER, subject=link.subject)
    assert not opened(client, link.subject)
    enter(client, link)
    assert not opened(client, link.subject)


def test_a_link_ends_with_its_time(client):
    link = issue_link(kind=OWNER, subject=uuid4(), expires_at=timezone.now() + timedelta(days=2))
    enter(client, link)
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        assert not opened(client, link.subject)
        assert enter(client, link).status_code == 403


def test_a_browser_keeps_the_eight_links_that_it_opened_last(client):
    links = issue_links(kind=OWNER, subjects=[uuid4() for _ in range(9)])
    for link in links:
        enter(client, link)
    assert [opened(client, link.subject) for link in links] == [False] + [True] * 8


def test_a_cookie_that_was_changed_opens_nothing(client, link):
    enter(client, link)
    name = access.cookie_name(OWNER)
    client.cookies[name] = client.cookies[name].value.replace(":1:", ":2:", 1)
    renew_link(kind=OWNER, subject=link.subject)
    assert not opened(client, link.subject)


def test_after_a_change_of_the_servers_key_old_letters_open_until_a_new_one_is_written(client, link, settings):
    old = link.token
    settings.SECRET_KEY = "another key, as long as it has to be for the checks"
    assert enter(client, link, old).status_code == 303
    fresh = link_for_letter(kind=OWNER, subject=link.subject)
    assert fresh.generation == 2
    assert enter(client, link, fresh.token).status_code == 303
    assert link_for_letter(kind=OWNER, subject=link.subject) == fresh


def test_wrong_tries_count_together_for_every_kind_and_page(client, link):
    for number in range(throttle.WRONG_GUESSES // 2):
        assert enter(client, link, f"wrong {number}").status_code == 403
        assert client.post(reverse("links:code"), {"code": f"wrong {number}"}).status_code == 422
    assert enter(client, link, "wrong").status_code == 429
    assert client.post(reverse("links:code"), {"code": "wrong"}).status_code == 429


def test_a_code_alone_opens_the_page_of_its_kind(client, link):
    answer = client.post(reverse("links:code"), {"code": link.code.lower()})
    assert answer["Location"] == OWNER.path(link.subject)
    assert opened(client, link.subject)


@pytest.mark.parametrize("name", ["invitation", "confirmation", "owner"])
def test_each_kind_has_a_landing_page_that_is_the_same_for_what_never_was(client, name):
    kind: Kind = kind_named(name)
    page = client.get(kind.path(uuid4()))
    assert page.status_code == 200
    assert str(kind.title) in page.content.decode()
    assert 'name="code"' in page.content.decode()
