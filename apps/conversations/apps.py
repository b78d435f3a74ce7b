"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "apps.conversations"
    verbose_name = _("Conversations with owners")

    def ready(self) -> None:
        from apps.conversations.send_checks import may_go
        from apps.notifications import send_checks

        send_checks.guard("conversation.owner", may_go)
