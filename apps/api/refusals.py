"""How the description of the API shows what is refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.problems import PROBLEM_TYPE


class ProblemSerializer(serializers.Serializer[Any]):
    """Every refusal of the API (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("A sentence for the person."))
    code = serializers.CharField(help_text=_("A word for the program."))
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text=_("Sentences by field.")
    )


REFUSED: dict[Any, Any] = {("4XX", PROBLEM_TYPE): ProblemSerializer}
