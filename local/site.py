"""The paths, ports, secrets and environment that the processes of one data directory share."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from deploy.make_secrets import new_private_key
from local.files import write_private_json
from local.ports import HOST

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"
DATABASE = "accounts"
BUCKET = "accounts"
STORE_ACCESS_KEY = "accounts"
METRICS = "metrics"
"""The folder of the metrics that the processes of a service share, in the data directory."""

COMMAND_SECRETS = (
    *("ADMIN_PASSWORD", "ADMIN_PASSWORD_FILE", "IMPORTER_PASSWORD", "IMPORTER_PASSWORD_FILE"),
)
"""Variables of single management commands. No long-running process inherits them."""

_NOT_INHERITED = {
    *("PYTHONHOME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE"),
    *("METRICS_BIND", "PROMETHEUS_MULTIPROC_DIR"),  # each process has its own
    *COMMAND_SECRETS,
}


@dataclass(frozen=True)
class Secrets:
    """The secrets of a data directory, which are generated once."""

    django_key: str
    jwt_key: str
    db_password: str
    redis_password: str
    store_key: str
    jwt_private_key: str = ""
    """Empty in a data directory of an earlier version, whose tokens have a secret key."""


def load_secrets(path: Path) -> Secrets:
    """Read the secrets from the file, and generate those that it does not have."""
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    generated = {field.name: secrets.token_hex(32) for field in fields(Secrets)}
    generated["jwt_private_key"] = "" if stored else new_private_key()
    complete = Secrets(**generated | stored)
    if asdict(complete) != stored:
        write_private_json(path, asdict(complete))
    return complete


def inherited_env(*, of: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the caller's environment without variables that would redirect a process.

    `of` replaces the caller's environment.
    """
    return {
        name: value
        for name, value in (os.environ if of is None else of).items()
        if name not in _NOT_INHERITED and not name.startswith(("PG", "SUPERVISOR_", "LOCAL_"))
    }


LISTENERS = ("worker", "worker-small", "worker-mail", "beat")
"""The processes that serve their metrics on a port of their own. The web server has /metrics."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One data directory, and the ports of its servers in this run."""

    data: Path
    secrets: Secrets
    web_port: int
    postgres_port: int
    valkey_port: int
    metrics_ports: Mapping[str, int]
    """By the names in LISTENERS."""
    store_ports: Mapping[str, int] = field(default_factory=dict)
    """By the names in local.seaweedfs; empty if files are in a folder."""
    workers: int = 2
    extra_env: Mapping[str, str] = field(default_factory=dict)

    @property
    def store_url(self) -> str:
        """The URL of the S3 store."""
        return f"http://{HOST}:{self.store_ports['s3']}"

    @property
    def base_url(self) -> str:
        """The URL of the web server, without a final slash."""
        return f"http://{HOST}:{self.web_port}"

    @property
    def metrics_addresses(self) -> dict[str, str]:
        """HOST:PORT of each process that serves metrics."""
        ports = {"web": self.web_port, **self.metrics_ports}
        return {name: f"{HOST}:{port}" for name, port in ports.items()}

    @property
    def redis_url(self) -> str:
        """The URL of database 0, with the password."""
        return f"redis://:{self.secrets.redis_password}@{HOST}:{self.valkey_port}/0"

    def database_url(self, name: str = DATABASE) -> str:
        """Return the URL of a database, with the password."""
        user, password = DATABASE, self.secrets.db_password
        return f"postgresql://{user}:{password}@{HOST}:{self.postgres_port}/{name}"

    def _storage_env(self) -> dict[str, str]:
        if not self.store_ports:
            return {"MEDIA_ROOT": str(self.data / "media")}
        return {
            "STORAGE_URL": f"s3://{BUCKET}/files?endpoint={self.store_url}&region=local",
            "STORAGE_ACCESS_KEY": STORE_ACCESS_KEY,
            "STORAGE_SECRET_KEY": self.secrets.store_key,
        }

    def env(self) -> dict[str, str]:
        """Return the whole environment of a Django process. PROCESS_ROLE is `manage`."""
        own = {
            "DJANGO_SECRET_KEY": self.secrets.django_key,
            "JWT_SECRET_KEY": self.secrets.jwt_key,
            "JWT_PRIVATE_KEY": self.secrets.jwt_private_key,
            "DB_HOST": HOST,
            "DB_PORT": str(self.postgres_port),
            "DB_DIRECT_HOST": HOST,
            "DB_DIRECT_PORT": str(self.postgres_port),
            "DB_NAME": DATABASE,
            "DB_USER": DATABASE,
            "DB_PASSWORD": self.secrets.db_password,
            "REDIS_URL": self.redis_url,
            **self._storage_env(),
            "ALLOWED_HOSTS": f"{HOST},localhost",
            "PROCESS_ROLE": "manage",
            "WEB_BIND": f"{HOST}:{self.web_port}",
        }
        inherited = inherited_env()
        for name in own:
            inherited.pop(f"{name}_FILE", None)
        inherited.setdefault("WEB_WORKERS", "2")
        inherited.setdefault("ACCOUNT_PAGE_URL", f"{self.base_url}/account/")
        inherited.setdefault("EMAIL_FILE_PATH", str(self.data / "mails"))
        return {**inherited, **own, **self.extra_env}
