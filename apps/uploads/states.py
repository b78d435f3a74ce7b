"""States of an upload."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("receiving")  # bytes may still come
    RECEIVED = "received", _("received")  # every declared byte is durable; no writer may open the file again
    ABANDONED = "abandoned", _("abandoned")  # expired or given up; its bytes are gone


UPLOAD_TRANSITIONS = Transitions(
    {UploadState.RECEIVING: {UploadState.RECEIVED, UploadState.ABANDONED}, UploadState.RECEIVED: set()}
)
