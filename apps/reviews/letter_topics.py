"""What staff are told about the weekly review."""

from django.utils.translation import gettext_lazy as _

from apps.agencies.policies import serves_as
from apps.notifications.topics import Topic, declare

declare(
    Topic(
        name="review_question",
        title=_("The auditor has a question about your work in the portal"),
        kinds=("review.question",),
        gets=lambda user: serves_as(user),
        fixed=_("The weekly review is a duty (CJIS Security Policy, AU-6), and no page shows the question."),
    ),
)
