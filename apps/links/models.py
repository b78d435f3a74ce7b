"""The one table of links that open something without signing in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, kind_named
from apps.links.secrets import code_of, digest_of_code, digest_of_token, matches, token_of


class Link(models.Model):
    """What opens one subject: a token behind the `#` of an address, and a code that does the same without script.

    Both are derived from kind, subject, generation and the server's key, so that a later letter can carry them again.
    Only digests are stored. Opening compares with these, so a link survives a change of the key.
    """

    kind = models.CharField(_("kind"), max_length=24, help_text=_("A name that an app registered."))
    subject = models.UUIDField(_("subject"), help_text=_("Public id of what the link opens."))
    generation = models.PositiveIntegerField(
        _("generation"), default=1, help_text=_("Grows when the link is renewed; older letters and cookies die.")
    )
    token_digest = models.CharField(_("token's SHA-256"), max_length=64, unique=True, editable=False)
    code_digest = models.CharField(_("code's SHA-256"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("UTC."))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True, help_text=_("UTC. Empty: never."))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("link")
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="link_once")]

    def __str__(self) -> str:
        return f"link {self.kind} {self.subject}"

    @property
    def of_kind(self) -> Kind:
        """What its app registered."""
        return kind_named(self.kind)

    @property
    def lives(self) -> bool:
        """Whether it opens now. What the subject's own state says comes on top (`Kind.admits`)."""
        return self.revoked_at is None and (self.expires_at is None or timezone.now() < self.expires_at)

    @property
    def token(self) -> str:
        """The secret behind the `#`, for a letter."""
        return token_of(self.kind, self.subject, self.generation)

    @property
    def code(self) -> str:
        """The code to type, for a letter."""
        return code_of(self.kind, self.subject, self.generation)

    @property
    def address(self) -> str:
        """The whole address with its secret, for a letter."""
        return f"{self.of_kind.address(self.subject)}#{self.token}"

    @property
    def short_address(self) -> str:
        """A short address with the code, for a text message."""
        return f"{settings.SITE_URL.rstrip('/')}{reverse('short:code')}#{self.code}"

    @property
    def is_current(self) -> bool:
        """Whether a letter written now would carry secrets that open it: not after the server's key has changed."""
        return matches(digest_of_token(self.token), self.token_digest)

    def set_digests(self) -> None:
        """Of this generation's secrets; not saved."""
        self.token_digest, self.code_digest = digest_of_token(self.token), digest_of_code(self.code)
