"""Third chapter: the records custodian's desk, with rules of retention and two requests for public records."""

from __future__ import annotations

from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.keys import key
from apps.disclosure.models import RecordsRequest
from apps.disclosure.services import acknowledge_records_request, take_records_request
from apps.disclosure.states import Channel
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest
from apps.retention.models import RetentionSchedule
from apps.retention.services.scheduling import Given, publish_schedule
from apps.retention.states import Basis

# The demo's own schedule: a city enters the numbers of the schedule that it follows.
RULES = (
    Given("Video accepted as evidence", "Demo schedule, item 1", 4 * 365, Triage.ACCEPTED, basis=Basis.REQUEST_ENDED),
    Given("Video that was returned", "Demo schedule, item 2", 90, Triage.RETURNED),
    Given("All other video", "Demo schedule, item 3", 365),
)


def keep_records(calendar: Calendar) -> None:
    """Rules for the agency of the open request; one records request that is in work, and one that came yesterday."""
    if RetentionSchedule.objects.exists() or RecordsRequest.objects.exists():
        return
    custodian = staff("custodian@tpd.example")
    agency = FootageRequest.objects.filter(agency__short_name="TPD")[0].agency
    with as_of(calendar.at(-200, 10)):
        publish_schedule(
            user=custodian, agency=agency, rules=RULES, reason="Approved by the records officer.", number=0
        )
    with as_of(calendar.at(-4, 11, 15)):
        asked = take_records_request(
            user=custodian,
            agency=agency,
            channel=Channel.EMAIL,
            wording="All video that residents gave about the car break-ins in Midtown this week.",
            contact="desk@paper.example",
            request_key=key("records:midtown"),
        )
    with as_of(calendar.at(-3, 9, 30)):
        acknowledge_records_request(request=asked, user=custodian)
    with as_of(calendar.at(-1, 16, 20)):
        take_records_request(
            user=custodian,
            agency=agency,
            channel=Channel.IN_PERSON,
            wording="Video of the crash at Monroe Street and Tennessee Street, last Saturday about noon.",
            request_key=key("records:crash"),
        )
