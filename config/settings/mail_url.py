"""EMAIL_URL: a mail server by SMTP, or a provider's own interface (`anymail://provider?NAME=value`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import environ

SCHEME = "anymail"
#: Back ends of django-anymail, as their modules are called.
PROVIDERS = (
    "amazon_ses",
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "sendgrid",
    "sparkpost",
    "unisender_go",
)


def mail_settings(url: str) -> dict[str, Any]:
    """Django's settings for this address. The names after `?` are anymail's, without the provider's name."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME:
        return dict(environ.Env.email_url_config(url))
    provider = parts.netloc.lower()
    if provider not in PROVIDERS:
        raise ValueError(f"names no provider; there are {', '.join(PROVIDERS)}")
    keys = {f"{provider.upper()}_{name.upper()}": value for name, value in parse_qsl(parts.query)}
    return {
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        "MAIL_PROVIDER": provider,
        "ANYMAIL": keys,
    }
