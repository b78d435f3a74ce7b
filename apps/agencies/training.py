"""Training for roles: how long it lasts at an agency, who recorded which, and who is warned before it ends.

Rights are not taken by a job. `policies.grants_in_force` asks at each look whether the training still holds.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies import staff_mails
from apps.agencies.acting import acting_as, acting_as_manager
from apps.agencies.days import today_in
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.policies import Person, agencies_of
from apps.agencies.staff_policies import can_change_roles
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject

MONTHS_MOST = 60
GRACE_DAYS = 30
WARNINGS = (30, 7)  # days before the end
_TITLE_MOST = 120
_GRACE_AGAIN = timedelta(days=365)


def set_training_months(*, agency: Agency, training_months: int | None, by: User) -> Agency:
    """A program manager says for how many months a training holds; None: the agency asks for none.

    Trainings recorded before keep their day. When an agency begins to ask, open roles without one keep their rights
    for GRACE_DAYS, so that nobody is shut out before a training can be recorded. If it asked in the past year too, only
    roles that are new since then get them, else asking could be switched off and on in place of a training. Setting
    what is set already writes nothing. Raises NotAllowed for others, InvalidInput for a number outside 1 to
    MONTHS_MOST.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        if training_months is not None and not 1 <= training_months <= MONTHS_MOST:
            sentence = _("Give a number of months from 1 to %(most)d, or leave it empty.") % {"most": MONTHS_MOST}
            raise InvalidInput.about("training_months", sentence)
        grants = list(locked(RoleGrant.objects).filter(agency=agency, ended_at__isnull=True).order_by("pk"))
        agency = locked(Agency.objects).get(pk=agency.pk)
        before, agency.training_months = agency.training_months, training_months
        if before == training_months:
            return agency
        agency.save(update_fields=["training_months"])
        untrained = 0
        if before is None:
            until = grace_end(agency)
            paused = _was_set_since(timezone.now() - _GRACE_AGAIN, agency)
            short = [
                one.pk for one in grants if one.trained_until is None or (not paused and one.trained_until < until)
            ]
            untrained = RoleGrant.objects.filter(pk__in=short).update(trained_until=until)
        subject = Subject.of("agency", agency.public_id)
        ledger.record(
            "agency.training_set", subject, actor, before=before, after=training_months, roles_in_grace=untrained
        )
    return agency


def record_training(*, grant: RoleGrant, training: str, held_on: date, by: User) -> RoleGrant:
    """A program manager records which training a colleague had for a role, and when; the agency says how long it holds.

    The same again changes nothing. Raises NotAllowed for one's own role and outside one's agency, WrongState for a
    role that has ended and where the agency asks for no training, InvalidInput for a day to come or too long ago.
    """
    with transaction.atomic():
        if by.pk == grant.user_id:
            raise NotAllowed(_("Nobody records their own training. Another program manager does."), code="oneself")
        if not can_change_roles(by, grant.user, grant.agency, grant.role):
            raise NotAllowed(_("Only a program manager of this agency can do this."), code="role")
        # Before the training counts: it may be the one that ends the right to record it.
        actor = acting_as_manager(by, grant.agency).actor
        grant = locked(RoleGrant.objects).select_related("user", "agency").get(pk=grant.pk)
        agency = grant.agency
        if grant.ended_at is not None or not agency.training_months:
            raise WrongState(_("This role has ended, or the agency asks for no training."))
        training = text.line(training, field="training", most=_TITLE_MOST)
        until = end_of(_checked_day(held_on, agency), agency)
        if (grant.training, grant.trained_on, grant.trained_until) == (training, held_on, until):
            return grant
        grant.training, grant.trained_on, grant.trained_until = training, held_on, until
        grant.save(update_fields=["training", "trained_on", "trained_until"])
        ledger.record(
            "role.training_recorded",
            Subject.of("user", grant.user.public_id),
            actor,
            agency=str(agency.public_id),
            role=grant.role,
            training=training,
            held_on=held_on.isoformat(),
            valid_until=until.isoformat(),
        )
        return grant


def extend_grace(grant: RoleGrant, until: datetime, actor: Actor) -> RoleGrant:
    """The role gives rights until then without a training, if it does not already; part of the caller's act."""
    grant = locked(RoleGrant.objects).select_related("user", "agency").get(pk=grant.pk)
    if grant.trained_until is None or grant.trained_until < until:
        grant.trained_until = until
        grant.save(update_fields=["trained_until"])
        ledger.record(
            "role.grace_given",
            Subject.of("user", grant.user.public_id),
            actor,
            agency=str(grant.agency.public_id),
            role=grant.role,
            without_training_until=until.isoformat(),
        )
    return grant


def grace_end(agency: Agency) -> datetime:
    """Until when a role may do without a training that starts to be asked for now."""
    return _midnight_after(today_in(agency) + timedelta(days=GRACE_DAYS), agency)


def warn_of_training_ends(*, now: datetime | None = None) -> int:
    """Mail each person whose role loses its rights in 30 and in 7 days; once for each, however often this runs."""
    now = now or timezone.now()
    warned = 0
    for grant in _asked().filter(trained_until__gt=now, trained_until__lte=now + timedelta(days=max(WARNINGS))):
        until = grant.trained_until or now
        mark = min(days for days in WARNINGS if until <= now + timedelta(days=days))
        staff_mails.tell(
            "training_ends",
            grant.user,
            key=f"{grant.public_id}:{until.date().isoformat()}:{mark}",
            waiting=staff_mails.Waiting(grant.public_id, "admin:index"),
            role=grant.get_role_display(),
            agency=grant.agency,
            last_day=last_day(grant),
        )
        warned += 1
    return warned


def my_trainings_due(user: Person) -> list[RoleGrant]:
    """The person's roles that lose their rights within 30 days or have lost them, the first to end first."""
    return list(_due().filter(user_id=user.pk)) if isinstance(user, User) else []


def trainings_due(user: User) -> QuerySet[RoleGrant]:
    """The same of all colleagues in the agencies that the person manages."""
    return _due().filter(agency__in=agencies_of(user, Role.PROGRAM_MANAGER)).exclude(user_id=user.pk)


def last_day(grant: RoleGrant) -> date | None:
    """The last day, at the agency, on which the role's training holds."""
    if grant.trained_until is None:
        return None
    return timezone.localtime(grant.trained_until - timedelta(seconds=1), ZoneInfo(grant.agency.time_zone)).date()


def is_due(grant: RoleGrant) -> bool:
    """Whether the agency asks for training and it ends within 30 days, has ended, or was never recorded."""
    soon = timezone.now() + timedelta(days=max(WARNINGS))
    return bool(grant.agency.training_months) and (grant.trained_until is None or grant.trained_until <= soon)


def _was_set_since(since: datetime, agency: Agency) -> bool:
    entries = Entry.objects.filter(action="agency.training_set", subject_id=str(agency.public_id))
    return entries.filter(recorded_at__gt=since).exists()


def _asked() -> QuerySet[RoleGrant]:
    asked = RoleGrant.objects.filter(
        ended_at__isnull=True, agency__is_active=True, agency__training_months__isnull=False, user__is_active=True
    )
    return asked.select_related("user", "agency").order_by("trained_until", "pk")


def _due() -> QuerySet[RoleGrant]:
    soon = timezone.now() + timedelta(days=max(WARNINGS))
    return _asked().filter(Q(trained_until__isnull=True) | Q(trained_until__lte=soon))


def _checked_day(held_on: date, agency: Agency) -> date:
    sentence = ""
    if held_on > today_in(agency):
        sentence = _("This day is still to come. Record the training when it is done.")
    elif end_of(held_on, agency) <= timezone.now():
        sentence = _("This training no longer holds: at this agency it lasts %(months)d months.") % {
            "months": agency.training_months
        }
    if sentence:
        raise InvalidInput.about("held_on", sentence)
    return held_on


def end_of(held_on: date, agency: Agency) -> datetime:
    """When a training of this day stops to count: the end of the last day, some months later, on the agency's clock."""
    months = held_on.year * 12 + held_on.month - 1 + (agency.training_months or 0)
    first = date(months // 12, months % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return _midnight_after(first.replace(day=min(held_on.day, last.day)), agency)


def _midnight_after(day: date, agency: Agency) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(agency.time_zone))
