"""Agencies, zones, roles and cases, who is away, and what program managers propose about staff accounts."""

from apps.agencies.models.absences import Absence
from apps.agencies.models.agencies import Agency, Case, Role, RoleGrant, Zone
from apps.agencies.models.staff_accounts import ProposalKind, StaffProposal, StaffSetup

__all__ = [
    "Absence",
    "Agency",
    "Case",
    "ProposalKind",
    "Role",
    "RoleGrant",
    "StaffProposal",
    "StaffSetup",
    "Zone",
]
