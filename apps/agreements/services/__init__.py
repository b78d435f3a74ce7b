"""The verbs of agreements."""

from apps.agreements.services.ending import end_agreement
from apps.agreements.services.files import read_file
from apps.agreements.services.making import make_agreement

__all__ = ["end_agreement", "make_agreement", "read_file"]
