"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "apps.evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        from apps.evidence import examining  # noqa: F401 - registers a check
        from apps.evidence.board import given_through, items_of_request
        from apps.evidence.services import handovers, intake, test_clips
        from apps.footage_requests import submitted
        from apps.uploads import receivers

        receivers.register(intake.SCOPE_KIND, intake.receive_upload)
        receivers.register(handovers.SCOPE_KIND, handovers.receive_handed_over)
        receivers.register(test_clips.SCOPE_KIND, test_clips.receive_clip)
        submitted.register(items_of_request)
        submitted.register_given(given_through)
