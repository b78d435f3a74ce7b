"""People who were entered by others and have not said yes, and the cameras that were entered for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.cameras.models import Camera
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed
from apps.partners.models import Partner
from apps.prospects.states import Origin, OwnerState


class OwnerInvitation(PublicModel, RequestKeyed):
    """Somebody whose cameras an agency entered, by a file or at a meeting, and who has not yet said yes.

    Nothing of it is in the register: no partner, no camera, no consent is made before the owner accepts. So there
    is nothing that a match, a map or a review could show.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    origin = models.CharField(_("entered"), max_length=7, choices=Origin.choices)
    is_ready = models.BooleanField(
        _("may be sent"), default=False, help_text=_("Not while its file is being imported or undone.")
    )
    state = models.CharField(_("state"), max_length=9, choices=OwnerState.choices, default=OwnerState.WAITING)
    email = EncryptedTextField(_("e-mail"), blank=True)
    email_key = models.CharField(
        max_length=32, help_text=_("Digest of the address: it outlives the address, so that a no is kept.")
    )
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, default="resident")
    language = models.CharField(_("language"), max_length=5, blank=True, help_text=_("Empty: not known."))
    invited_at = models.DateTimeField(_("invited at"), null=True, blank=True, help_text=_("UTC."))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, help_text=_("UTC."))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, help_text=_("UTC."))
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )

    class Meta:
        verbose_name = _("owner's invitation")
        verbose_name_plural = _("owners' invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "email_key"],
                condition=models.Q(state__in=["waiting", "invited"]),
                name="owner_invited_once",
            )
        ]
        indexes = [
            models.Index(fields=["email_key"], name="owner_email_key"),
            models.Index(fields=["state", "invited_at"], name="owner_due"),
        ]

    def __str__(self) -> str:
        return f"owner {self.public_id}"


class PreRegisteredCamera(PublicModel, RequestKeyed):
    """A camera that somebody else entered for its owner. It becomes a registration when the owner says yes."""

    invitation = models.ForeignKey(OwnerInvitation, on_delete=models.PROTECT, related_name="cameras")
    details = EncryptedTextField(_("details"), blank=True, help_text=_("JSON; blank once taken over or erased."))
    place_key = models.CharField(max_length=32, blank=True, editable=False)
    camera = models.OneToOneField(
        Camera, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("camera")
    )

    class Meta:
        verbose_name = _("pre-registered camera")

    def __str__(self) -> str:
        return f"pre-registered camera {self.public_id}"
