"""Who takes part and who may act for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import NameWord, PublicModel, RequestKeyed
from apps.partners.states import MemberInvitationState


class PartnerKind(models.TextChoices):
    RESIDENT = "resident", _("resident")
    BUSINESS = "business", _("business")
    ASSOCIATION = "association", _("association")


class Partner(PublicModel, RequestKeyed):
    """The party that takes part in the program: a resident, business or association."""

    kind = models.CharField(_("kind"), max_length=12, choices=PartnerKind.choices)
    name = EncryptedTextField(_("name"))
    left_at = models.DateTimeField(
        _("left at"), null=True, blank=True, help_text=_("UTC. A partner may leave at any time.")
    )

    paused_at = models.DateTimeField(
        _("paused at"), null=True, blank=True, help_text=_("UTC. While it lasts nobody asks this partner for anything.")
    )
    paused_until = models.DateTimeField(
        _("paused until"), null=True, blank=True, help_text=_("UTC. Empty: until the partner resumes.")
    )

    vouched_at = models.DateTimeField(
        _("known since"),
        null=True,
        blank=True,
        help_text=_("UTC. A camera was approved, or a program manager confirmed the account. Before, no mail is sent."),
    )
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, help_text=_("UTC. Nothing personal is left.")
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        indexes = [
            models.Index(fields=["left_at"], name="partner_left"),
            models.Index(fields=["created_at", "id"], name="partner_newest"),
        ]

    def __str__(self) -> str:
        return f"partner {self.public_id}"

    @property
    def is_paused(self) -> bool:
        """Whether a pause lasts now. It ends by itself: nothing has to run at its last moment."""
        return self.paused_at is not None and (self.paused_until is None or self.paused_until > timezone.now())


class PartnerWord(NameWord):
    """What a partner is found by: see `core.name_words`."""

    kind = "partner"
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))

    class Meta:
        verbose_name = _("word of a partner's name")
        constraints = [models.UniqueConstraint(fields=["digest", "owner"], name="partner_word_once")]


class MemberRole(models.TextChoices):
    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    RESPONDER = "responder", _("responder")


class Membership(PublicModel):
    """A registrant: a person who acts for a partner. Staff accounts never hold one."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("partner")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    only_sites = models.BooleanField(
        _("only for some sites"),
        default=False,
        help_text=_("A responder who answers for the sites that the register names, and for no others."),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    may_return = models.BooleanField(
        _("may return"),
        default=False,
        help_text=_("It ended because the person closed the account; keeping it undoes that."),
    )
    chosen_at = models.DateTimeField(
        _("chosen at"), null=True, blank=True, help_text=_("UTC. The partner chosen last is the one whose pages open.")
    )

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user"], condition=models.Q(ended_at__isnull=True), name="membership_once"
            ),
            models.CheckConstraint(
                condition=models.Q(may_return=False) | models.Q(ended_at__isnull=False),
                name="membership_returns_after_its_end",
            ),
            models.CheckConstraint(
                condition=models.Q(only_sites=False) | models.Q(role=MemberRole.RESPONDER),
                name="membership_only_sites_of_responder",
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.public_id}"


class MemberInvitation(PublicModel, RequestKeyed):
    """An offer to one address to act for a partner.

    The address is there as long as the offer is open, and blank afterwards: then a membership or nothing came of it.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=MemberInvitationState.choices, default=MemberInvitationState.OPEN
    )
    email = EncryptedTextField(_("e-mail"), blank=True)
    address_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("Keyed digest: finds a second offer to one address.")
    )
    language = models.CharField(_("language"), max_length=5, help_text=_("Of the letter."))
    letters = models.PositiveSmallIntegerField(_("letters"), default=1, help_text=_("How often it was sent."))
    expires_at = models.DateTimeField(_("expires at"), help_text=_("UTC."))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, help_text=_("UTC."))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )

    class Meta:
        verbose_name = _("invitation of a member")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "address_digest"],
                condition=models.Q(state=MemberInvitationState.OPEN),
                name="member_invitation_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[MemberRole.MANAGER, MemberRole.RESPONDER]),
                name="member_invitation_never_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"member invitation {self.public_id}"


class JoinCode(PublicModel):
    """What an association prints on its flyer: who has it may say that they belong. A new code ends the old one."""

    association = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"))
    code = EncryptedTextField(_("code"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("join code")
        constraints = [
            models.UniqueConstraint(
                fields=["association"], condition=models.Q(ended_at__isnull=True), name="join_code_once"
            )
        ]

    def __str__(self) -> str:
        return f"join code {self.public_id}"


class Affiliation(PublicModel):
    """That a partner belongs to an association. It gives the association counts and nothing else."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    association = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"))
    began_at = models.DateTimeField(_("began at"), help_text=_("UTC."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("affiliation")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "association"],
                condition=models.Q(ended_at__isnull=True),
                name="affiliation_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(partner=models.F("association")), name="affiliation_not_with_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"affiliation {self.public_id}"


class AppealReader(PublicModel):
    """A person who agreed to get the appeals that an association forwards. Only the person changes that."""

    affiliation = models.ForeignKey(
        Affiliation, on_delete=models.PROTECT, related_name="readers", verbose_name=_("affiliation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("reader of appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["affiliation", "user"], condition=models.Q(ended_at__isnull=True), name="appeal_reader_once"
            )
        ]

    def __str__(self) -> str:
        return f"reader of appeals {self.public_id}"


class ForwardedAppeal(PublicModel, RequestKeyed):
    """An agency's appeal that an association's contact sent on to the members who agreed to such mails."""

    association = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sender")
    )
    title = EncryptedTextField(_("title"))
    text = EncryptedTextField(_("text"))
    link = EncryptedTextField(_("link"))

    class Meta:
        verbose_name = _("forwarded appeal")
        indexes = [models.Index(fields=["association", "created_at"], name="forwarded_appeal_recent")]

    def __str__(self) -> str:
        return f"forwarded appeal {self.public_id}"


class Consent(PublicModel):
    """That this agency may ask this partner for video. Without a current one the agency reaches none of its cameras."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="consents", verbose_name=_("partner"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "agency"], condition=models.Q(withdrawn_at__isnull=True), name="consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.public_id}"
