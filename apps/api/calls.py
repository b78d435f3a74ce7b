"""Calls for service, reported by an agency's dispatch system with a key of the agency."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.agencies.keys import AgencyKeyAuthentication, Program
from apps.api.refusals import REFUSED
from apps.api.serializers import NumberField
from apps.calls.facts import CallFacts
from apps.calls.models import PRIORITIES
from apps.calls.services import take_call
from apps.calls.states import CallState


class CallReportSerializer(serializers.Serializer[Any]):
    """A call as dispatch knows it now. The agency is the key's."""

    number = serializers.CharField(
        max_length=40, help_text=_("Dispatch's own number. Another report changes the call.")
    )
    nature = serializers.CharField(max_length=80, help_text=_("What happened, in a few words."))
    state = serializers.ChoiceField(choices=CallState.choices, default=CallState.ACTIVE)
    priority = serializers.IntegerField(min_value=PRIORITIES[0], max_value=PRIORITIES[1], default=5)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    latitude = NumberField(required=False, allow_null=True, default=None)
    longitude = NumberField(required=False, allow_null=True, default=None)
    case_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    received_at = serializers.DateTimeField(help_text=_("When the call came in."))
    changed_at = serializers.DateTimeField(
        required=False,
        help_text=_("When dispatch last changed it. An older report than the last one changes nothing."),
    )


class CallTakenSerializer(serializers.Serializer[Any]):
    """What the portal knows of the call now."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=CallState.choices)
    changed_at = serializers.DateTimeField()
    changed = serializers.BooleanField(help_text=_("Whether this report changed anything."))


class CallsView(APIView):
    """Reports may come twice and in any order."""

    authentication_classes = [AgencyKeyAuthentication]

    @extend_schema(
        description=(
            "Report a call for service of your agency: new, changed or closed. Needs a key of the agency. Repeating a "
            "report is safe, and an older one than the last changes nothing."
        ),
        request=CallReportSerializer,
        responses={
            200: CallTakenSerializer,
            201: OpenApiResponse(CallTakenSerializer, description=_("The call is new.")),
            **REFUSED,
        },
    )
    def post(self, request: Request) -> Response:
        program: Program = request.user  # type: ignore[assignment]
        given = CallReportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = CallFacts.checked(**given.validated_data)
        call, changed, new = take_call(agency=program.agency, facts=facts, actor=program.actor)
        known = {
            "id": call.public_id,
            "number": call.number,
            "state": call.state,
            "changed_at": call.changed_at,
            "changed": changed,
        }
        return Response(CallTakenSerializer(known).data, status.HTTP_201_CREATED if new else status.HTTP_200_OK)
