"""A tus endpoint for tests that knows nothing of evidence: the header X-Who says who asks."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.urls import path, reverse

from apps.core.errors import NotFound
from apps.ledger.values import Actor
from apps.uploads import receivers, services
from apps.uploads.models import Upload
from apps.uploads.room import Sender
from apps.uploads.views import Declared, TusView

KIND = "test"
received: list[UUID] = []


def note(upload: Upload) -> None:
    """The receiver of these uploads."""
    received.append(upload.public_id)


receivers.register(KIND, note)


class PlainTusView(TusView):
    def open(self, request: HttpRequest, declared: Declared) -> Upload:
        return services.open_upload(
            sender=Sender(f"{KIND}:{request.headers['X-Who']}", source=request.headers.get("X-From", "")),
            length=declared.length,
            filename=declared.filename,
            content_type=declared.content_type,
            actor=Actor.system("test"),
        )

    def authorize(self, request: HttpRequest, upload: Upload) -> None:
        if upload.scope != f"{KIND}:{request.headers.get('X-Who')}":
            raise NotFound("no")

    def actor_of(self, request: HttpRequest, upload: Upload) -> Actor:
        return Actor.system("test")

    def address_of(self, upload: Upload) -> str:
        return reverse("one", args=[upload.public_id])


urlpatterns = [
    path("tus/", PlainTusView.as_view(), name="all"),
    path("tus/<uuid:public_id>", PlainTusView.as_view(), name="one"),
]
