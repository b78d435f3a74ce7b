"""The demo's people. One password for all, printed at the start: it opens nothing but a demo or a practice city."""

from __future__ import annotations

from dataclasses import dataclass

from apps.agencies.models import Role

PASSWORD = "canopy roads at noon"  # noqa: S105
TRAINING = "CJIS security awareness, level 2"


@dataclass(frozen=True, slots=True)
class StaffPlan:
    email: str
    name: str
    agency: str
    role: Role
    badge: str
    trained_days_ago: int | None = 120  # None: nobody recorded a training yet


STAFF: tuple[StaffPlan, ...] = (
    StaffPlan("detective@tpd.example", "Dana Ruiz", "TPD", Role.DETECTIVE, "4711"),
    StaffPlan("supervisor@tpd.example", "Sam Okafor", "TPD", Role.SUPERVISOR, "1182"),
    StaffPlan("sergeant@tpd.example", "Toni Marsh", "TPD", Role.SUPERVISOR, "1207"),
    StaffPlan("trainee@tpd.example", "Jules Perrin", "TPD", Role.DETECTIVE, "4802", trained_days_ago=None),
    StaffPlan("analyst@tpd.example", "Ana Lind", "TPD", Role.ANALYST, "C-207"),
    StaffPlan("manager@tpd.example", "Morgan Pratt", "TPD", Role.PROGRAM_MANAGER, "1043"),
    StaffPlan("custodian@tpd.example", "Chris Vale", "TPD", Role.RECORDS_CUSTODIAN, "R-016", trained_days_ago=345),
    StaffPlan("auditor@tpd.example", "Avery Stone", "TPD", Role.AUDITOR, "A-009"),
    StaffPlan("detective@lcso.example", "Lee Carter", "LCSO", Role.DETECTIVE, "2256"),
    StaffPlan("supervisor@lcso.example", "Jordan Hale", "LCSO", Role.SUPERVISOR, "2104"),
    StaffPlan("manager@lcso.example", "Riley Brand", "LCSO", Role.PROGRAM_MANAGER, "2011"),
    StaffPlan("detective@fsupd.example", "Robin Shaw", "FSU-PD", Role.DETECTIVE, "317"),
    StaffPlan("supervisor@fsupd.example", "Alex Moreno", "FSU-PD", Role.SUPERVISOR, "305"),
    StaffPlan("manager@fsupd.example", "Casey Lund", "FSU-PD", Role.PROGRAM_MANAGER, "301"),
)

# (address, name): the people a visitor signs in as; the other partners of the register have no password.
RESIDENT = ("resident@example.org", "Rosa Delgado")
RESIDENT_HOME = (30.45862, -84.27748)  # latitude, longitude
BUSINESS = ("shop@example.org", "Pat Nguyen")
RESPONDER = ("counter@example.org", "Jamie Cole")  # answers for the shop
INVITED = "nightshift@example.org"  # has an open invitation to the shop
ASSOCIATION = ("association@example.org", "Kim Abbott")
# Residents of the pilot year: asked to confirm, lapsed, on a pause.
DUE = ("yearly@example.org", "Marta Quinn")
LAPSED = ("lapsed@example.org", "Ivy Brooks")
PAUSED = ("paused@example.org", "Noel Ortiz")
UNIVERSITY = ("university@example.org", "Terry Boyd")
