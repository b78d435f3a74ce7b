"""Recorders that answer by themselves: an owner's program proposes minutes, and sends what its owner agreed to.

A key of the scope `exporter` opens this and the upload of agreed pieces, nothing else. It never says yes.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, cast

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.actors import actor_for
from apps.accounts.api_keys import ExporterKeyAuthentication
from apps.accounts.models import ApiKey
from apps.api.refusals import REFUSED
from apps.api.views import RegistrantViewSet, caller
from apps.core.errors import NotFound
from apps.evidence.models import Piece
from apps.evidence.services import pieces
from apps.evidence.states import PieceState
from apps.footage_requests.models import Match
from apps.uploads.services import is_expired
from apps.uploads.states import UploadState


class WindowSerializer(serializers.Serializer[Any]):
    """One time that is asked about."""

    start = serializers.DateTimeField(help_text=gettext_lazy("UTC."))
    end = serializers.DateTimeField(help_text=gettext_lazy("UTC."))


class AskedCameraSerializer(serializers.Serializer[Any]):
    """One camera of yours that is asked about."""

    match = serializers.UUIDField(source="public_id", help_text=gettext_lazy("Names the camera in this request."))
    camera = serializers.UUIDField(source="camera.public_id")
    camera_name = serializers.CharField(source="camera.name")
    overwrite_deadline = serializers.DateTimeField(help_text=gettext_lazy("UTC."))


class AskedSerializer(serializers.Serializer[Any]):
    """One open request, as narrow as a program needs it: when, until when, and which of your cameras."""

    invitation = serializers.UUIDField()
    code = serializers.CharField(help_text=gettext_lazy("The request's short code."))
    closes_at = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("UTC. Nothing is taken after it."))
    windows = WindowSerializer(many=True)
    cameras = AskedCameraSerializer(many=True)


class AskedView(APIView):
    """What is asked now."""

    authentication_classes = [ExporterKeyAuthentication]

    @extend_schema(
        description="The open requests to you and your cameras in them. Not what happened, not who asks.",
        responses={200: AskedSerializer(many=True), **REFUSED},
    )
    def get(self, request: Request) -> Response:
        found = pieces.open_matches_of(caller(request))
        asked = []
        for invitation, cameras in groupby(found, key=lambda match: match.invitation):
            asked.append(
                {
                    "invitation": invitation.public_id,
                    "code": invitation.request.code,
                    "closes_at": invitation.request.closes_at,
                    "windows": [{"start": start, "end": end} for start, end in invitation.request.windows],
                    "cameras": list(cameras),
                }
            )
        return Response(AskedSerializer(asked, many=True).data)


class PieceSerializer(serializers.ModelSerializer[Piece]):
    """What your program found for one camera, and what a person decided about it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    match = serializers.UUIDField(source="match.public_id")
    invitation = serializers.UUIDField(source="match.invitation.public_id", read_only=True)
    client_id = serializers.CharField(
        max_length=pieces.CLIENT_ID_MAX, help_text=gettext_lazy("Yours: a repeated call finds the first piece.")
    )
    state = serializers.ChoiceField(choices=PieceState.choices, read_only=True)
    begins = serializers.DateTimeField(help_text=gettext_lazy("UTC, the true time."))
    ends = serializers.DateTimeField(help_text=gettext_lazy("UTC, the true time."))
    size = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=pieces.LARGEST, help_text=gettext_lazy("Bytes, about.")
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=pieces.NOTE_MAX)
    clock_offset_s = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=-pieces.LONGEST_OFFSET_S,
        max_value=pieces.LONGEST_OFFSET_S,
        help_text=gettext_lazy("Seconds by which the recorder's clock is ahead."),
    )
    upload = serializers.SerializerMethodField(
        help_text=gettext_lazy("Where an upload that has begun goes on; empty: none has.")
    )

    class Meta:
        model = Piece
        fields = [
            "id",
            "match",
            "invitation",
            "client_id",
            "state",
            "begins",
            "ends",
            "size",
            "note",
            "clock_offset_s",
            "decided_at",
            "upload",
        ]
        read_only_fields = ["decided_at"]

    @extend_schema_field(serializers.CharField())
    def get_upload(self, piece: Piece) -> str:
        upload = piece.upload
        if upload is None or upload.state != UploadState.RECEIVING or is_expired(upload):
            return ""
        return reverse("evidence:file", args=[upload.public_id])


class PieceFilter(filters.FilterSet):
    """`?state=agreed&invitation=<id>`."""

    state = filters.ChoiceFilter(choices=PieceState.choices)
    invitation = filters.UUIDFilter(field_name="match__invitation__public_id")

    class Meta:
        model = Piece
        fields = ["state", "invitation"]


@extend_schema_view(
    list=extend_schema(
        description="What your programs proposed, the newest first. `agreed` may be sent.",
        responses={200: PieceSerializer, **REFUSED},
    ),
    retrieve=extend_schema(description="One piece.", responses={200: PieceSerializer, **REFUSED}),
)
class PieceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RegistrantViewSet):
    """Pieces of the requests to one's own partners."""

    authentication_classes = [ExporterKeyAuthentication]
    serializer_class = PieceSerializer
    filterset_class = PieceFilter
    queryset = Piece.objects.none()

    def get_queryset(self) -> QuerySet[Piece]:
        return pieces.viewable_pieces(caller(self.request))

    @extend_schema(
        description="Propose a piece. It waits until a person says yes on the request's page.",
        request=PieceSerializer,
        responses={
            200: PieceSerializer,
            201: OpenApiResponse(PieceSerializer, description=gettext_lazy("The piece is new.")),
            **REFUSED,
        },
    )
    def create(self, request: Request) -> Response:
        user = caller(request)
        given = PieceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        stated: dict[str, Any] = {**given.validated_data}
        match = Match.objects.select_related("invitation__request").filter(**stated.pop("match")).first()
        if match is None:
            raise NotFound(_("There is no such camera among those that you are asked about."))
        key = cast(ApiKey, request.auth)
        found = pieces.Found(**stated)
        piece, new = pieces.propose_piece(match=match, found=found, key=key, user=user, actor=actor_for(user))
        shown = pieces.viewable_pieces(user).get(pk=piece.pk)
        return Response(PieceSerializer(shown).data, status.HTTP_201_CREATED if new else status.HTTP_200_OK)
