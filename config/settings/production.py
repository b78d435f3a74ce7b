"""Production: refuses to start without its keys, its hosts and its stores."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, MAIL_WEBHOOK_SECRET, MIDDLEWARE, SILENCED_SYSTEM_CHECKS, env
from config.settings.practice import as_practice_portal
from config.settings.safety import refuse_unsafe

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_KEYS = env.list("FIELD_KEYS")
LEDGER_KEY = env.str("LEDGER_KEY")
DIGEST_KEY = env.str("DIGEST_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# No defaults: a forgotten store would be another, empty one, and a forgotten queue would be noticed by nobody.
env.str("DATABASE_URL")
CELERY_BROKER_URL = env.str("BROKER_URL")
# Nobody keeps a connection after a request or a task. Web processes share some (config/worker.py).
DATABASES["default"] |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}

PRACTICE, PRACTICE_CODE = env.bool("PRACTICE", default=False), env.str("PRACTICE_CODE", default="")
if not PRACTICE:
    EMAIL_CONFIG = env.email("EMAIL_URL")
    vars().update(EMAIL_CONFIG)
    ANYMAIL = {**EMAIL_CONFIG.get("ANYMAIL", {}), "WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET}
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
    SECURITY_CONTACT = env.str("SECURITY_CONTACT")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# What watches the portal from the same computer speaks plain HTTP to it.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
# For this host alone: names below it and the browsers' own list bind what else a city serves, so the city says so.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W004", "security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
COOKIE_PREFIX = "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
    f"{COOKIE_PREFIX}{name}" for name in ("sessionid", "csrftoken", "language")
)
env.str("CACHE_URL")  # several processes count together, so it has to be set

_first_to_ask = MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
MIDDLEWARE = [
    *MIDDLEWARE[:_first_to_ask],
    "apps.core.own_database.OwnDatabaseMiddleware",
    *MIDDLEWARE[_first_to_ask:],
]

refuse_unsafe(globals(), env.problems)
if PRACTICE:
    vars().update(as_practice_portal(globals(), env))
