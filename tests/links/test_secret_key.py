"""SECRET_KEY is changed: with the old one as fallback nobody notices; after a leak nothing that it made opens."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, RequestFactory

from apps.counts.figures import with_noise
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.links import access
from apps.links.models import Link
from apps.links.services import issue_link, issue_links, link_for_letter, renew_outdated_links
from apps.notifications.services import digest_of_address
from apps.prospects.digests import email_key
from apps.prospects.link_kinds import OWNER
from tests.factories.links import post_secret
from tests.factories.people import registrant
from tests.factories.sessions import sign_in
from tests.faults.dying import die_at

OLD, NEW = "an old key " * 4, "a new key " * 4


@pytest.fixture(autouse=True)
def _old_key(settings: Any) -> None:
    cache.clear()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []


def change_key(settings: Any, *, leaked: bool) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [] if leaked else [OLD]


def opens(client: Client, link: Link) -> bool:
    request = RequestFactory().get("/")
    request.COOKIES.update({name: morsel.value for name, morsel in client.cookies.items()})
    return access.has_opened(request, OWNER, link.subject)


@pytest.mark.django_db
def test_with_a_fallback_sessions_and_opened_links_go_on(client: Client, settings: Any) -> None:
    link = issue_link(kind=OWNER, subject=uuid4())
    post_secret(client, OWNER.name, link.subject, link.token)
    signed_in = sign_in(Client(), registrant()[0])
    change_key(settings, leaked=False)
    assert opens(client, link)
    assert signed_in.get("/cameras/").status_code == 200


@pytest.mark.django_db
def test_without_one_sessions_and_opened_links_end_and_letters_still_open(client: Client, settings: Any) -> None:
    link = issue_link(kind=OWNER, subject=uuid4())
    token = link.token
    post_secret(client, OWNER.name, link.subject, token)
    signed_in = sign_in(Client(), registrant()[0])
    change_key(settings, leaked=True)
    assert not opens(client, link)
    assert signed_in.get("/cameras/").status_code == 302
    assert post_secret(Client(), OWNER.name, link.subject, token).status_code == 303


@pytest.mark.django_db
def test_after_a_leak_no_link_of_the_old_key_opens(settings: Any) -> None:
    links = issue_links(kind=OWNER, subjects=[uuid4() for _ in range(3)])
    tokens = [link.token for link in links]
    change_key(settings, leaked=True)
    call_command("renew_links")
    for link, token in zip(links, tokens, strict=True):
        assert post_secret(Client(), OWNER.name, link.subject, token).status_code == 403
        fresh = link_for_letter(kind=OWNER, subject=link.subject)
        assert fresh.generation == 2
        assert post_secret(Client(), OWNER.name, link.subject, fresh.token).status_code == 303
    assert renew_outdated_links(actor=Actor.system("test")) == 0
    assert Entry.objects.filter(action="links.renewed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_renewing_that_is_killed_is_ended_by_the_next_run(settings: Any) -> None:
    subjects = [uuid4() for _ in range(5)]
    issue_links(kind=OWNER, subjects=subjects)
    change_key(settings, leaked=True)
    number, deaths = 1, 0
    while die_at(number, lambda: renew_outdated_links(actor=Actor.system("test"))):
        deaths += 1
        number += 1
    assert deaths > 3
    links = Link.objects.filter(subject__in=subjects)
    assert [link.generation for link in links] == [2] * 5
    assert all(link.is_current for link in links)


def test_what_is_compared_for_years_does_not_hang_on_the_key(settings: Any) -> None:
    """A remembered no, the letters to one address, the noise of a cell."""

    def digests() -> list[Any]:
        return [email_key("ada@example.org"), digest_of_address("ada@example.org"), with_noise(20, "a cell")]

    before = digests()
    change_key(settings, leaked=True)
    assert digests() == before
    settings.DIGEST_KEY = "another key for digests"
    assert digests()[:2] != before[:2]
