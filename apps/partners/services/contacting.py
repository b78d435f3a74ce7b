"""set_contact_rules, and the count of contacts that those rules limit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agencies.request_limits import limits_of
from apps.core import text
from apps.core.errors import InvalidInput, Stale
from apps.core.locks import locked
from apps.core.rows import insert_rows
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies
from apps.partners.models import MOST_REQUESTS, Contact, ContactRules, ContactTier, Partner
from apps.partners.services.taking_part import check_takes_part

PHONE_MAX = 40
CAP_DAYS = 30
_PHONE = re.compile(r"\+?[0-9 ().\-/]+(\s*(x|ext\.?)\s*[0-9]{1,6})?", re.I)


@dataclass(frozen=True, slots=True)
class ContactWish:
    """What a partner chooses. No hours: at any hour. No number: as often as something happens."""

    tier: str = ContactTier.REGISTERED
    phone: str = ""
    opens_at: time | None = None
    closes_at: time | None = None
    time_zone: str = "UTC"
    most_requests: int | None = None

    def checked(self) -> ContactWish:
        """Trimmed and consistent; a phone number only with a tier that uses it. Raises InvalidInput by field."""
        if self.tier not in ContactTier.values:
            raise _refusal("tier", _("Choose how you want to be reached."))
        phone = text.line(self.phone, field="phone", most=PHONE_MAX, required=False)
        if self.tier == ContactTier.REGISTERED:
            phone = ""
        elif not _PHONE.fullmatch(phone) or not 7 <= sum(sign.isdigit() for sign in phone) <= 20:
            raise _refusal("phone", _("Give a phone number with its area code, for instance 850-555-0123."))
        if (self.opens_at is None) != (self.closes_at is None):
            raise _refusal("closes_at", _("Give both hours, or choose any hour."))
        if self.opens_at is not None and self.opens_at == self.closes_at:
            raise _refusal("closes_at", _("The two hours are the same. Choose any hour instead, or change one."))
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, OSError, LookupError) as error:
            raise _refusal("time_zone", _("There is no such time zone.")) from error
        if self.most_requests is not None and not 1 <= self.most_requests <= MOST_REQUESTS:
            raise _refusal("most_requests", _("Choose a number between 1 and %(most)d.") % {"most": MOST_REQUESTS})
        return ContactWish(str(self.tier), phone, self.opens_at, self.closes_at, self.time_zone, self.most_requests)


def set_contact_rules(*, partner: Partner, user: User, wish: ContactWish, version: int, actor: Actor) -> ContactRules:
    """From now on the partner is asked by these rules alone, whatever happened. The same wish again changes nothing.

    `version` is that of the rules that were read, 0 for none yet. What waits in the outbox obeys the new hours too.
    Raises InvalidInput by field, Stale, NotFound or NotAllowed for people who do not run the account, WrongState if the
    partner left.
    """
    with transaction.atomic():
        policies.check_can_manage(user, partner)
        check_takes_part(partner)
        wish = wish.checked()
        rules = locked(ContactRules.objects).filter(partner=partner).first()
        if rules is not None and _wish_of(rules) == wish:
            return rules
        if (rules.version if rules else 0) != version:
            raise Stale(_("Somebody changed these choices while you had them open. Look again; nothing was saved."))
        rules = rules or ContactRules(partner=partner, version=0)
        rules.tier, rules.phone = wish.tier, wish.phone
        rules.opens_at, rules.closes_at, rules.time_zone = wish.opens_at, wish.closes_at, wish.time_zone
        rules.most_requests = wish.most_requests
        rules.version += 1
        rules.save()
        ledger.record(
            "partner.contact_rules_set",
            Subject.of("partner", partner.public_id),
            actor,
            tier=rules.tier,
            hours=f"{rules.hours} {rules.time_zone}" if rules.hours else "",
            most_requests=rules.most_requests,
            version=rules.version,
            private={"phone": rules.phone} if rules.phone else {},
        )
        return rules


def record_contacts(*, partner_ids: Iterable[int], agency: Agency, reference: UUID, made_at: datetime) -> set[int]:
    """Count one request against each of these partners; returns those whose limit, and the agency's, it does not break.

    Part of the caller's act and transaction, which writes the entry. Two requests at once queue behind the rules of a
    partner with a limit, so that the limit holds. If the agency has a limit of its own, the caller holds the agency's
    row. A repeat of `reference` counts once.
    """
    keys = set(partner_ids)
    limits = {
        rules.partner_id: rules.most_requests or 0
        for rules in locked(ContactRules.objects)
        .filter(partner_id__in=keys, most_requests__isnull=False)
        .order_by("pk")
    }
    recent = Contact.objects.filter(made_at__gt=made_at - timedelta(days=CAP_DAYS)).exclude(reference=reference)
    made = _counted(recent.filter(partner_id__in=limits))
    allowed = {key for key in keys if key not in limits or made.get(key, 0) < limits[key]}
    most = limits_of(agency).per_partner
    if most is not None:
        made_here = _counted(recent.filter(partner_id__in=allowed, agency=agency))
        allowed = {key for key in allowed if made_here.get(key, 0) < most}
    insert_rows(
        Contact,
        {"partner_id": sorted(allowed)},
        agency_id=agency.pk,
        reference=reference,
        made_at=made_at,
        ignore_conflicts=True,
    )
    return allowed


def _counted(contacts: QuerySet[Contact]) -> dict[int, int]:
    return dict(contacts.values_list("partner_id").annotate(count=Count("pk")))


def _wish_of(rules: ContactRules) -> ContactWish:
    return ContactWish(
        rules.tier, rules.phone or "", rules.opens_at, rules.closes_at, rules.time_zone, rules.most_requests
    )


def _refusal(field: str, sentence: str) -> InvalidInput:
    return InvalidInput.about(field, sentence)
