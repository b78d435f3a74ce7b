"""Registers the staff's screens, a folder for each subject; Django's admin looks for them here."""

from apps.staff.agencies import admin as agencies
from apps.staff.agencies import agency_admin, audit_admin, staff_admin
from apps.staff.agreements import admin as agreements
from apps.staff.calls import admin as calls
from apps.staff.calls import screens, shifts
from apps.staff.cameras import catalog, registrations
from apps.staff.canvass import admin as canvass
from apps.staff.cases import admin as cases
from apps.staff.evidence import admin as evidence
from apps.staff.evidence import formats
from apps.staff.findings import admin as findings
from apps.staff.imports import admin as imports
from apps.staff.layers import admin as layers
from apps.staff.lists import admin as lists
from apps.staff.log import admin as log
from apps.staff.log import verifications
from apps.staff.packages import admin as packages
from apps.staff.partners import admin as partners
from apps.staff.places import admin as places
from apps.staff.prospects import admin as prospects
from apps.staff.records import admin as records
from apps.staff.requests import admin as requests
from apps.staff.retention import admin as retention
from apps.staff.retention import dispositions
from apps.staff.reviews import admin as reviews
from apps.staff.scene import admin as scene
from apps.staff.sharing import admin as sharing
from apps.staff.specifications import admin as specifications
from apps.staff.terms import admin as terms
from apps.staff.terms import version_admin

__all__ = [
    "agencies",
    "agency_admin",
    "agreements",
    "audit_admin",
    "calls",
    "canvass",
    "cases",
    "catalog",
    "dispositions",
    "evidence",
    "findings",
    "formats",
    "imports",
    "layers",
    "lists",
    "log",
    "packages",
    "partners",
    "places",
    "prospects",
    "records",
    "registrations",
    "requests",
    "retention",
    "reviews",
    "scene",
    "screens",
    "sharing",
    "shifts",
    "specifications",
    "staff_admin",
    "terms",
    "verifications",
    "version_admin",
]
