"""The same message queued from many connections at once."""

import threading

import pytest
from django.db import connections, transaction

from apps.notifications.models import Message
from apps.notifications.services import queue_message


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_from_many_connections_is_one_message(monkeypatch):
    monkeypatch.setattr("apps.notifications.tasks.send_due_messages.apply_async", lambda *_, **__: None)
    barrier, queued = threading.Barrier(6), []

    def queue():
        try:
            barrier.wait(20)
            with transaction.atomic():
                message = queue_message(
                    kind="x", recipient="a@example.org", subject="s", text="t", dedupe_key="the same"
                )
            queued.append(message.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=queue) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert queued == [Message.objects.get().pk] * 6
