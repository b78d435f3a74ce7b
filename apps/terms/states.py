"""States of a version of the terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class TermsState(models.TextChoices):
    DRAFT = "draft", _("draft")  # being written
    PUBLISHED = "published", _("published")  # announced; takes effect at its date
    IN_FORCE = "in_force", _("in force")  # what a partner has to have accepted
    SUPERSEDED = "superseded", _("superseded")  # a later version took its place


TERMS_TRANSITIONS = Transitions(
    {
        TermsState.DRAFT: {TermsState.PUBLISHED, TermsState.IN_FORCE},
        TermsState.PUBLISHED: {TermsState.IN_FORCE},
        TermsState.IN_FORCE: {TermsState.SUPERSEDED},
    }
)
