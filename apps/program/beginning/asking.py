"""The questions of `set_up_city` at a terminal. The answers become the file, so that nothing is typed twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from apps.program.beginning.plan import AgencyPlan, problems_of_agency

Ask = Callable[[str], str]
Say = Callable[[str], object]
QUESTIONS = {
    "short_name": "Short name, as colleagues call it (TPD)",
    "name": "Full name",
    "ori": "ORI, nine characters (FL0370100)",
    "time_zone": "Time zone (America/New_York)",
    "case_mask": "How case numbers are written: # a digit, @ a letter (TPD-##-######); empty: any",
    "phone": "Published phone number; empty: none",
    "email": "Published e-mail address; empty: none",
    "zones": "File with its zones (GeoJSON); empty: later",
    "seal": "File with its seal (JPEG, PNG or WebP); empty: none",
    "manager_email": "E-mail address of the first program manager; empty: later",
    "manager_name": "That person's name",
}


def ask_agency(ask: Ask, say: Say) -> AgencyPlan:
    """One agency, asked again field by field where an answer does not hold."""
    agency = AgencyPlan()
    for name in QUESTIONS:
        if name == "manager_name" and not agency.manager_email:
            continue
        _ask_one(agency, name, ask)
    while problems := problems_of_agency(agency):
        for problem in problems:
            say(problem)
        name = ask(f"Which one do you want to change? ({', '.join(QUESTIONS)}): ").strip()
        if name in QUESTIONS:
            _ask_one(agency, name, ask)
    return agency


def _ask_one(agency: AgencyPlan, name: str, ask: Ask) -> None:
    answer = ask(f"{QUESTIONS[name]}: ").strip()
    if name in ("zones", "seal"):
        setattr(agency, name, Path(answer).absolute() if answer else None)
    else:
        setattr(agency, name, answer)


def as_toml(agencies: list[AgencyPlan], streets: list[Path]) -> str:
    """The answers as the file that `read_plan` reads."""
    lines: list[str] = []
    if streets:
        lines += [f"streets = {json.dumps([str(file) for file in streets])}", ""]
    for agency in agencies:
        given = {name: str(getattr(agency, name) or "") for name in QUESTIONS}
        lines += ["[[agency]]", *(f"{name} = {json.dumps(value)}" for name, value in given.items() if value), ""]
    return "\n".join(lines)
