"""Sites and cameras, what they cover, and whether they meet the specification."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Zone
from apps.cameras.states import CameraState, Change, ConfirmationOutcome, Funding, Recording
from apps.core.fields import EncryptedBinaryField, EncryptedTextField
from apps.core.models import NameWord, PublicModel, RequestKeyed, Versioned, now
from apps.partners.models import Membership, Partner
from apps.specifications.answers import Clock, Premises
from apps.specifications.models import Specification
from apps.specifications.states import ConformanceOutcome


class Site(PublicModel, RequestKeyed):
    """An address of a partner."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    name = EncryptedTextField(_("name"), help_text=_("What the partner calls it, for instance “Home”."))
    address = EncryptedTextField(_("street address"), blank=True)
    closed_at = models.DateTimeField(
        _("closed at"), null=True, blank=True, help_text=_("UTC. No camera is registered at a closed site.")
    )

    class Meta:
        verbose_name = _("site")

    def __str__(self) -> str:
        return f"site {self.public_id}"


class MemberSite(models.Model):
    """That a responder whose membership is for some sites only answers for this one."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("membership"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("site"))

    class Meta:
        verbose_name = _("site of a member")
        verbose_name_plural = _("sites of members")
        constraints = [models.UniqueConstraint(fields=["membership", "site"], name="member_site_once")]

    def __str__(self) -> str:
        return f"site {self.site_id} of membership {self.membership_id}"


class SiteWord(NameWord):
    """What a site is found by: see `core.name_words`."""

    kind = "site"
    owner = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("site"))

    class Meta:
        verbose_name = _("word of a site's name")
        constraints = [models.UniqueConstraint(fields=["digest", "owner"], name="site_word_once")]


class CatalogKind(models.TextChoices):
    CAMERA = "camera", _("camera")
    RECORDER = "recorder", _("recorder")


class CatalogEntry(PublicModel, Versioned):
    """A common camera or recorder, as staff describe it: what it sees and keeps, so that owners need not know."""

    kind = models.CharField(_("kind"), max_length=8, choices=CatalogKind.choices)
    maker = models.CharField(_("maker"), max_length=60)
    name = models.CharField(_("model"), max_length=80)
    field_of_view = models.FloatField(_("field of view"), null=True, blank=True, help_text=_("Degrees."))
    range_m = models.FloatField(_("range"), null=True, blank=True, help_text=_("Meters."))
    recording = models.CharField(_("records"), max_length=10, choices=Recording.choices, blank=True)
    picture_height = models.PositiveIntegerField(
        _("height of the picture"), null=True, blank=True, help_text=_("Pixels.")
    )
    frame_rate = models.FloatField(_("frame rate"), null=True, blank=True, help_text=_("Pictures a second."))
    clock = models.CharField(_("clock"), max_length=9, choices=Clock.choices, blank=True)
    night_view = models.BooleanField(_("sees at night"), null=True, blank=True)
    records_sound = models.BooleanField(_("records sound"), null=True, blank=True)
    plans = models.JSONField(
        _("subscriptions"),
        default=list,
        blank=True,
        help_text=_("List of {name by language, retention_hours}: what each subscription or memory keeps."),
    )
    clock_help = models.JSONField(_("how to check the clock"), default=dict, blank=True, help_text=_("By language."))
    export_help = models.JSONField(_("how to export video"), default=dict, blank=True, help_text=_("By language."))
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("catalog entry")
        verbose_name_plural = _("catalog entries")
        constraints = [models.UniqueConstraint(fields=["maker", "name"], name="catalog_entry_once")]

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"


class Camera(PublicModel, RequestKeyed, Versioned):
    """A camera at a site. Where it stands is in CameraPlace, so that places can be granted and audited alone."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cameras", verbose_name=_("site"))
    name = EncryptedTextField(_("name"), help_text=_("What the partner calls it, for instance “Front door”."))
    state = models.CharField(_("state"), max_length=10, choices=CameraState.choices, default=CameraState.PENDING)
    return_reason = models.TextField(_("reason of return"), blank=True)
    return_causes = models.JSONField(
        _("common reasons of return"),
        default=list,
        blank=True,
        help_text=_("Keys of causes, so that each reader gets them in their own language."),
    )
    waiting_since = models.DateTimeField(
        _("waiting since"), default=now, help_text=_("UTC. When it came into the queue of reviews last.")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    retention_hours = models.PositiveIntegerField(
        _("retention window"), help_text=_("Hours for which the recorder keeps video before it overwrites it.")
    )
    notes = EncryptedTextField(_("notes"), blank=True)
    # How it is made and mounted; empty or null where nobody said.
    catalog_entry = models.ForeignKey(
        CatalogEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("catalog entry"),
    )
    recording = models.CharField(_("records"), max_length=10, choices=Recording.choices, blank=True)
    picture_height = models.PositiveIntegerField(
        _("height of the picture"), null=True, blank=True, help_text=_("Pixels.")
    )
    frame_rate = models.FloatField(_("frame rate"), null=True, blank=True, help_text=_("Pictures a second."))
    clock = models.CharField(_("clock"), max_length=9, choices=Clock.choices, blank=True)
    night_view = models.BooleanField(_("sees at night"), null=True, blank=True)
    records_sound = models.BooleanField(_("records sound"), null=True, blank=True)
    sign_posted = models.BooleanField(_("a sign is posted"), null=True, blank=True)
    keeps_off_private = models.BooleanField(
        _("keeps off private places"),
        null=True,
        blank=True,
        help_text=_("Its view keeps off neighbors' windows and private yards."),
    )
    premises = models.CharField(_("premises"), max_length=13, choices=Premises.choices, blank=True)
    funding = models.CharField(_("funding"), max_length=7, choices=Funding.choices, default=Funding.PRIVATE)
    confirmed_at = models.DateTimeField(
        _("confirmed at"), default=now, help_text=_("UTC. When its owner last said that all this is true.")
    )
    asked_from = models.DateTimeField(
        _("asked from"),
        null=True,
        blank=True,
        help_text=_("UTC. Somebody else held it before: nobody asks its owner for video that ends by then."),
    )
    reported = models.CharField(
        _("reported"),
        max_length=8,
        choices=Change.choices,
        blank=True,
        help_text=_("What its owner said has become of it, until the owner says the rest. Not matched meanwhile."),
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    class Meta:
        verbose_name = _("camera")
        verbose_name_plural = _("cameras")
        indexes = [
            models.Index(fields=["state", "zone"], name="camera_state_zone"),
            models.Index(fields=["state", "waiting_since"], name="camera_queue"),
            models.Index(fields=["state", "confirmed_at"], name="camera_state_confirmed"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(retention_hours__gte=1), name="camera_retention_positive")
        ]

    def __str__(self) -> str:
        return f"camera {self.public_id}"


class CameraPlace(models.Model):
    """Where a camera stands and what it covers. Confidential: s. 119.071(3)(a), F.S.

    The sector's bounding box is written by `cameras.services` alone and used by matching.
    """

    camera = models.OneToOneField(Camera, on_delete=models.PROTECT, related_name="place", primary_key=True)
    latitude = models.FloatField(_("latitude"), help_text=_("Degrees, WGS 84."))
    longitude = models.FloatField(_("longitude"), help_text=_("Degrees, WGS 84."))
    bearing = models.FloatField(_("bearing"), help_text=_("Degrees clockwise from true north."))
    field_of_view = models.FloatField(_("field of view"), help_text=_("Horizontal angle in degrees."))
    range_m = models.FloatField(_("range"), help_text=_("Meters."))
    south = models.FloatField(editable=False)
    west = models.FloatField(editable=False)
    north = models.FloatField(editable=False)
    east = models.FloatField(editable=False)
    latitude_band = models.SmallIntegerField(
        editable=False, help_text=_("Hundredths of a degree of latitude, rounded down: the first column of the index.")
    )
    outline = models.BinaryField(editable=False, help_text=_("The sector as WKB, longitude before latitude."))

    class Meta:
        verbose_name = _("camera place")
        # A few latitude bands and a range of longitudes reach the cameras near an area in one index, on every database.
        indexes = [models.Index(fields=["latitude_band", "longitude"], name="camera_place_latitude_band")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="camera_place_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(bearing__gte=0, bearing__lt=360)
                & models.Q(field_of_view__gt=0, field_of_view__lte=360)
                & models.Q(range_m__gt=0, range_m__lte=500),
                name="camera_place_sector_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"place of camera {self.camera_id}"


class CameraView(PublicModel):
    """A photo of what the camera sees, made anew from pixels. As confidential as the place: s. 119.071(3)(a), F.S."""

    camera = models.OneToOneField(Camera, on_delete=models.PROTECT, related_name="view", verbose_name=_("camera"))
    picture = EncryptedBinaryField(_("picture"), editable=False, help_text=_("JPEG without metadata."))
    width = models.PositiveSmallIntegerField(_("width"), help_text=_("Pixels."))
    height = models.PositiveSmallIntegerField(_("height"), help_text=_("Pixels."))

    class Meta:
        verbose_name = _("photo of the view")

    def __str__(self) -> str:
        return f"view of camera {self.camera_id}"


class CameraDraft(PublicModel, Versioned):
    """What somebody has typed into a camera's form and not sent yet, so that it can go on later or elsewhere."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    form = models.CharField(
        _("form"), max_length=40, help_text=_("“add”, or the public id of the camera that is being changed.")
    )
    payload = EncryptedTextField(_("payload"), editable=False, help_text=_("JSON of the fields as they were typed."))
    saved_at = models.DateTimeField(_("saved at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("camera draft")
        constraints = [models.UniqueConstraint(fields=["user", "partner", "form"], name="camera_draft_once")]

    def __str__(self) -> str:
        return f"draft {self.public_id}"


class Conformance(PublicModel):
    """How a camera did against one version of the specification, with reasons."""

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="conformances", verbose_name=_("camera"))
    specification = models.ForeignKey(
        Specification, on_delete=models.PROTECT, related_name="+", verbose_name=_("specification")
    )
    outcome = models.CharField(_("outcome"), max_length=4, choices=ConformanceOutcome.choices)
    reasons = models.JSONField(_("reasons"), default=list, help_text=_("List of {rule, level}."))
    worsened = models.BooleanField(
        _("worse than before"), default=False, help_text=_("Nothing changed but the specification, and it does worse.")
    )

    class Meta:
        verbose_name = _("conformance")
        constraints = [
            models.UniqueConstraint(fields=["camera", "specification"], name="conformance_once"),
        ]
        indexes = [models.Index(fields=["specification", "worsened"], name="conformance_worsened")]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.camera_id})"


class Confirmation(PublicModel):
    """One yearly question to a partner whether its cameras are still as registered: one link, up to three letters."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    letters = models.PositiveSmallIntegerField(_("letters"), default=0, help_text=_("How many went out so far."))
    next_at = models.DateTimeField(
        _("next step at"), help_text=_("UTC. The next letter, or after the last one the day of lapsing.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))
    outcome = models.CharField(_("outcome"), max_length=8, choices=ConfirmationOutcome.choices, blank=True)

    class Meta:
        verbose_name = _("confirmation")
        indexes = [models.Index(fields=["next_at"], condition=models.Q(ended_at__isnull=True), name="confirmation_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=models.Q(ended_at__isnull=True), name="confirmation_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, outcome="")
                | models.Q(ended_at__isnull=False, outcome__gt=""),
                name="confirmation_ended_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"confirmation {self.public_id}"
