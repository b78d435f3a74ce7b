"""Mail goes through the outbox; only sign-in codes are sent directly."""

from config.settings.components.environment import env

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 30  # seconds for each word of the server, far below the lease of a message
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")

# The provider whose interface takes our letters and tells what came back; none with a mail server of the city's.
MAIL_PROVIDER = ""
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", default="")
ANYMAIL: dict[str, object] = {}
# Text messages: none, a folder to try with, or a provider. See apps/notifications/texts.py.
TEXTS_URL = env.str("TEXTS_URL", default="")
# Where reports of letters that were not delivered come in: a mailbox that takes `name+anything@` too.
MAIL_RETURN_ADDRESS = env.str("MAIL_RETURN_ADDRESS", default="")
