"""Where a mail provider tells what came back: its own addresses and no other's, and none without its password."""

from __future__ import annotations

from anymail.urls import urlpatterns as of_all_providers
from django.conf import settings

app_name = "mail"
urlpatterns = [
    one
    for one in of_all_providers
    if settings.MAIL_PROVIDER
    and settings.MAIL_WEBHOOK_SECRET
    and one.name in {f"{settings.MAIL_PROVIDER}{end}" for end in ("_tracking_webhook", "_inbound_webhook", "_webhook")}
]
