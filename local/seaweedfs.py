"""A store that speaks S3, from a wheel."""

import json
import sys
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.files import write_private
from local.ports import HOST
from local.site import BUCKET, STORE_ACCESS_KEY, Site

PORTS = ("master", "volume", "filer", "s3")
"""The parts of the program. Each has a port for HTTP and one for gRPC."""

_PROGRAM = Path(sys.executable).with_name("weed")
_ONE_ATTEMPT = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
_SOCKETS = Path("/tmp")  # noqa: S108  (the program's choice)
_MEGABYTES = 1024
"""The size of a volume, which is a file. Removed objects are returned to the disk by volume."""


def prepare(site: Site) -> None:
    """Write the keys. The list of processes would show them as arguments."""
    directory = site.data / "seaweedfs"
    directory.mkdir(mode=0o700, exist_ok=True)
    keys = {"accessKey": STORE_ACCESS_KEY, "secretKey": site.secrets.store_key}
    identity = {"name": "accounts", "credentials": [keys], "actions": ["Admin"]}
    write_private(directory / "keys.json", json.dumps({"identities": [identity]}))


def server_argv(site: Site) -> tuple[str, ...]:
    """Return the command of the server, which must run in its own directory."""
    ports = [
        option
        for name in PORTS
        for option in (
            f"-{name}.port={site.store_ports[name]}",
            f"-{name}.port.grpc={site.store_ports[f'{name}.grpc']}",
        )
    ]
    return (
        *(
            str(_PROGRAM),
            "-logtostderr",
            "server",
            "-dir=.",
            f"-ip={HOST}",
            f"-ip.bind={HOST}",
            *ports,
        ),
        *("-s3", "-s3.config=keys.json", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        *(f"-master.volumeSizeLimitMB={_MEGABYTES}", "-volume.max=0"),
    )


def remove_sockets(site: Site) -> None:
    """Remove the sockets that the ended server has left, whose places it does not let us choose."""
    for port in site.store_ports.values():
        for path in _SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
            path.unlink(missing_ok=True)


def is_ready(site: Site) -> bool:
    """Return whether the server answers, and create the bucket."""
    client = boto3.client(
        "s3",
        endpoint_url=site.store_url,
        region_name="local",
        aws_access_key_id=STORE_ACCESS_KEY,
        aws_secret_access_key=site.secrets.store_key,
        config=_ONE_ATTEMPT,
    )
    try:
        client.create_bucket(Bucket=BUCKET)
    except (client.exceptions.BucketAlreadyExists, client.exceptions.BucketAlreadyOwnedByYou):
        return True
    except (BotoCoreError, ClientError):
        return False
    return True
