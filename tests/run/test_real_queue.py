"""What is enqueued here is done by a real worker behind a real queue."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.core.background import enqueue_after_commit
from apps.ledger import services
from apps.ledger.models import Place
from apps.ledger.values import Act, Actor, Subject
from tests.plugins.stack import Stack
from tests.waiting import wait_until

pytestmark = [pytest.mark.queue, pytest.mark.django_db(transaction=True)]


def test_work_enqueued_after_the_commit_reaches_a_worker(workers: Stack) -> None:
    with transaction.atomic():
        services.append(Act(action="test.acted", actor=Actor.system("tests"), subject=Subject("test", "1")))
        enqueue_after_commit("apps.ledger.tasks.sequence_ledger")
    wait_until(Place.objects.exists, workers.log)
