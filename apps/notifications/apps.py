"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from anymail.signals import inbound, tracking

        from apps.notifications import choices, provider, send_checks
        from apps.notifications.topics import TOPICS

        tracking.connect(provider.on_tracking, dispatch_uid="notifications.provider")
        inbound.connect(provider.on_inbound, dispatch_uid="notifications.inbound")
        autodiscover_modules("letter_topics")
        send_checks.guard(choices.DIGEST, choices.digest_may_go)
        for topic in TOPICS.values():
            for kind in topic.kinds:
                send_checks.guard(kind, choices.may_go)
