"""Which partners an agency may ask for video: said once, for many and for one.

A partner may be asked if it takes part, is not on a pause, allows the agency, and accepted each document in force in a
version at least as new as that one needs (`TermsVersion.holds_from`). A new request also obeys the partner's limit of
requests in `CAP_DAYS` and the agency's limit of its own requests to a partner; what belongs to a request that was
already made (a reminder, a new link) does not count again.

The set is written here twice, because matching cannot wait for the ORM to write its statement: `askable_sql` and
`may_be_asked`. `tests/terms/test_eligibility.py` holds both against `may_ask`, the answer for one partner.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone

from apps.agencies.models import Agency
from apps.agencies.request_limits import limits_of
from apps.partners.models import Consent, Contact, ContactRules, Partner
from apps.partners.selectors import contact_rules_of, not_paused
from apps.partners.services.contacting import CAP_DAYS
from apps.terms.selectors import has_accepted, terms_accepted

_ASKABLE = """
    partner.left_at IS NULL AND (partner.paused_at IS NULL OR partner.paused_until <= %s)
    AND EXISTS (SELECT 1 FROM partners_consent consent WHERE consent.partner_id = partner.id
                AND consent.agency_id = %s AND consent.withdrawn_at IS NULL)
    AND EXISTS (SELECT 1 FROM terms_termsversion WHERE state = 'in_force')
    AND NOT EXISTS (
        SELECT 1 FROM terms_termsversion needed WHERE needed.state = 'in_force' AND NOT EXISTS (
            SELECT 1 FROM terms_acceptance acceptance
            JOIN terms_termsversion accepted ON accepted.id = acceptance.version_id
            WHERE acceptance.partner_id = partner.id AND accepted.kind = needed.kind
            AND accepted.state <> 'withdrawn' AND accepted.number >= COALESCE(needed.holds_from, needed.number)))
    AND NOT EXISTS (
        SELECT 1 FROM partners_contactrules rules WHERE rules.partner_id = partner.id AND rules.most_requests <= (
            SELECT COUNT(*) FROM partners_contact contact
            WHERE contact.partner_id = partner.id AND contact.made_at > %s))
"""
_UNDER_AGENCYS_LIMIT = """
    AND %s > (SELECT COUNT(*) FROM partners_contact contact
              WHERE contact.partner_id = partner.id AND contact.agency_id = %s AND contact.made_at > %s)
"""


def askable_sql(agency: Agency) -> tuple[str, list[Any]]:
    """The set as a condition on the table `partner` of a statement, with its parameters; for SQLite and PostgreSQL."""
    now = timezone.now()
    moments = (connection.ops.adapt_datetimefield_value(one) for one in (now, now - timedelta(days=CAP_DAYS)))
    moment, since = moments
    most = limits_of(agency).per_partner
    if most is None:
        return _ASKABLE, [moment, agency.pk, since]
    return _ASKABLE + _UNDER_AGENCYS_LIMIT, [moment, agency.pk, since, most, agency.pk, since]


def askable_partners(agency: Agency) -> QuerySet[Partner]:
    """The partners to whom the agency may send a new request: `askable_sql` for the ORM."""
    return Partner.objects.filter(may_be_asked(agency.pk), _under_limit(), _under_limit_of(agency))


def may_be_asked(agency: Any, *, partner: str = "") -> Q:
    """Rows whose partner may be written to by the agency: its key, or an `OuterRef` to the column that holds it.

    `partner` leads from the rows to the partner. No limit of requests counts: this is for what was asked before.
    """
    path, key = (f"{partner}__", f"{partner}_id") if partner else ("", "pk")
    consent = Consent.objects.filter(partner_id=OuterRef(key), agency_id=agency, withdrawn_at__isnull=True)
    return Q(Exists(consent)) & not_paused(partner) & Q(**{f"{path}left_at__isnull": True}) & terms_accepted(key)


def may_ask(agency: Agency, partner: Partner) -> bool:
    """Whether this agency may send this partner a new request: `askable_partners` for one."""
    if partner.left_at is not None or partner.is_paused:
        return False
    consents = Consent.objects.filter(partner=partner, agency=agency, withdrawn_at__isnull=True)
    if not consents.exists() or not has_accepted(partner) or _limit_is_reached(partner):
        return False
    most = limits_of(agency).per_partner
    return most is None or _recent().filter(partner=partner, agency=agency).count() < most


def _limit_is_reached(partner: Partner) -> bool:
    rules = contact_rules_of(partner)
    if rules is None or rules.most_requests is None:
        return False
    return _recent().filter(partner=partner).count() >= rules.most_requests


def _recent() -> QuerySet[Contact]:
    return Contact.objects.filter(made_at__gt=timezone.now() - timedelta(days=CAP_DAYS))


def _under_limit() -> Q:
    made = _made(_recent().filter(partner_id=OuterRef("partner_id")))
    reached = ContactRules.objects.annotate(made=made).filter(partner_id=OuterRef("pk"), most_requests__lte=F("made"))
    return Q(~Exists(reached))


def _under_limit_of(agency: Agency) -> Q:
    most = limits_of(agency).per_partner
    if most is None:
        return Q()
    return Q(LessThan(_made(_recent().filter(partner_id=OuterRef("pk"), agency=agency)), most))


def _made(contacts: QuerySet[Contact]) -> Coalesce:
    """How many contacts of the outer row's partner these are."""
    counted = contacts.order_by().values("partner_id").annotate(made=Count("pk")).values("made")
    return Coalesce(Subquery(counted), 0)
