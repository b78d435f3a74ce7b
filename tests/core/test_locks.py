"""A lock that somebody else holds for too long is a refusal, on either database."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import RequestFactory

from apps.core.errors import Busy, PortalError
from apps.core.locks import locked, locked_exclusively
from apps.core.problems import api_exception_handler, problem_response
from apps.core.tickets import take
from apps.partners.models import Partner
from tests.factories.people import PartnerFactory


@pytest.fixture
def impatient():
    """This thread's connection waits for a tenth of a second."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    else:
        options = connection.settings_dict["OPTIONS"]
        before, options["timeout"] = options["timeout"], 0.1
        yield
        options["timeout"] = before


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_for_too_long_is_busy_and_then_free_again(impatient):
    partner = PartnerFactory.create()
    inside, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            locked(Partner.objects).get(pk=partner.pk)
            inside.set()
            done.wait(20)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    assert inside.wait(20)

    def want():
        with transaction.atomic():
            return locked(Partner.objects).get(pk=partner.pk)

    with pytest.raises(Busy) as refusal:
        want()
    done.set()
    other.join(20)
    assert want() == partner
    assert isinstance(refusal.value, PortalError)
    assert isinstance(refusal.value, OperationalError)


@pytest.mark.django_db
def test_who_meets_a_lock_is_asked_to_try_again():
    page = problem_response(RequestFactory().get("/", HTTP_ACCEPT="text/html"), Busy())
    answer = api_exception_handler(Busy(), {})
    assert (page.status_code, page["Retry-After"]) == (503, "2")
    assert "Try again in a moment" in page.content.decode()
    assert (answer.status_code, answer["Retry-After"], answer.data["code"]) == (503, "2", "busy")


@pytest.mark.django_db
def test_several_rows_are_locked_in_the_order_of_their_keys():
    partners = [PartnerFactory.create() for _ in range(3)]
    backwards = Partner.objects.order_by("-pk")
    with transaction.atomic():
        assert list(locked(backwards)) == list(locked_exclusively(backwards)) == partners


def test_a_ticket_that_nobody_waits_for_any_more_goes_back_to_the_queue(tmp_path):
    path = str(tmp_path / "writers")
    first = take(path, until=time.monotonic())
    with pytest.raises(Busy):
        take(path, until=time.monotonic())
    first.give_back()
    # The thread that waited in vain gives its ticket back when it comes.
    take(path, until=time.monotonic() + 20).give_back()
