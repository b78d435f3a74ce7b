"""Consent as the API takes and gives it. What is right or wrong, the services say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.agencies.models import Agency
from apps.partners.models import MOST_REQUESTS, ContactTier, Partner
from apps.partners.selectors import consented_agencies, contact_rules_of


class ConsentSerializer(serializers.Serializer[Any]):
    """A partner's consent. Hours are those of a clock on the wall in `time_zone`; null means at any hour."""

    version = serializers.IntegerField(min_value=0, help_text=_("The one that you read; 0 before the first choice."))
    agencies = serializers.SlugRelatedField(
        slug_field="short_name",
        many=True,
        queryset=Agency.objects.filter(is_active=True),
        help_text=_("Short names of the agencies that may ask."),
    )
    tier = serializers.ChoiceField(choices=ContactTier.choices)
    phone = serializers.CharField(allow_blank=True, default="", help_text=_("Kept only with a tier that uses it."))
    opens_at = serializers.TimeField(allow_null=True, default=None)
    closes_at = serializers.TimeField(
        allow_null=True, default=None, help_text=_("Before `opens_at`: the hours go across midnight.")
    )
    time_zone = serializers.CharField(max_length=64, help_text=_("IANA name."))
    most_requests = serializers.IntegerField(
        allow_null=True, default=None, min_value=1, max_value=MOST_REQUESTS, help_text=_("In 30 days; null: no limit.")
    )

    def to_representation(self, instance: Partner) -> dict[str, Any]:
        rules = contact_rules_of(instance)
        return {
            "version": rules.version if rules else 0,
            "agencies": [agency.short_name for agency in consented_agencies(instance).order_by("short_name")],
            "tier": rules.tier if rules else ContactTier.REGISTERED,
            "phone": (rules.phone or "") if rules else "",
            "opens_at": rules.opens_at.isoformat() if rules and rules.opens_at else None,
            "closes_at": rules.closes_at.isoformat() if rules and rules.closes_at else None,
            "time_zone": rules.time_zone if rules else settings.PORTAL_TIME_ZONE,
            "most_requests": rules.most_requests if rules else None,
        }
