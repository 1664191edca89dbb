"""The connection of Celery to Redis, which keeps consuming after a failed acknowledgement."""

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """The count of messages that this process has received and not acknowledged.

    kombu keeps a message in the count if Redis does not answer its acknowledgement. After one such
    message for each of its processes, a Celery worker would never receive another one: see ADR 41.
    Redis delivers the message again after VISIBILITY_TIMEOUT.
    """

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge the message."""
        try:
            super().ack(delivery_tag)
        finally:
            virtual.QoS.ack(self, delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Acknowledge the message, or return it to its queue."""
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            virtual.QoS.ack(self, delivery_tag)


class Channel(redis.Channel):
    """A channel with this count."""

    QoS = QoS


class Transport(redis.Transport):
    """The transport of all `redis://` and `rediss://` URLs of brokers: see core/celery.py."""

    Channel = Channel
