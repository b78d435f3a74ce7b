"""Mail goes through the outbox; only sign-in codes are sent directly."""

from config.settings.components.environment import env

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 30  # seconds for each word of the server, far below the lease of a message
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")
