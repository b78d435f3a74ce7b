"""Kinds of documents, and states of a version of one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class TermsKind(models.TextChoices):
    PRIVACY = "privacy", _("privacy terms")  # what is asked, promised, kept and never done
    INSTALLATION = "installation", _("installation terms")  # how a camera is put up and kept


class TermsState(models.TextChoices):
    DRAFT = "draft", _("draft")  # being written; for the people of the program alone
    PUBLISHED = "published", _("published")  # announced; takes effect at its date
    IN_FORCE = "in_force", _("in force")  # what holds now
    SUPERSEDED = "superseded", _("superseded")  # a later version took its place
    WITHDRAWN = "withdrawn", _("withdrawn")  # never took effect and never will


TERMS_TRANSITIONS = Transitions(
    {
        TermsState.DRAFT: {TermsState.PUBLISHED, TermsState.WITHDRAWN},
        TermsState.PUBLISHED: {TermsState.IN_FORCE, TermsState.WITHDRAWN},
        TermsState.IN_FORCE: {TermsState.SUPERSEDED},
    }
)


class NoticeKind(models.TextChoices):
    ANNOUNCED = "announced", _("announced")  # to everybody who runs an account, once it is published
    REMINDED = "reminded", _("reminded")  # to partners who have not accepted, some days before the date
    WITHDRAWN = "withdrawn", _("withdrawn")  # to everybody, where it was announced and will not take effect
