"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FootageRequestsConfig(AppConfig):
    name = "apps.footage_requests"
    verbose_name = _("Footage requests")

    def ready(self) -> None:
        from apps.access.reach import approve_by
        from apps.footage_requests import signals  # noqa: F401
        from apps.footage_requests.approved_reach import boxes_of_open_requests
        from apps.footage_requests.send_checks import may_go
        from apps.notifications import send_checks

        approve_by(boxes_of_open_requests)
        send_checks.guard("footage_request.", may_go)
