"""A prepared query reads what its query set reads, for the values of each reading."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, UUIDField
from django.http import HttpRequest
from django.utils import timezone

from apps.core import prepared
from apps.core.paging import PER_PAGE, page_of
from apps.core.prepared import Given, PreparedQuery
from apps.partners.models import Membership, Partner
from tests.factories.people import PartnerFactory, registrant

pytestmark = pytest.mark.django_db


def _memberships_of(user: int | Given):
    others = Membership.objects.filter(partner=OuterRef("partner"), role="manager")
    rows = Membership.objects.filter(user_id=user, ended_at__isnull=True).annotate(has_manager=Exists(others))
    return rows.select_related("partner").order_by("pk")


def test_it_reads_what_its_query_set_reads(django_assert_num_queries):
    query = PreparedQuery(lambda: _memberships_of(Given("user", BigIntegerField())))
    people = [registrant()[0] for _ in range(2)]
    for user in people:
        expected = [(row.pk, row.partner.name, row.has_manager) for row in _memberships_of(user.pk)]
        with django_assert_num_queries(1):
            assert [(row.pk, row.partner.name, row.has_manager) for row in query.given(user=user.pk)] == expected
        assert expected


def test_the_query_set_is_made_once_and_its_rows_are_read_each_time():
    made = []

    def build():
        made.append(1)
        return Partner.objects.filter(created_at__lte=Given("now", DateTimeField()))

    query = PreparedQuery(build)
    rows = query.given(now=timezone.now() + timedelta(days=1))
    assert list(rows) == []
    partner = PartnerFactory.create()
    assert list(rows) == [partner]
    assert list(query.given(now=timezone.now() - timedelta(days=1))) == []
    assert len(made) == 1


def test_values_are_given_as_their_field_takes_them():
    one, _other = PartnerFactory.create(), PartnerFactory.create()
    query = PreparedQuery(lambda: Partner.objects.filter(public_id=Given("id", UUIDField())))
    assert list(query.given(id=one.public_id)) == list(query.given(id=str(one.public_id))) == [one]


def test_a_value_that_is_not_given_is_refused():
    query = PreparedQuery(lambda: Partner.objects.filter(pk=Given("partner", BigIntegerField())))
    with pytest.raises(KeyError):
        list(query.given(user=1))


def test_each_page_of_a_list_is_read(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_SHAPES", 1)
    everyone = [PartnerFactory.create() for _ in range(2 * PER_PAGE + 1)]
    rows = PreparedQuery(lambda: Partner.objects.order_by("pk")).given()
    request = HttpRequest()
    found = []
    for number in ("1", "2", "3", "1"):
        request.GET = {"page": number}  # type: ignore[assignment]
        page = page_of(request, rows)
        found.append((page.rows, page.has_next))
    assert [rows for rows, _ in found[:3]] == [everyone[:20], everyone[20:40], everyone[40:]]
    assert [more for _, more in found] == [True, True, False, True]
    assert found[3] == found[0]


def test_constants_stand_in_the_sql_and_odd_ones_are_bound():
    names = ["plain name", "it's", "50 % off", "", "a\\b", "ñ"]
    for name in names:
        PartnerFactory.create(name=name, kind="business")
    query = PreparedQuery(
        lambda: Membership.objects.filter(pk__gte=Given("first", BigIntegerField()), role="owner", may_return=False)
    )
    list(query.given(first=0))
    (shape,) = query._shapes.values()
    assert "'owner'" in shape.sql
    assert [type(one) for one in shape.params if isinstance(one, Given)] == [Given]
    for word in ("it's", "50 % off", "a\\b", "resident", "business"):
        odd = PreparedQuery(
            lambda word=word: Partner.objects.filter(pk__gte=Given("first", BigIntegerField()), kind=word)
        )
        assert len(list(odd.given(first=0))) == (len(names) if word == "business" else 0)
