"""Who looks after what the portal noticed: they are told by mail, see the list, and acknowledge each finding."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.agencies.acting import Acting, acting_anywhere, acting_as
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.policies import Person, agencies_served, grants_in_force, managed_without_auditor, serves_as
from apps.core.errors import NotAllowed
from apps.core.locks import locked
from apps.core.reading import asked_once
from apps.findings import services
from apps.findings.models import Finding
from apps.notifications.services import queue_message


def viewable_findings(user: Person) -> QuerySet[Finding]:
    """Auditors see the findings of their agencies and those of the whole portal.

    Where an agency has no auditor its program managers do; where no agency has one, managers see the whole portal's.
    """
    seen = asked_once(("findings", user.pk), lambda: _looked_after(user))
    return Finding.objects.filter(agency__in=seen) if seen else Finding.objects.none()


def _looked_after(user: Person) -> frozenset[str]:
    """The public ids of the agencies whose findings the person looks after; the empty one is the whole portal."""
    if not serves_as(user, Role.AUDITOR, Role.PROGRAM_MANAGER):
        return frozenset()
    audits = agencies_served(user, Role.AUDITOR)
    manages, is_anybody_auditor = managed_without_auditor(user)
    seen = {str(agency.public_id) for agency in (*audits, *manages)}
    if audits or (manages and not is_anybody_auditor):
        seen.add("")
    return frozenset(seen)


def can_view_finding(user: Person, finding: Finding) -> bool:
    return viewable_findings(user).filter(pk=finding.pk).exists()


def _open() -> QuerySet[RoleGrant]:
    return grants_in_force().filter(user__is_active=True)


def acknowledge_finding(*, finding: Finding, note: str, by: User) -> Finding:
    """`by` has dealt with the finding and says what was done.

    Raises NotAllowed for somebody who does not look after it and for the person whom it is about, and what
    `findings.services.acknowledge` raises.
    """
    if not can_view_finding(by, finding):
        raise NotAllowed(_("Your role does not include this."), code="role")
    if (finding.about_kind, finding.about_id) == ("user", str(by.public_id)):
        raise NotAllowed(_("This is about you. Somebody else has to acknowledge it."), code="oneself")
    return services.acknowledge(finding=finding, note=note, actor=_acting(by, finding).actor)


def _acting(user: User, finding: Finding) -> Acting:
    roles = (Role.AUDITOR, Role.PROGRAM_MANAGER)
    if not finding.agency:
        return acting_anywhere(user, *roles)
    return acting_as(user, Agency.objects.get(public_id=finding.agency), *roles)


def tell_of_findings() -> int:
    """Write to those who look after findings about the ones that nobody was told of; returns how many were new.

    One message for each person, with the titles and how often, and a link to the list: no names, no places.
    """
    with transaction.atomic():
        fresh = list(locked(Finding.objects).filter(told_at__isnull=True).order_by("pk")[:500])
        for person in _readers() if fresh else ():
            seen = set(viewable_findings(person).filter(pk__in=[one.pk for one in fresh]).values_list("pk", flat=True))
            _tell(person, [one for one in fresh if one.pk in seen])
        Finding.objects.filter(pk__in=[one.pk for one in fresh]).update(told_at=timezone.now())
    return len(fresh)


def _readers() -> QuerySet[User]:
    grants = _open().filter(role__in=[Role.AUDITOR, Role.PROGRAM_MANAGER])
    return User.objects.filter(pk__in=grants.values("user_id"), is_staff=True).order_by("pk")


def _tell(person: User, findings: list[Finding]) -> None:
    if not findings:
        return
    with translation.override(person.language or settings.LANGUAGE_CODE):
        count = len(findings)
        queue_message(
            kind="finding.opened",
            recipient=person.email,
            subject=ngettext("The portal noticed something", "The portal noticed %(count)d things", count)
            % {"count": count},
            text=render_to_string(
                "emails/agencies/findings.txt",
                {
                    "person": person,
                    "findings": findings,
                    "portal_name": settings.PORTAL_NAME,
                    "site_url": settings.SITE_URL,
                },
            ),
            dedupe_key=f"finding.opened:{findings[-1].public_id}:{person.public_id}",
        )
