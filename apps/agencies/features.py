"""What an agency does with the portal by now: a city begins with a part of it and opens the rest in phases.

All of it is on until a program manager switches a part off, for good or until a day. Off means that nothing new begins;
what was begun goes on. The services that begin something ask `check_on`, pages ask `is_on` and `has_open`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.days import today_in
from apps.agencies.models import Agency, FeatureVersion, Role, RuleName
from apps.agencies.policies import Person, agencies_of, agencies_served
from apps.agencies.rule_drafts import end_rule_draft
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.core.reading import asked_once
from apps.ledger import services as ledger
from apps.ledger.values import Subject

FAR_DAYS = 1000  # a later day is a slip of the pen

# By feature: None where it is off until somebody switches it on, else the day on which it opens by itself.
Off = Mapping[str, date | None]


class Feature(models.TextChoices):
    """The parts of the portal that an agency can open one after the other."""

    REGISTRATION = "registration", gettext_lazy("Registration by the public")
    REQUESTS = "requests", gettext_lazy("Requests for footage")
    PARTNER_MAP = "partner_map", gettext_lazy("Partner map")
    CALLS = "calls", gettext_lazy("Calls for service")
    WALLS = "walls", gettext_lazy("Wall screens")
    LAYERS = "layers", gettext_lazy("Map layers")
    IMPORTS = "imports", gettext_lazy("Imports and owners' invitations")


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the public can register now; if not, the first day on which it can, where one is known."""

    is_open: bool
    on: date | None = None


def off_at(agency: Agency, *, now: datetime | None = None) -> dict[str, date | None]:
    """What is off at the agency now. A feature with a day opens as that day begins there."""
    today = today_in(agency, now)
    return {name: day for name, day in _kept(agency).items() if day is None or day > today}


def is_on(agency: Agency, feature: Feature) -> bool:
    """Whether the agency has it on, by its row as it was read."""
    return feature not in off_at(agency)


def check_on(agency: Agency, feature: Feature) -> None:
    """Raise NotAllowed (`feature`), saying who can switch it on, unless the agency has it on."""
    if not is_on(agency, feature):
        raise NotAllowed(refusal(agency, feature), code="feature")


def refusal(agency: Agency, feature: Feature) -> str:
    """Why nothing of this can begin, and who can change that."""
    said = {"feature": feature.label, "agency": agency.short_name}
    day = off_at(agency).get(feature)
    if day is None:
        sentence = _("“%(feature)s” is switched off at %(agency)s. A program manager there can switch it on.")
        return sentence % said
    return _(
        "“%(feature)s” is switched off at %(agency)s until %(day)s. A program manager there can switch it on sooner."
    ) % {**said, "day": date_format(day, "DATE_FORMAT")}


def has_open(user: Person, feature: Feature, *roles: str) -> bool:
    """Whether one of the agencies where the person holds one of `roles` has it on."""
    return any(is_on(agency, feature) for agency in agencies_served(user, *roles))


def check_open_somewhere(user: Person, feature: Feature, *roles: str) -> None:
    """Raise NotAllowed (`feature`) where each agency of the person's roles has it off.

    Who holds none of the roles passes: that is for others to refuse.
    """
    served = agencies_served(user, *roles)
    if served and not any(is_on(agency, feature) for agency in served):
        raise NotAllowed(refusal(served[0], feature), code="feature")


def off_words(user: Person, feature: Feature, *roles: str) -> list[str]:
    """What a page says of each agency of these roles that has it off."""
    return [refusal(agency, feature) for agency in agencies_served(user, *roles) if not is_on(agency, feature)]


def agencies_open(user: Person, feature: Feature, *roles: str) -> models.QuerySet[Agency]:
    """As `agencies_of`, without those that have it off: what a form for something new offers."""
    closed = [agency.pk for agency in agencies_served(user, *roles) if not is_on(agency, feature)]
    found = agencies_of(user, *roles)
    return found.exclude(pk__in=closed) if closed else found


def public_registration() -> Opening:
    """Whether the public can register. The register is the program's: it is open while one active agency opens it."""
    agencies = list(Agency.objects.filter(is_active=True).only("features_off", "time_zone"))
    closed = [off_at(agency) for agency in agencies]
    if not agencies or any(Feature.REGISTRATION not in off for off in closed):
        return Opening(is_open=True)
    return Opening(is_open=False, on=min((day for off in closed if (day := off[Feature.REGISTRATION])), default=None))


def check_public_registration() -> None:
    """Raise NotAllowed (`feature`) while no agency takes registrations from the public."""
    found = public_registration()
    if found.is_open:
        return
    if found.on is None:
        raise NotAllowed(_("The program does not take registrations yet. Nothing was saved."), code="feature")
    raise NotAllowed(
        _("The program takes registrations from %(day)s. Nothing was saved.")
        % {"day": date_format(found.on, "DATE_FORMAT")},
        code="feature",
    )


def present_features(agency: Agency) -> tuple[int, dict[str, date | None]]:
    """The number of the version in force, 0 before the first, and what is off now."""
    rows = FeatureVersion.objects.filter(agency=agency).order_by("-number")
    newest = asked_once(("features", agency.pk), rows.first)
    return (newest.number if newest else 0), off_at(agency)


def feature_versions(agency: Agency) -> models.QuerySet[FeatureVersion]:
    """All versions, the newest first."""
    return FeatureVersion.objects.filter(agency=agency).select_related("author").order_by("-number")


def set_features(*, agency: Agency, off: Off, number: int, by: User) -> int:
    """From now on the agency has these features off and all others on. Returns the number of the version in force.

    `off` gives the day on which a feature opens by itself, None without one; `number` is the version that the manager
    read. What is in force already writes nothing. Raises NotAllowed for others than a program manager, Stale if
    somebody changed it since, InvalidInput (`until_<feature>`) for a day that has come, or is years away.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        agency = locked(Agency.objects).get(pk=agency.pk)
        present_number, before = present_features(agency)
        if number != present_number:
            raise Stale(_("A colleague has changed this meanwhile. Yours is not saved; compare the two."))
        checked = checked_off(agency, off)
        end_rule_draft(agency, RuleName.FEATURES, by)
        if checked == before:
            return number
        agency.features_off = as_kept(checked)
        agency.save(update_fields=["features_off"])
        FeatureVersion.objects.create(agency=agency, number=number + 1, author=by, off=agency.features_off)
        ledger.record(
            "agency.features_set",
            Subject.of("agency", agency.public_id),
            actor,
            number=number + 1,
            before=as_kept(before),
            after=agency.features_off,
        )
        return number + 1


def checked_off(agency: Agency, off: Off) -> dict[str, date | None]:
    """The features as they would be kept, in the order of `Feature`. Raises InvalidInput as `set_features` does."""
    today, problems = today_in(agency), {}
    for name, day in off.items():
        if name not in Feature.values:
            raise InvalidInput(_("The portal has no such feature. Load the page again."))
        if day is not None and day <= today:
            problems[f"until_{name}"] = _("Give a day after today, or leave it empty.")
        elif day is not None and (day - today).days > FAR_DAYS:
            problems[f"until_{name}"] = _("That is years away. Give an earlier day, or leave it empty.")
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    return {str(name): off[name] for name in Feature.values if name in off}


def as_kept(off: Off) -> dict[str, str]:
    """As the rows and the ledger keep it: days as ISO 8601, empty without one."""
    return {name: day.isoformat() if day else "" for name, day in off.items()}


def in_words(off: Mapping[str, Any]) -> list[str]:
    """A line for each feature that is off, of days or of what is kept."""
    said = []
    for name, day in off.items():
        if name not in Feature.values:
            continue
        until = date.fromisoformat(day) if isinstance(day, str) and day else day
        label = Feature(name).label
        if until:
            said.append(_("%(feature)s, until %(day)s") % {"feature": label, "day": date_format(until, "DATE_FORMAT")})
        else:
            said.append(str(label))
    return said


def others_that_register(agency: Agency) -> list[Agency]:
    """The other active agencies that keep the register open to the public."""
    return _with_registration(Agency.objects.filter(is_active=True).exclude(pk=agency.pk))


def _with_registration(agencies: Iterable[Agency]) -> list[Agency]:
    return [agency for agency in agencies if is_on(agency, Feature.REGISTRATION)]


def _kept(agency: Agency) -> dict[str, date | None]:
    return {name: date.fromisoformat(day) if day else None for name, day in agency.features_off.items()}
