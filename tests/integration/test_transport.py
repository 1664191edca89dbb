"""The count of received messages when Redis refuses their acknowledgement."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu.message import Message
from redis import Redis
from redis.exceptions import ResponseError

from core.celery import IMPORTS, app

ENDS: list[Callable[[Message], None]] = [Message.ack, Message.reject, Message.requeue]


@pytest.fixture
def message(queue: Redis) -> Iterator[Message]:
    """Receive a message on a connection that may hold one."""
    app.send_task("core.diagnose", queue=IMPORTS)
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        channel.basic_qos(0, 1, False)
        received = channel.basic_get(IMPORTS)
        assert not channel.qos.can_consume()
        yield received


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_a_refused_acknowledgement_takes_no_place(
    message: Message, queue: Redis, end: Callable[[Message], None]
) -> None:
    queue.delete("unacked")
    queue.set("unacked", "not a hash")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        end(message)
    assert message.channel is not None
    assert message.channel.qos.can_consume()
