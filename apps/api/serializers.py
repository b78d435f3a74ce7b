"""Shapes of what the API takes and gives. Rules are the services'; here is only the form."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.agencies.models import Agency, Zone
from apps.api.catalog import CatalogEntryField
from apps.cameras.models import Camera, Site
from apps.cameras.review_reasons import return_words
from apps.cameras.selectors import advice_for, conformance_of, findings_of, reasons_of
from apps.cameras.states import CameraState, Funding, Recording
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.models import Invitation, Match, Response
from apps.footage_requests.states import Answer, UnavailableReason
from apps.partners.models import Partner, PartnerKind
from apps.specifications.answers import Clock, Premises
from apps.specifications.checks import ASK
from apps.specifications.states import ConformanceOutcome


class NumberField(serializers.FloatField):
    """A float field that refuses `true`, and answers a number too large for a float with a sentence, not a crash."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        try:
            return float(super().to_internal_value(data))
        except OverflowError:
            self.fail("invalid")


class PartnerSerializer(serializers.ModelSerializer[Partner]):
    """A partner for which the caller acts."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    kind = serializers.ChoiceField(choices=PartnerKind.choices, read_only=True)
    name = serializers.CharField(read_only=True)
    left_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("UTC; null while the partner takes part.")
    )
    role = serializers.CharField(source="own_role", read_only=True, help_text=_("What you are for it."))
    agencies = serializers.SerializerMethodField(help_text=_("Short names of the agencies that may ask."))
    terms_outstanding = serializers.BooleanField(
        read_only=True, help_text=_("Whether the terms in force still have to be accepted, on the portal's pages.")
    )

    class Meta:
        model = Partner
        fields = ["id", "kind", "name", "role", "left_at", "agencies", "terms_outstanding"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_agencies(self, partner: Partner) -> list[str]:
        return [consent.agency.short_name for consent in partner.consents.all() if consent.withdrawn_at is None]


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A site of a partner."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    partner = serializers.UUIDField(source="partner.public_id", help_text=_("The partner's id."))
    name = serializers.CharField(help_text=_("What the partner calls it."))
    address = serializers.CharField(allow_blank=True, required=False, help_text=_("Street address."))
    closed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("UTC; null while cameras may be added.")
    )
    request_key = serializers.UUIDField(
        write_only=True, required=False, help_text=_("A UUID of yours: a repeated call finds the first site.")
    )

    class Meta:
        model = Site
        fields = ["id", "partner", "name", "address", "closed_at", "request_key"]


class SiteChangeSerializer(SiteSerializer):
    """Another name or address; what is not sent stays."""

    partner = serializers.UUIDField(source="partner.public_id", read_only=True)

    class Meta(SiteSerializer.Meta):
        fields = [name for name in SiteSerializer.Meta.fields if name != "request_key"]


class SiteClosingSerializer(serializers.Serializer[Any]):
    """Whether cameras that still take part are withdrawn with the site."""

    with_cameras = serializers.BooleanField(default=False)


class ZoneSerializer(serializers.ModelSerializer[Zone]):
    """The zone that a camera stands in."""

    agency = serializers.CharField(source="agency.short_name")

    class Meta:
        model = Zone
        fields = ["agency", "code", "name"]


class FindingSerializer(serializers.Serializer[Any]):
    """One check that is not met, or whose fact the owner has not stated."""

    rule = serializers.CharField(help_text=_("The rule's name, for programs."))
    level = serializers.ChoiceField(
        choices=["fail", "warn", ASK], help_text=_("`ask`: not stated yet, which counts neither for nor against.")
    )
    words = serializers.CharField(help_text=_("What was found, in the reader's language."))
    advice = serializers.CharField(allow_blank=True, help_text=_("What to do about it."))


class ConformanceSerializer(serializers.Serializer[Any]):
    """How a camera did against the specification in force when it was last saved."""

    specification = serializers.IntegerField(help_text=_("The specification's number."))
    outcome = serializers.ChoiceField(choices=ConformanceOutcome.choices)
    reasons = serializers.ListField(child=serializers.CharField(), help_text=_("Sentences in the reader's language."))
    findings = FindingSerializer(many=True, help_text=_("The reasons, and what was not stated yet, with what to do."))


class CameraSerializer(serializers.ModelSerializer[Camera]):
    """A camera of the caller's partner, with its place."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    site = serializers.UUIDField(source="site.public_id", help_text=_("The site's id; fixed once registered."))
    name = serializers.CharField(help_text=_("What the partner calls it."))
    state = serializers.ChoiceField(choices=CameraState.choices, read_only=True)
    return_reason = serializers.SerializerMethodField(help_text=_("What staff ask to be corrected."))
    zone = ZoneSerializer(read_only=True, allow_null=True)
    latitude = NumberField(source="place.latitude", help_text=_("Degrees, WGS 84."))
    longitude = NumberField(source="place.longitude", help_text=_("Degrees, WGS 84."))
    bearing = NumberField(source="place.bearing", help_text=_("Degrees clockwise from true north."))
    field_of_view = NumberField(source="place.field_of_view", help_text=_("Horizontal angle, 1 to 360 degrees."))
    range_m = NumberField(source="place.range_m", help_text=_("Meters, 1 to 500."))
    retention_hours = serializers.IntegerField(help_text=_("Hours for which the recorder keeps video."))
    records_sound = serializers.BooleanField(
        required=False, allow_null=True, help_text=_("Null: not known. It is not taken for a no.")
    )
    notes = serializers.CharField(allow_blank=True, required=False)
    catalog_entry = CatalogEntryField(
        required=False, allow_null=True, help_text=_("Id of an entry of the catalog. It fills in nothing here.")
    )
    recording = serializers.ChoiceField(choices=Recording.choices, allow_blank=True, required=False)
    picture_height = serializers.IntegerField(required=False, allow_null=True, help_text=_("Pixels."))
    frame_rate = NumberField(required=False, allow_null=True, help_text=_("Pictures a second."))
    clock = serializers.ChoiceField(choices=Clock.choices, allow_blank=True, required=False)
    night_view = serializers.BooleanField(required=False, allow_null=True)
    sign_posted = serializers.BooleanField(required=False, allow_null=True)
    keeps_off_private = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text=_("Whether its view keeps off neighbors' windows and private yards."),
    )
    premises = serializers.ChoiceField(choices=Premises.choices, allow_blank=True, required=False)
    funding = serializers.ChoiceField(choices=Funding.choices, required=False)
    conformance = serializers.SerializerMethodField()
    advice = serializers.SerializerMethodField(help_text=_("What the owner should know, as sentences."))
    registered_at = serializers.DateTimeField(source="created_at", read_only=True, help_text=_("UTC."))
    version = serializers.IntegerField(
        required=False, help_text=_("Send the version that you read when you change a camera; 409 if it grew since.")
    )
    request_key = serializers.UUIDField(
        write_only=True, required=False, help_text=_("A UUID of yours: a repeated call finds the first camera.")
    )

    class Meta:
        model = Camera
        fields = [
            "id",
            "site",
            "name",
            "state",
            "return_reason",
            "zone",
            "latitude",
            "longitude",
            "bearing",
            "field_of_view",
            "range_m",
            "retention_hours",
            "records_sound",
            "notes",
            "catalog_entry",
            "recording",
            "picture_height",
            "frame_rate",
            "clock",
            "night_view",
            "sign_posted",
            "keeps_off_private",
            "premises",
            "funding",
            "conformance",
            "advice",
            "registered_at",
            "version",
            "request_key",
        ]

    def get_return_reason(self, camera: Camera) -> str:
        return return_words(camera)

    @extend_schema_field(ConformanceSerializer(allow_null=True))
    def get_conformance(self, camera: Camera) -> dict[str, Any] | None:
        found = conformance_of(camera)
        if found is None:
            return None
        return {
            "specification": found.specification.number,
            "outcome": found.outcome,
            "reasons": reasons_of(found),
            "findings": [asdict(one) for one in findings_of(found)],
        }

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_advice(self, camera: Camera) -> list[str]:
        return advice_for(camera)


class CameraChangeSerializer(CameraSerializer):
    """Changes of a camera: the version that was read, and what is to be different."""

    site = serializers.UUIDField(source="site.public_id", read_only=True)
    version = serializers.IntegerField(help_text=_("The version that you read; 409 if it grew since."))

    class Meta(CameraSerializer.Meta):
        fields = [name for name in CameraSerializer.Meta.fields if name != "request_key"]


class WithdrawalSerializer(serializers.Serializer[Any]):
    """The version of the camera that the caller read."""

    version = serializers.IntegerField()


class AgencySerializer(serializers.ModelSerializer[Agency]):
    """Who asks."""

    class Meta:
        model = Agency
        fields = ["short_name", "name"]


class MatchSerializer(serializers.ModelSerializer[Match]):
    """One camera of the partner's that a request reached, and what was answered."""

    id = serializers.UUIDField(source="public_id")
    camera = serializers.UUIDField(source="camera.public_id")
    camera_name = serializers.CharField(source="camera.name")
    site_name = serializers.CharField(source="camera.site.name")
    answer = serializers.ChoiceField(choices=Answer.choices, allow_blank=True, help_text=_("Empty: not answered."))
    unavailable_reason = serializers.ChoiceField(choices=UnavailableReason.choices, allow_blank=True)

    class Meta:
        model = Match
        fields = [
            "id",
            "camera",
            "camera_name",
            "site_name",
            "state",
            "answer",
            "unavailable_reason",
            "answered_at",
            "overwrite_deadline",
        ]


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """What the partner was asked. The case and the detective's reason are staff's alone."""

    id = serializers.UUIDField(source="public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    code = serializers.CharField(source="request.code", help_text=_("The request's short code."))
    agency = AgencySerializer(source="request.agency")
    incident_type = serializers.CharField(
        source="request.told_incident_type", help_text=_("A code of the agency's list.")
    )
    incident = serializers.CharField(
        source="request.told_incident", help_text=_("What happened, in the reader's language.")
    )
    message = serializers.CharField(source="request.told_message", help_text=_("What to look for."))
    window_start = serializers.DateTimeField(source="request.window_start", help_text=_("UTC."))
    window_end = serializers.DateTimeField(source="request.window_end", help_text=_("UTC."))
    time_zone = serializers.CharField(source="request.time_zone", help_text=_("IANA name of the agency's zone."))
    closes_at = serializers.DateTimeField(
        source="request.closes_at", allow_null=True, help_text=_("UTC. Answers are taken until then.")
    )
    accepts_answers = serializers.SerializerMethodField()
    matches = MatchSerializer(many=True)

    class Meta:
        model = Invitation
        fields = [
            "id",
            "partner",
            "code",
            "agency",
            "state",
            "incident_type",
            "incident",
            "message",
            "window_start",
            "window_end",
            "time_zone",
            "closes_at",
            "accepts_answers",
            "matches",
        ]

    def get_accepts_answers(self, invitation: Invitation) -> bool:
        return accepts_answers(invitation)


class AnswerSerializer(serializers.Serializer[Any]):
    """The answer for one camera."""

    match = serializers.UUIDField(help_text=_("The match's id."))
    answer = serializers.ChoiceField(choices=Answer.choices)
    unavailable_reason = serializers.ChoiceField(choices=UnavailableReason.choices, required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True, help_text=_("At most 500 characters."))


class AnswersSerializer(serializers.Serializer[Any]):
    """Answers for one or more cameras of one invitation."""

    answers = AnswerSerializer(many=True, allow_empty=False)
    request_key = serializers.UUIDField(
        required=False, help_text=_("A UUID of yours: a repeated call finds the first answers.")
    )

    def validate_answers(self, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({answer["match"] for answer in answers}) < len(answers):
            raise serializers.ValidationError(_("Answer each camera once."))
        return answers


class ResponseSerializer(serializers.ModelSerializer[Response]):
    """An answer as it was recorded. Another one may follow until the request closes."""

    id = serializers.UUIDField(source="public_id")
    match = serializers.UUIDField(source="match.public_id")
    recorded_at = serializers.DateTimeField(source="created_at", help_text=_("UTC."))

    class Meta:
        model = Response
        fields = ["id", "match", "number", "answer", "unavailable_reason", "recorded_at"]
