"""Agencies, zones, roles, cases, absences, proposals about staff accounts, and checks of the ledger."""

from apps.agencies.models.absences import Absence
from apps.agencies.models.agencies import Agency, Case, Role, RoleGrant, Zone
from apps.agencies.models.features import FeatureVersion
from apps.agencies.models.rule_drafts import RuleDraft, RuleName
from apps.agencies.models.staff_accounts import ProposalKind, StaffProposal, StaffSetup
from apps.agencies.models.verifications import Outcome, Verification

__all__ = [
    "Absence",
    "Agency",
    "Case",
    "FeatureVersion",
    "Outcome",
    "ProposalKind",
    "Role",
    "RoleGrant",
    "RuleDraft",
    "RuleName",
    "StaffProposal",
    "StaffSetup",
    "Verification",
    "Zone",
]
