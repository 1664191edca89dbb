"""Settings of PostgreSQL and of a pooler before it: a part of core.settings."""

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from core import env
from core.server import sizing

PROCESS_ROLE: str = env.choice("PROCESS_ROLE", "manage", {"web", "worker", "beat", "manage"})
DB_POOLER = env.choice("DB_POOLER", "none", {"none", "transaction"})
"""Whether a pooler lends a connection to PostgreSQL for the length of a transaction (ADR 43)."""

DIRECT_DATABASE: Final = "direct"
"""The name of the database that Celery workers reach past the pooler."""

# A request must not wait forever. An import may: `recover` ends stalled loaders. A migration may
# take as long as it needs, also if the role of PostgreSQL has limits.
_UNLIMITED: Final = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
WEB_TIMEOUTS = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}
"""With a pooler these are the defaults of the role: see prepare_database."""
_WORKER_TIMEOUTS: Final = {**_UNLIMITED, "statement_timeout": "600s", "lock_timeout": "60s"}
_TIMEOUTS: Final = {"web": WEB_TIMEOUTS, "worker": _WORKER_TIMEOUTS}.get(PROCESS_ROLE, _UNLIMITED)


def _options(hosts: list[str]) -> dict[str, Any]:
    return {
        # Of several hosts, the one that accepts writes. A standby answers, but nothing works on it.
        "target_session_attrs": "read-write" if len(hosts) > 1 else "any",
        "application_name": f"accounts-{PROCESS_ROLE}",
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        # Milliseconds until a connection ends whose data the server does not acknowledge. The
        # default is a quarter of an hour. A server that waits for a lock may not acknowledge
        # either. So the value of Celery workers is longer than their lock_timeout.
        "tcp_user_timeout": 10_000 if PROCESS_ROLE == "web" else 120_000,
        "server_side_binding": True,
    }


def _database(hosts: list[str], port: int, **options: Any) -> dict[str, Any]:
    return {
        "ENGINE": "core.postgres",
        "HOST": ",".join(hosts),
        "PORT": port,
        "NAME": env.text("DB_NAME", "accounts"),
        "USER": env.text("DB_USER", "accounts"),
        "PASSWORD": env.secret("DB_PASSWORD"),
        "CONN_MAX_AGE": 0 if PROCESS_ROLE == "web" else None,
        "CONN_HEALTH_CHECKS": PROCESS_ROLE != "web",
        "OPTIONS": _options(hosts) | options,
    }


def _direct(hosts: list[str], port: int) -> dict[str, Any]:
    """Return a database whose connections keep their parameters until they end."""
    parameters = " ".join(f"-c {name}={value}" for name, value in _TIMEOUTS.items())
    return _database(hosts, port, options=parameters)


def _past_the_pooler() -> dict[str, Any]:
    hosts = env.words("DB_DIRECT_HOST")
    if not hosts:
        raise ImproperlyConfigured(
            "DB_POOLER=transaction needs DB_DIRECT_HOST, the host of PostgreSQL itself: migrations "
            "and running imports do not use the pooler. DB_HOST is the host of the pooler."
        )
    return _direct(hosts, env.integer("DB_DIRECT_PORT", 5432, minimum=1))


def _pooled() -> dict[str, Any]:
    """Return a database whose connections keep nothing from one transaction to the next.

    TRANSACTION_PARAMETERS are set in each transaction. The role has those of web workers.
    """
    return _database(_HOSTS, _PORT) | {
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "TRANSACTION_PARAMETERS": _TIMEOUTS if PROCESS_ROLE == "worker" else {},
    }


def _databases() -> dict[str, dict[str, Any]]:
    if DB_POOLER == "none":
        return {"default": _direct(_HOSTS, _PORT)}
    direct = _past_the_pooler()
    if PROCESS_ROLE == "manage":
        return {"default": direct}
    return {"default": _pooled()} | ({DIRECT_DATABASE: direct} if PROCESS_ROLE == "worker" else {})


_HOSTS: Final = env.words("DB_HOST", "localhost")
_PORT: Final = env.integer("DB_PORT", 5432, minimum=1)
DATABASES = _databases()
IMPORT_FILES_KEPT = timedelta(minutes=10 if len(_HOSTS) > 1 else 0)
"""The time for which an ended import keeps all its files.

A standby that takes over may not know the end, and the import then goes on.
"""
if PROCESS_ROLE == "web":
    DATABASES["default"]["OPTIONS"]["pool"] = sizing.POOL
