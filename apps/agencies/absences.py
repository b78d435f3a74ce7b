"""Absence and deputies: in these days what waits for somebody is mailed to a colleague of the same role.

An absence gives nobody a right. The deputy holds the role already, decides in their own name, and is never asked
about what they wrote themselves. It begins and ends by the clock; no job does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies import staff_mails
from apps.agencies.models import Absence, Agency, Role, RoleGrant
from apps.agencies.policies import Person, agencies_of, grants_in_force, has_role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

LONGEST = timedelta(days=365)


def can_set_absence(user: Person, grant: RoleGrant) -> bool:
    """The person whose role it is, and the program managers of the agency, for somebody who is ill."""
    if not isinstance(user, User):
        return False
    return grant.user_id == user.pk or has_role(user, grant.agency, Role.PROGRAM_MANAGER)


def viewable_absences(user: Person) -> QuerySet[Absence]:
    """One's own, those in which one stands in, and for a manager those of the agency."""
    if not isinstance(user, User) or not user.is_staff or not user.is_active:
        return Absence.objects.none()
    managed = agencies_of(user, Role.PROGRAM_MANAGER)
    return Absence.objects.filter(Q(grant__user=user) | Q(deputy=user) | Q(grant__agency__in=managed)).select_related(
        "grant__user", "grant__agency", "deputy"
    )


def can_view_absence(user: Person, absence: Absence) -> bool:
    return viewable_absences(user).filter(pk=absence.pk).exists()


def set_absence(*, grant: RoleGrant, deputy: User, first_day: date, last_day: date, by: User) -> Absence:
    """The holder of `grant` is away from the first to the last day, on the agency's clock; `deputy` stands in.

    A first day of today begins now. The same again returns the first one. Raises NotAllowed for somebody else than the
    person or a program manager of the agency, WrongState for a role that gives no rights now, InvalidInput for days
    that cannot be, days that are taken already, and for a deputy who does not hold the role there or is away too.
    """
    with transaction.atomic():
        if not can_set_absence(by, grant):
            raise NotAllowed(_("Only the person or a program manager of the agency can do this."), code="role")
        list(locked(User.objects).filter(pk__in=[grant.user_id, deputy.pk]))
        found = grants_in_force().select_related("user", "agency").filter(pk=grant.pk).first()
        if found is None:
            raise WrongState(_("This role gives no rights now, so nobody stands in for it."))
        grant = found
        starts, ends = _checked_days(first_day, last_day, grant.agency)
        taken = Absence.objects.filter(grant=grant, starts_at__lt=ends, ends_at__gt=max(starts, timezone.now()))
        if same := taken.filter(deputy=deputy, ends_at=ends).first():
            return same
        if taken.exists():
            sentence = _("An absence for this role already covers some of these days. End it first.")
            raise InvalidInput.about("first_day", sentence)
        _check_deputy(deputy, grant, starts, ends)
        absence = Absence.objects.create(grant=grant, deputy=deputy, set_by=by, starts_at=starts, ends_at=ends)
        ledger.record(
            "absence.set",
            Subject.of("user", grant.user.public_id),
            _actor(by, grant),
            agency=str(grant.agency.public_id),
            role=grant.role,
            deputy=str(deputy.public_id),
            starts_at=starts.isoformat(),
            ends_at=ends.isoformat(),
        )
        _tell(absence)
        return absence


def end_absence(*, absence: Absence, by: User) -> Absence:
    """The person is back, or does not leave at all. One that is over stays as it is. Raises NotAllowed for others."""
    with transaction.atomic():
        absence = locked(Absence.objects).select_related("grant__user", "grant__agency", "deputy").get(pk=absence.pk)
        if not can_set_absence(by, absence.grant):
            raise NotAllowed(_("Only the person or a program manager of the agency can do this."), code="role")
        now = timezone.now()
        if absence.ends_at <= now:
            return absence
        absence.starts_at, absence.ends_at = min(absence.starts_at, now), now
        absence.save(update_fields=["starts_at", "ends_at"])
        ledger.record(
            "absence.ended",
            Subject.of("user", absence.grant.user.public_id),
            _actor(by, absence.grant),
            agency=str(absence.grant.agency.public_id),
            role=absence.grant.role,
            deputy=str(absence.deputy.public_id),
        )
        return absence


def on_duty(agency: Agency, role: str, *, but: User | None = None) -> list[User]:
    """Who is written to about what waits for this role: those who are there, and the deputies of those who are away.

    Never `but`, who wrote it, if a person did. Where nobody is left, everybody of the role, so that no request is known
    to nobody.
    """
    grants = grants_in_force().filter(agency=agency, role=role, user__is_active=True, user__is_staff=True)
    others = grants.exclude(user=but) if but else grants
    everybody = {grant.pk: grant.user for grant in others.select_related("user").order_by("pk")}
    away = current_absences().filter(grant__in=list(everybody))
    there = dict(everybody)
    for absence in away:
        there.pop(absence.grant_id, None)
    holders = {user.pk for user in everybody.values()}
    people = {user.pk: user for user in there.values()}
    people |= {absence.deputy_id: absence.deputy for absence in away if absence.deputy_id in holders}
    return sorted((people or {user.pk: user for user in everybody.values()}).values(), key=lambda one: one.pk)


def current_absences() -> QuerySet[Absence]:
    """Those that run now, the first to end first."""
    now = timezone.now()
    running = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return running.select_related("grant__user", "grant__agency", "deputy").order_by("ends_at", "pk")


def absences_to_know(user: User) -> list[Absence]:
    """Those of now in which the person is away or stands in."""
    return list(current_absences().filter(Q(grant__user=user) | Q(deputy=user)))


def away_in(agency: Agency, role: str) -> list[Absence]:
    """Who of this role is away now, with the deputy."""
    return list(current_absences().filter(grant__agency=agency, grant__role=role))


def last_day_of(absence: Absence) -> date:
    """The last whole or begun day of the absence, on the agency's clock."""
    zone = ZoneInfo(absence.grant.agency.time_zone)
    return timezone.localtime(absence.ends_at - timedelta(seconds=1), zone).date()


def grants_to_set_for(user: User) -> list[RoleGrant]:
    """The roles for which the person may name a deputy: one's own first, then those of the agencies one manages."""
    managed = agencies_of(user, Role.PROGRAM_MANAGER)
    mine = grants_in_force().filter(Q(user=user) | Q(agency__in=managed), user__is_active=True)
    return sorted(_named(mine), key=lambda grant: grant.user_id != user.pk)


def possible_deputies(grants: Iterable[RoleGrant]) -> QuerySet[User]:
    """Colleagues who hold one of these roles in the same agency."""
    same = Q()
    for agency, role in {(grant.agency_id, grant.role) for grant in grants}:
        same |= Q(agency=agency, role=role)
    holders = grants_in_force().filter(same) if same else RoleGrant.objects.none()
    return User.objects.filter(pk__in=holders.values("user_id"), is_active=True, is_staff=True).order_by("name", "pk")


def _named(grants: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    return grants.select_related("user", "agency").order_by("agency__short_name", "user__name", "role", "pk")


def _checked_days(first: date, last: date, agency: Agency) -> tuple[datetime, datetime]:
    zone = ZoneInfo(agency.time_zone)
    today = timezone.localdate(timezone=zone)
    if first < today:
        raise InvalidInput.about("first_day", _("This day is over. An absence begins today or later."))
    if first - today > LONGEST:
        raise InvalidInput.about(
            "first_day", _("An absence begins within %(days)d days from now.") % {"days": LONGEST.days}
        )
    if last < first:
        raise InvalidInput.about("last_day", _("The last day is before the first one."))
    if last - first > LONGEST:
        raise InvalidInput.about("last_day", _("An absence lasts at most %(days)d days.") % {"days": LONGEST.days})
    starts = timezone.now() if first == today else datetime.combine(first, time.min, zone)
    return starts, datetime.combine(last + timedelta(days=1), time.min, zone)


def _check_deputy(deputy: User, grant: RoleGrant, starts: datetime, ends: datetime) -> None:
    same = grants_in_force().filter(agency=grant.agency, role=grant.role, user__is_active=True, user__is_staff=True)
    theirs = same.exclude(user=grant.user_id).filter(user=deputy).first()
    if theirs is None:
        raise InvalidInput.about(
            "deputy", _("The deputy has to hold the same role in the same agency, with a training that holds.")
        )
    if Absence.objects.filter(grant=theirs, starts_at__lt=ends, ends_at__gt=starts).exists():
        raise InvalidInput.about("deputy", _("This colleague is away too on some of these days."))
    leaned_on = Absence.objects.filter(deputy=grant.user_id, grant__agency=grant.agency, grant__role=grant.role)
    if leaned_on.filter(starts_at__lt=ends, ends_at__gt=starts).exists():
        sentence = _("A colleague counts on this person as deputy on some of these days. Agree on somebody else first.")
        raise InvalidInput.about("first_day", sentence)


def _actor(by: User, grant: RoleGrant) -> Actor:
    role = grant.role if by.pk == grant.user_id else Role.PROGRAM_MANAGER
    return actor_for(by, role=str(role), agency=grant.agency.short_name)


def _tell(absence: Absence) -> None:
    waiting = staff_mails.Waiting(absence.public_id, "admin:agencies_absence_changelist")
    facts = {
        "role": absence.grant.get_role_display(),
        "agency": absence.grant.agency,
        "away": absence.grant.user,
        "deputy": absence.deputy,
        "first": timezone.localtime(absence.starts_at, ZoneInfo(absence.grant.agency.time_zone)).date(),
        "last": last_day_of(absence),
    }
    staff_mails.tell("deputy", absence.deputy, key=str(absence.public_id), waiting=waiting, **facts)
    if absence.set_by_id != absence.grant.user_id:
        staff_mails.tell("absence", absence.grant.user, key=str(absence.public_id), waiting=waiting, **facts)
