"""Stills and clips: somebody asks, a worker makes them from the sealed original, and who takes one is recorded."""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.core import claims
from apps.core.background import enqueue_after_commit
from apps.core.connections import let_go_of_connection
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.evidence import policies, selectors
from apps.evidence.given_again import cases_of
from apps.evidence.media_tokens import MediaAccess, excerpt_thing, fingerprint
from apps.evidence.models import Derivative, EvidenceItem, Excerpt
from apps.evidence.picture_times import count_pictures
from apps.evidence.recorded_times import recorded_times
from apps.evidence.services.processing import scratch_folder
from apps.evidence.services.working import LEASE, PAUSE_AFTER_FAILURE, WORKER, LeaseLost, lease_kept, subject_of
from apps.evidence.states import EXCERPT_TRANSITIONS, DerivativeKind, ExcerptKind, ExcerptState
from apps.evidence.storage import Stored, StoreError, original_key, store
from apps.ledger import services as ledger
from apps.media import recipes
from apps.media.errors import MediaError, MediaInterrupted, Unconfined
from apps.media.excerpts import LONGEST_CLIP_S, make_clip, make_still
from apps.media.probe import probe

logger = logging.getLogger(__name__)

AT_ONCE = 20
LARGEST_MARGIN_S = 0.002
_TYPES = {ExcerptKind.STILL: ("image/jpeg", "jpg"), ExcerptKind.CLIP: ("video/mp4", "mp4")}


def ask_excerpt(
    *,
    item: EvidenceItem,
    case: Case,
    kind: str,
    pictures: tuple[int, int],
    user: User,
    purpose: Purpose | None,
    film: str = "",
) -> Excerpt:
    """Have a still of a picture, or a clip of a span, made from the original; one that is there already is found.

    Pictures are counted from 0 in the working copy, which has to be that of the digest `film` if one is given. Raises
    NotFound, NotAllowed without a role or a purpose that opens the item, InvalidInput, WrongState and Unavailable as
    `count_pictures`.
    """
    if case not in cases_of(item) or not policies.can_play_item(user, item):
        raise NotFound(_("There is no such item, or it is not for you."))
    if purpose is None or not selectors.purpose_opens(purpose, item, user):
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    if kind not in ExcerptKind.values:
        raise InvalidInput(_("Choose a still or a clip."))
    first, last = pictures if kind == ExcerptKind.CLIP else (pictures[0], pictures[0])
    if last < first:
        raise InvalidInput.about("out_picture", _("The last picture lies before the first one."))
    counted = count_pictures(item, [max(0, first - 1), first, last])
    if film and film != counted.film:
        raise WrongState(_("The working copy was made anew since. Mark the picture again."))
    begins, ends = counted.begins[1], counted.ends[2]
    if ends - begins > LONGEST_CLIP_S:
        raise InvalidInput.about("out_picture", _("A clip may be ten minutes long. Mark a shorter span."))
    times = recorded_times([item])[item.pk]
    # Times of pictures are rounded in each container, so the cut lies a little before the picture.
    margin = min(LARGEST_MARGIN_S, (begins - counted.begins[0]) / 4)
    key = {"item": item, "kind": kind, "film": counted.film, "in_picture": first, "out_picture": last}
    there = Excerpt.objects.exclude(state=ExcerptState.FAILED).filter(**key)
    try:
        with transaction.atomic():
            if found := there.first():
                return found
            excerpt = Excerpt.objects.create(
                **key,
                case=case,
                asked_by=user,
                in_s=begins,
                out_s=ends,
                cut_s=begins - margin if first else 0.0,
                true_in=times.true_at(begins),
                offset_s=times.offset_s,
            )
            ledger.record(
                "evidence_item.excerpt_asked",
                subject_of(item),
                acting_as(user, item.agency, *policies.PLAYERS).actor,
                excerpt=str(excerpt.public_id),
                kind=kind,
                pictures=[first, last],
                film=counted.film,
                purpose=str(purpose.public_id),
            )
            enqueue_after_commit("apps.evidence.tasks.make_excerpt", excerpt.pk)
            return excerpt
    except IntegrityError:  # asked twice at once
        return there.get()


def due_excerpts() -> list[int]:
    """What was asked for and nobody works on, the oldest first. What died too often is given up here."""
    rows = Excerpt.objects.filter(claims.free(), state=ExcerptState.ASKED)
    for excerpt in rows.filter(attempts__gte=claims.MAX_ATTEMPTS)[:AT_ONCE]:
        _fail(excerpt, "stopped_three_times", token=None)
    return list(rows.filter(attempts__lt=claims.MAX_ATTEMPTS).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def make_excerpt(*, pk: int) -> bool:
    """Make it, if nobody else is at it. True if this call ended it, one way or the other."""
    excerpt = claims.claim(Excerpt, pk, lease=LEASE, where=Q(state=ExcerptState.ASKED))
    if excerpt is None:
        return False
    item = EvidenceItem.objects.get(pk=excerpt.item_id)
    try:
        with lease_kept(excerpt):
            if item.state in policies.NEVER_OPENED:
                return _fail(excerpt, "not_opened", token=excerpt.lease_token)
            let_go_of_connection()
            with scratch_folder() as scratch, store().local_file(original_key(item.digest), scratch=scratch) as source:
                made = _make(excerpt, item, source, scratch)
                stored = store().put_derivative(made)
            return _record(excerpt, stored)
    except (StoreError, Unconfined, MediaInterrupted, OSError) as error:
        _postpone(excerpt, type(error).__name__)
    except MediaError as error:
        return _fail(excerpt, error.code, token=excerpt.lease_token)
    except LeaseLost:
        logger.info("Excerpt %s went to another worker.", excerpt.public_id)
    return False


def open_excerpt(*, user: User, excerpt: Excerpt, purpose: Purpose | None, session_key: str | None) -> MediaAccess:
    """Record that the person takes the still or clip, and return the access for its download.

    Raises NotAllowed as `open_footage`, WrongState while it is not made.
    """
    item = excerpt.item
    if not policies.can_download_original(user, item):
        raise NotAllowed(_("Your role does not include taking footage out of the portal."))
    if purpose is None or not selectors.purpose_opens(purpose, item, user):
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    if excerpt.made is None:
        raise WrongState(_("It is not made yet. Wait a moment."))
    with transaction.atomic():
        record_access(
            purpose,
            "evidence_item.excerpt_downloaded",
            subject_of(item),
            excerpt=str(excerpt.public_id),
            digest=excerpt.made.digest,
        )
    thing = excerpt_thing(excerpt.public_id)
    return MediaAccess(item.public_id, thing, purpose.public_id, user.public_id, fingerprint(session_key))


def get_excerpt_for(user: User, public_id: UUID | str) -> Excerpt:
    """The still or clip, if the person may see its item. Raises NotFound."""
    seen = policies.viewable_items(user)
    found = None
    if not seen.query.is_empty() and user.is_staff:
        rows = Excerpt.objects.filter(item__in=seen).select_related("item__agency", "item__submission__case", "made")
        try:
            found = rows.filter(public_id=public_id).first()
        except ValidationError:
            found = None
    if found is None:
        raise NotFound(_("There is no such item, or it is not for you."))
    return found


def filename_of(excerpt: Excerpt) -> str:
    """What a download is called: it names its original by receipt and its pictures, as players count them."""
    ending = _TYPES[ExcerptKind(excerpt.kind)][1]
    pictures = f"{excerpt.in_picture + 1}"
    if excerpt.out_picture > excerpt.in_picture:
        pictures += f"-{excerpt.out_picture + 1}"
    return f"{excerpt.kind}-{excerpt.item.submission.code}-{str(excerpt.item.public_id)[:8]}-{pictures}.{ending}"


def _make(excerpt: Excerpt, item: EvidenceItem, source: Path, scratch: Path) -> Path:
    facts = probe(source, scratch=scratch, declared_name=item.filename)
    target = scratch / f"excerpt.{_TYPES[ExcerptKind(excerpt.kind)][1]}"
    if excerpt.kind == ExcerptKind.STILL:
        make_still(source, target, facts, cut_s=excerpt.cut_s, scratch=scratch)
    else:
        # As far behind the last picture as the cut is before the first one.
        seconds = excerpt.out_s - excerpt.in_s - LARGEST_MARGIN_S / 2
        make_clip(source, target, facts, cut_s=excerpt.cut_s, seconds=max(0.001, seconds), scratch=scratch)
    return target


def _record(excerpt: Excerpt, stored: Stored) -> bool:
    with transaction.atomic():
        mine = claims.locked_if_held(excerpt)
        if mine is None:
            raise LeaseLost
        item = mine.item
        if item.state in policies.NEVER_OPENED:
            return _fail(mine, "not_opened", token=mine.lease_token)
        EXCERPT_TRANSITIONS.check(mine.state, ExcerptState.MADE)
        mine.state = ExcerptState.MADE
        mine.made = Derivative.objects.create(
            item=item,
            kind=DerivativeKind(mine.kind),
            digest=stored.digest,
            size=stored.size,
            content_type=_TYPES[ExcerptKind(mine.kind)][0],
            recipe=recipes.name_of("excerpt"),
        )
        claims.release(mine, step_done=True)
        mine.save()
        ledger.record(
            "evidence_item.excerpt_made",
            subject_of(item),
            WORKER,
            excerpt=str(mine.public_id),
            kind=mine.kind,
            digest=stored.digest,
            size=stored.size,
            recipe=mine.made.recipe,
            original=item.digest,
            pictures=[mine.in_picture, mine.out_picture],
        )
        return True


def _fail(excerpt: Excerpt, problem: str, *, token: UUID | None) -> bool:
    """It cannot be made; asking again begins anew. Nothing if somebody else is at it."""
    with transaction.atomic():
        excerpt.lease_token = token
        mine = claims.locked_if_held(excerpt) if token else claims.locked_if_free(excerpt)
        if mine is None or mine.state != ExcerptState.ASKED:
            return False
        EXCERPT_TRANSITIONS.check(mine.state, ExcerptState.FAILED)
        mine.state, mine.problem = ExcerptState.FAILED, problem
        claims.release(mine, step_done=True)
        mine.save()
        ledger.record(
            "evidence_item.excerpt_failed",
            subject_of(mine.item),
            WORKER,
            excerpt=str(mine.public_id),
            kind=mine.kind,
            problem=problem,
        )
        return True


def _postpone(excerpt: Excerpt, reason: str) -> None:
    if claims.postpone(excerpt, pause=PAUSE_AFTER_FAILURE, reason=reason):
        logger.warning("Excerpt %s waits: %s", excerpt.public_id, reason)
