"""prepare_story, make_story: stills of chosen marks become a case story, and what it shows is an access."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.core import text as words
from apps.core.errors import InvalidInput, NotAllowed, NotFound, PortalError, Unavailable, WrongState
from apps.evidence.models import Excerpt
from apps.evidence.policies import DOWNLOADERS, can_download_original
from apps.evidence.presentation import actor_in_words, named_actor
from apps.evidence.recorded_times import recorded_times
from apps.evidence.selectors import purpose_for
from apps.evidence.services.excerpts import ask_excerpt
from apps.evidence.services.working import subject_of
from apps.evidence.states import ExcerptKind, ExcerptState
from apps.evidence.storage import StoreError, derivative_key, store
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.policies import can_access_cameras
from apps.footage_requests.services import access_cameras
from apps.geo import parse_area
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.marks.models import Mark
from apps.marks.selectors import marks_of
from apps.marks.story import Story, Told, story_pdf
from apps.marks.story.sketch import Labeled, sketch

MARKS_MOST = 40
TITLE_MAX = 120


def chosen_marks(*, user: User, case: Case, ids: Sequence[UUID | str]) -> list[Mark]:
    """The marks of these ids in the order of true time. Raises NotFound for one that is not there, InvalidInput."""
    wanted = {str(one) for one in ids}
    if not wanted:
        raise InvalidInput(_("Choose at least one mark."))
    if len(wanted) > MARKS_MOST:
        raise InvalidInput(_("A story has at most %(n)d marks.") % {"n": MARKS_MOST})
    marks = marks_of(user, case).select_related(
        "item__agency", "item__submission__case", "item__submission__invitation__request", "item__match__camera"
    )
    found = [mark for mark in marks if str(mark.public_id) in wanted]
    if len(found) != len(wanted):
        raise NotFound(_("There is no such mark among those of your cases."))
    for mark in found:
        mark.case = case
    return found


def stills_of(marks: Sequence[Mark]) -> dict[int, Excerpt]:
    """The newest still of each mark's first picture, by the key of the mark."""
    rows = Excerpt.objects.filter(item__in=[mark.item_id for mark in marks], kind=ExcerptKind.STILL)
    by_place = {(one.item_id, one.film, one.in_picture): one for one in rows.select_related("made").order_by("pk")}
    places = {mark.pk: (mark.item_id, mark.film, mark.in_picture) for mark in marks}
    return {pk: by_place[place] for pk, place in places.items() if place in by_place}


def prepare_story(*, case: Case, marks: Sequence[Mark], user: User) -> int:
    """Have the stills made that are not there yet; returns how many are being made.

    Raises NotAllowed without a role that takes footage out, or a purpose that opens each video.
    """
    _purposes(user, marks)
    there, waiting = stills_of(marks), 0
    for mark in marks:
        still = there.get(mark.pk)
        if still is None:
            still = ask_excerpt(
                item=mark.item,
                case=case,
                kind=ExcerptKind.STILL,
                pictures=(mark.in_picture, mark.in_picture),
                user=user,
                purpose=purpose_for(user, mark.item),
                film=mark.film,
            )
        waiting += still.state == ExcerptState.ASKED
    return waiting


def make_story(*, case: Case, marks: Sequence[Mark], title: str, with_places: bool, user: User) -> bytes:
    """Write the story: an access to each video in it, and an entry with the digest of the PDF.

    Raises as `prepare_story`, WrongState while a still is being made or was never asked for, InvalidInput for the
    title, Unavailable if the store is away, and as `access_cameras` where places are wanted.
    """
    title = words.line(title, field="title", most=TITLE_MAX, required=False)
    purposes = _purposes(user, marks)
    told = _told(marks)
    actor = acting_as(user, case.agency, *DOWNLOADERS).actor
    numbers = {pk: number for number, pk in enumerate(dict.fromkeys(mark.item_id for mark in marks), start=1)}
    cameras = _places(user, case, marks, numbers) if with_places else []
    areas = [ring for one in _requests(marks, case) for ring in parse_area(one.area).rings]
    pdf = story_pdf(
        Story(
            case=case,
            title=title,
            told=told,
            times=recorded_times([mark.item for mark in marks]),
            who=named_actor(user.name, user.badge, actor_in_words(actor)),
            at=timezone.now(),
            sketch=sketch(areas, cameras),
            has_places=bool(cameras),
        )
    )
    digest = hashlib.sha256(pdf).hexdigest()
    with transaction.atomic():
        for item in {mark.item_id: mark.item for mark in marks}.values():
            record_access(purposes[item.pk], "evidence_item.story_made", subject_of(item), digest=item.digest)
        ledger.record(
            "case.story_made",
            Subject.of("case", case.public_id),
            actor,
            marks=[str(mark.public_id) for mark in marks],
            stills=[one.digest for one in told],
            digest=digest,
            places=len(cameras),
            work_product=any(mark.work_product for mark in marks),
        )
    return pdf


def _purposes(user: User, marks: Sequence[Mark]) -> dict[int, Purpose]:
    """What opens each video to the person, by the key of the item."""
    found: dict[int, Purpose] = {}
    for item in {mark.item_id: mark.item for mark in marks}.values():
        if not can_download_original(user, item):
            raise NotAllowed(_("Your role does not include taking footage out of the portal."))
        purpose = purpose_for(user, item)
        if purpose is None:
            raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
        found[item.pk] = purpose
    return found


def _told(marks: Sequence[Mark]) -> list[Told]:
    stills, told = stills_of(marks), []
    for mark in marks:
        still = stills.get(mark.pk)
        if still is None or still.state == ExcerptState.ASKED:
            raise WrongState(_("Some stills are still being made. Wait a moment, then save the story."))
        if still.made is None:
            told.append(Told(mark, b"", ""))
            continue
        try:
            jpeg = b"".join(store().open_range(derivative_key(still.made.digest), 0, still.made.size))
        except StoreError as error:
            raise Unavailable(_("The evidence store does not answer. Please try again in a minute.")) from error
        if hashlib.sha256(jpeg).hexdigest() != still.made.digest:
            raise Unavailable(
                _("A stored still is not what its digest says. Have it made again, and tell the auditor.")
            )
        told.append(Told(mark, jpeg, still.made.digest))
    return told


def _requests(marks: Sequence[Mark], case: Case) -> list[FootageRequest]:
    """The requests of this case that the videos answer, each once."""
    asked = (mark.item.submission.invitation for mark in marks)
    requests = {one.request_id: one.request for one in asked if one is not None}
    return [one for one in requests.values() if one.case_id == case.pk]


def may_show_places(user: User, case: Case, marks: Sequence[Mark]) -> bool:
    """Whether the person has opened, by a purpose, what the sketch would show."""
    open_now = any(can_access_cameras(user, one) for one in _requests(marks, case))
    return bool(open_now and may_access(user, AccessKind.REQUEST_CAMERAS, agency=case.agency, case=case).purpose)


def _places(user: User, case: Case, marks: Sequence[Mark], numbers: dict[int, int]) -> list[Labeled]:
    labels: dict[UUID, list[str]] = {}
    for item in {mark.item_id: mark.item for mark in marks}.values():
        if item.match:
            labels.setdefault(item.match.public_id, []).append(str(numbers[item.pk]))
    only = {mark.item.match_id for mark in marks if mark.item.match_id}
    found: list[Labeled] = []
    for asked in _requests(marks, case):
        if not can_access_cameras(user, asked):
            continue
        try:
            seen = access_cameras(user=user, request=asked, only=only)
        except PortalError as error:
            raise NotAllowed(str(error.message), code="places") from error
        found += [Labeled(",".join(labels.get(one.match, ["?"])), one) for one in seen]
    return found
