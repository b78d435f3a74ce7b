"""People who were entered by others and have not said yes, and cameras that one partner offers to the next."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.cameras.models import Camera, Site
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed
from apps.partners.models import Partner
from apps.prospects.states import OfferState, Origin, OwnerState


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


class CameraOffer(PublicModel, RequestKeyed):
    """Cameras that a partner who leaves an address offers to who moves in.

    Nothing changes before the yes. The address is there as long as the offer is open, and blank afterwards.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("site"))
    state = models.CharField(_("state"), max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    email = EncryptedTextField(
        _("e-mail"), blank=True, help_text=_("Only this address may say yes; empty: who has the link.")
    )
    language = models.CharField(_("language"), max_length=5, help_text=_("Of the letter."))
    expires_at = models.DateTimeField(_("expires at"), help_text=_("UTC."))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, help_text=_("UTC."))
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("offered by"))
    taken_by = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken over by")
    )

    class Meta:
        verbose_name = _("offer of cameras")
        verbose_name_plural = _("offers of cameras")
        indexes = [models.Index(fields=["state", "expires_at"], name="camera_offer_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=OfferState.TAKEN, taken_by__isnull=False)
                | (~models.Q(state=OfferState.TAKEN) & models.Q(taken_by__isnull=True)),
                name="camera_offer_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state=OfferState.OPEN) | models.Q(closed_at__isnull=False),
                name="camera_offer_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.public_id}"


class OfferedCamera(models.Model):
    """One camera of an offer, and the new one that its taker got. Neither owner sees the other's."""

    offer = models.ForeignKey(CameraOffer, on_delete=models.PROTECT, related_name="cameras")
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+", verbose_name=_("camera"))
    new = models.OneToOneField(
        Camera, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new camera")
    )

    class Meta:
        verbose_name = _("offered camera")
        constraints = [models.UniqueConstraint(fields=["offer", "camera"], name="camera_offered_once")]

    def __str__(self) -> str:
        return f"camera {self.camera_id} of offer {self.offer_id}"
