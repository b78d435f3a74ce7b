"""Stills and clips on the staff's pages: which there are of an item, and taking one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.core.errors import PortalError
from apps.evidence.media_tokens import make_token
from apps.evidence.models import EvidenceItem, Excerpt
from apps.evidence.policies import can_download_original
from apps.evidence.presentation import size_in_words
from apps.evidence.selectors import purpose_for
from apps.evidence.services.excerpts import get_excerpt_for, open_excerpt
from apps.evidence.states import ExcerptState


@dataclass(frozen=True, slots=True)
class ExcerptRow:
    """One still or clip: what it shows, and whether it can be taken."""

    excerpt: Excerpt
    may_take: bool

    @property
    def words(self) -> str:
        """“Still of picture 76”, “clip of pictures 76 to 101”: counted from 1, as players count them."""
        one = self.excerpt
        if one.kind == "still":
            return _("Still of picture %(n)d") % {"n": one.in_picture + 1}
        return _("Clip of pictures %(first)d to %(last)d") % {"first": one.in_picture + 1, "last": one.out_picture + 1}

    @property
    def size(self) -> str:
        """How large it is; empty until it is made."""
        return size_in_words(self.excerpt.made.size).partition(" (")[0] if self.excerpt.made else ""

    @property
    def is_being_made(self) -> bool:
        """Whether a page that shows it looks again."""
        return self.excerpt.state == ExcerptState.ASKED


def excerpts_of(user: User, items: Iterable[EvidenceItem]) -> list[ExcerptRow]:
    """Those of these items, the newest first. The row's pictures are not opened by reading this."""
    by_pk = {item.pk: item for item in items}
    rows = Excerpt.objects.filter(item__in=by_pk).select_related("made", "asked_by").order_by("-pk")
    found = []
    for excerpt in rows:
        item = by_pk[excerpt.item_id]
        may_take = excerpt.made is not None and can_download_original(user, item)
        found.append(ExcerptRow(excerpt, may_take))
    return found


@require_POST
def excerpt_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a still or a clip: recorded, then sent as an attachment."""
    user = cast(User, request.user)
    excerpt = get_excerpt_for(user, public_id)
    try:
        access = open_excerpt(
            user=user,
            excerpt=excerpt,
            purpose=purpose_for(user, excerpt.item),
            session_key=request.session.session_key,
        )
    except PortalError as error:
        messages.error(request, str(error.message))
        return redirect("admin:evidence_evidenceitem_change", excerpt.item.public_id)
    return redirect("evidence:media", token=make_token(access))
