"""The bytes of a signed agreement: kept under their digest, compared with it each time they are given out."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from apps.agreements.models import Agreement
from apps.core.errors import Unavailable

logger = logging.getLogger(__name__)


def keep_file(content: bytes) -> str:
    """Keep the file, durably, and return its SHA-256. Keeping it again changes nothing. Raises Unavailable.

    It comes before the row that names it: a file that no row names is of no harm, a row without its file is.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        storages["files"].save(_name(digest), ContentFile(content))
    except Exception as error:
        logger.error("A signed agreement could not be kept: %s", type(error).__name__)
        raise Unavailable(_("The file cannot be kept just now. Please try again in a minute.")) from error
    return digest


def read_file(agreement: Agreement) -> bytes:
    """The signed file as it was uploaded. Raises Unavailable if the store is away or holds other bytes."""
    digest = agreement.signed_file.digest
    try:
        with storages["files"].open(_name(digest)) as handle:
            content: bytes = handle.read()
    except Exception as error:
        logger.error("A signed agreement could not be read: %s", type(error).__name__)
        raise Unavailable(_("The file cannot be read just now. Please try again in a minute.")) from error
    if hashlib.sha256(content).hexdigest() != digest:
        logger.error("The signed agreement %s is not what its digest says.", digest)
        raise Unavailable(
            _("The stored file is not the one that was signed. Please tell the people who run the portal.")
        )
    return content


def damaged_files() -> Iterator[str]:
    """Public ids of agreements whose signed file is missing or is not what was signed."""
    for agreement in Agreement.objects.filter(signed_file__isnull=False).select_related("signed_file").order_by("pk"):
        try:
            read_file(agreement)
        except Unavailable:
            yield str(agreement.public_id)


def _name(digest: str) -> str:
    return f"agreements/{digest}.pdf"
