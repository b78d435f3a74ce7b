"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "apps.conversations"
    verbose_name = _("Conversations with owners")

    def ready(self) -> None:
        from apps.conversations import mailed_answers
        from apps.conversations.send_checks import may_go
        from apps.notifications import replies, send_checks

        send_checks.guard("conversation.owner", may_go)
        for kind in ("conversation.owner", "footage_request.invitation", "footage_request.reminder"):
            replies.take_answers(kind, mailed_answers.take_answer)
        replies.take_answers("footage_request.again", mailed_answers.take_answer)
        replies.forward_by(mailed_answers.forward_to_agency)
