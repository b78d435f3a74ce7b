"""Agencies of the county share with each other: agreements, and what they lay on each other's maps."""

from __future__ import annotations

import io
from datetime import date, timedelta

from apps.agencies.models import Agency
from apps.agreements.models import Agreement
from apps.agreements.services import make_agreement
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.keys import key

# A page that says what it is, so that nobody takes it for a contract.
_LINES = ("Sharing agreement (demo)", "Made up for trying out the portal. Nobody signed it.")
# Who shares, with whom, the title, and what.
_AGREEMENTS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("LCSO", "TPD", "Calls of the county", (("calls", ""),)),
)


def share(calendar: Calendar) -> None:
    """Make the agreements of a year, four months ago."""
    agencies = {agency.short_name: agency for agency in Agency.objects.all()}
    day = calendar.anchor - timedelta(days=120)
    with as_of(calendar.at(-120, 10)):
        for giver, reader, title, items in _AGREEMENTS:
            _agree(agencies[giver], agencies[reader], title, items, day)


def _agree(giver: Agency, reader: Agency, title: str, items: tuple[tuple[str, str], ...], first: date) -> Agreement:
    host = {"TPD": "tpd.example", "LCSO": "lcso.example", "FSU-PD": "fsupd.example"}[giver.short_name]
    return make_agreement(
        user=staff(f"manager@{host}"),
        from_agency=giver,
        to_agency=reader,
        title=title,
        items=items,
        first_day=first,
        last_day=first + timedelta(days=365),
        file=io.BytesIO(_signed_page()),
        request_key=key(f"agreement:{giver}:{reader}:{title}"),
    )


def _signed_page() -> bytes:
    """A PDF of one page with two lines, small enough to be written here."""
    text = "BT /F1 18 Tf 72 720 Td " + " ".join(f"({line}) Tj 0 -28 Td" for line in _LINES) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()
