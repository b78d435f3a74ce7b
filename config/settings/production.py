"""Production: refuses to start without its keys, its hosts and its stores."""

from config.settings.base import *  # noqa: F403
from config.settings.base import CACHES, DATABASES, env
from config.settings.safety import refuse_unsafe

SECRET_KEY = env.str("SECRET_KEY")
FIELD_KEYS = env.list("FIELD_KEYS")
LEDGER_KEY = env.str("LEDGER_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# No defaults: a forgotten store would be another, empty one, and a forgotten queue would be noticed by nobody.
env.str("DATABASE_URL")
CELERY_BROKER_URL = env.str("BROKER_URL")
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

EMAIL_CONFIG = env.email("EMAIL_URL")
vars().update(EMAIL_CONFIG)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.str("CACHE_URL")}
GEOCODER = env.str("GEOCODER", default="census")

refuse_unsafe(globals())
