"""What the portal finds out about the computer that it runs on before it serves anybody."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages


@register(Tags.security)
def only_we_read_our_data(**_kwargs: Any) -> list[CheckMessage]:
    """The data folder is closed to other accounts of the computer: database, mail and keys lie in it."""
    folder = Path(settings.DATA_DIR)
    if not folder.exists() or not stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return []
    return [
        Error(
            "Other accounts of this computer can enter the portal's data folder.",
            hint=f"chmod 700 {folder}",
            id="core.E001",
        )
    ]


@register(Tags.files)
def files_have_a_place(**_kwargs: Any) -> list[CheckMessage]:
    """FILES_URL names a folder or a bucket that can be opened. Nothing is asked of a bucket yet."""
    try:
        storages["files"]
    except ImproperlyConfigured as error:
        return [Error(str(error), id="core.E002")]
    return []
