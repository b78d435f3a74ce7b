"""Development: `make run`. Everything it writes lies under DATA_DIR (default var/)."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, INSTALLED_APPS, MIDDLEWARE, STORAGES, env
from config.settings.safety import refuse
from config.settings.secrets import development_secret

DEBUG = env.bool("DEBUG", default=True)
DEMO = env.bool("DEMO", default=True) and DEBUG
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

_secrets = DATA_DIR / "secrets"
SECRET_KEY = development_secret(_secrets, "django")
FIELD_KEYS = [development_secret(_secrets, "fields")]
LEDGER_KEY = development_secret(_secrets, "ledger")
DIGEST_KEY = development_secret(_secrets, "digests")

if DEMO:
    INSTALLED_APPS = [*INSTALLED_APPS, "apps.demo"]
    _first_to_ask = MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
    MIDDLEWARE = [*MIDDLEWARE[:_first_to_ask], "apps.demo.waiting.WaitingMiddleware", *MIDDLEWARE[_first_to_ask:]]

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
TEXTS_URL = env.str("TEXTS_URL", default=f"folder://{DATA_DIR / 'texts'}")

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True


def _ffmpeg() -> str:
    """The one that the set-up installed where the machine's would not do; else the machine's."""
    try:
        import imageio_ffmpeg
    except ImportError:
        return "ffmpeg"
    return str(imageio_ffmpeg.get_ffmpeg_exe())


FFMPEG_BINARY = env.str("FFMPEG_BINARY", default="") or _ffmpeg()
PORTAL_TIME_ZONE = env.str("PORTAL_TIME_ZONE", default="America/New_York")
PORTAL_CITY = env.str("PORTAL_CITY", default="Tallahassee")

refuse(env.problems)
