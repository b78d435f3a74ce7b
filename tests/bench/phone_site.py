"""The portal as a production machine serves its files: named by digest and compressed. For `make bench BENCH=phone`."""

from __future__ import annotations

from config.settings.local import *  # noqa: F403
from config.settings.local import DATA_DIR

STATIC_ROOT = DATA_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
