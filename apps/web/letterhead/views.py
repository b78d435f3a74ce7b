"""An agency's seal, as a picture of its own, and what a page about one of its requests shows of its letterhead."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.agencies.models import Agency
from apps.core.errors import NotFound
from apps.core.languages import in_language
from apps.letterhead.models import Letterhead
from apps.letterhead.selectors import in_force
from apps.letterhead.states import Place

_A_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of a request shows: the seal's address and the words after an answer; both may be empty."""

    seal_url: str = ""
    thanks: str = ""


def shown(agency: Agency) -> Shown:
    """The letterhead in force, in the reader's language."""
    found = in_force(agency)
    if found is None:
        return Shown()
    address = reverse("web:agency_seal", args=[agency.public_id, found.seal_digest]) if found.seal_digest else ""
    return Shown(address, in_language(found.words.get(Place.THANKS, {})))


@require_safe
def seal(request: HttpRequest, public_id: UUID, digest: str) -> HttpResponse:
    """A seal that was published, by its digest, so that a browser may keep it for good."""
    kept = Letterhead.objects.filter(
        agency__public_id=public_id, agency__is_active=True, seal_digest=digest, seal_digest__gt=""
    )
    picture = kept.values_list("seal", flat=True).first()
    if picture is None:
        raise NotFound(_("There is no such picture."))
    answer = HttpResponse(bytes(picture), content_type="image/jpeg")
    answer["Cache-Control"] = f"public, max-age={_A_YEAR_S}, immutable"
    return answer
