"""The rows of disclosure, a module a subject."""

from apps.disclosure.models.records_requests import Fee, RecordsRequest, RequestedItem, Withholding

__all__ = ["Fee", "RecordsRequest", "RequestedItem", "Withholding"]
