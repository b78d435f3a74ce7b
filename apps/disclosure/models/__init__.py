"""The rows of disclosure, a module a subject."""

from apps.disclosure.models.exports import Export, ExportFile, ExportItem
from apps.disclosure.models.records_requests import Fee, RecordsRequest, RequestedItem, Withholding

__all__ = ["Export", "ExportFile", "ExportItem", "Fee", "RecordsRequest", "RequestedItem", "Withholding"]
