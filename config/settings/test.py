"""Tests: a folder of its own, a real database (`DATABASE_URL` chooses which), fast password hashing."""

import os
import tempfile
from pathlib import Path

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker and Path(os.environ["DATA_DIR"]).name != _worker:
    # xdist's workers inherit the variable and share nothing below it.
    os.environ["DATA_DIR"] = str(Path(os.environ["DATA_DIR"]) / _worker)

from config.settings.local import *  # noqa: E402, F403
from config.settings.local import DATA_DIR, DATABASES, env  # noqa: E402

DEBUG = False
DEMO = True
SECRET_KEY = "only-for-tests"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Servers that a test starts write their mail to files; the test's own process keeps it in memory.
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.locmem.EmailBackend")
EMAIL_HOST, EMAIL_PORT = env.str("EMAIL_HOST", default="localhost"), env.int("EMAIL_PORT", default=25)
# A provider's addresses are there and tried like all others; letters go to the back end above.
MAIL_PROVIDER = "postmark"
MAIL_WEBHOOK_SECRET = "provider:only-for-tests-and-long"  # noqa: S105
ANYMAIL = {"WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET, "POSTMARK_SERVER_TOKEN": "only-for-tests"}
if DATABASES["default"]["ENGINE"] == "apps.core.sqlite":
    # A file, not shared memory: threads and child processes see what production's would.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
