"""The proxy of the installation, deploy/nginx, before a system on this machine."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.ports import HOST, free_port
from local.site import ROOT
from local.waiting import wait_until

_CONFIGURATION = ROOT / "deploy" / "nginx"


@contextmanager
def proxied(
    base_url: str, folder: Path, *, application: str = "", **variables: str
) -> Iterator[str]:
    """Run an nginx that passes requests to `base_url`, and return its URL.

    Its files are in `folder`. `application` replaces application.conf, as in Kubernetes.
    `variables` are environment variables that an operator may set.
    """
    port = free_port()
    configuration = _render(folder, _replacements(base_url, folder, port))
    if application:
        (folder / "application.conf").write_text(application, encoding="utf-8")
    files = ["-p", str(folder), "-c", str(configuration)]
    subprocess.run(["/bin/sh", folder / "prepare.sh"], env=variables, check=True)
    # As root, nginx would run its workers as `nobody`, who cannot read the folder of a test.
    user = "user root root;" if os.geteuid() == 0 else ""
    command = [os.environ["NGINX_PROGRAM"], *files, "-g", f"daemon off; {user}"]
    with (folder / "nginx.log").open("wb") as log:
        nginx = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://{HOST}:{port}"
        wait_until(lambda: _answers(url), timeout=20, what="nginx must answer")
        yield url
    finally:
        nginx.terminate()
        nginx.wait(30)


def _replacements(base_url: str, folder: Path, port: int) -> Mapping[str, str]:
    """Return the differences from the container. Each pattern must be in the configuration."""
    return {
        r"listen 8080;": f"listen {HOST}:{port};",
        r"listen 8081;": f"listen {HOST}:{free_port()};",
        r"listen 127\.0\.0\.1:8082;": f"listen {HOST}:{free_port()};",
        r"http://app:8000": base_url,
        r"resolver [^;]*;": "",
        r"resolver_timeout [^;]*;": "",
        r"/tmp/": f"{folder}/",  # noqa: S108  # of nginx; before the patterns whose replacement may contain it
        r"/var/spool/nginx/": f"{folder}/spool/",
        r"/srv\b": f"{folder}/srv",
    }


def _render(folder: Path, replacements: Mapping[str, str]) -> Path:
    paths = [*_CONFIGURATION.glob("*.conf"), _CONFIGURATION / "prepare.sh"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    for pattern, replacement in replacements.items():
        assert any(re.search(pattern, text) for text in texts.values()), pattern
        texts = {name: re.sub(pattern, replacement, text) for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "spool").mkdir()
    types = "types { application/json json; text/html html; }\n"
    (folder / "mime.types").write_text(types, encoding="utf-8")
    (folder / "srv").mkdir()
    (folder / "srv" / "errors").symlink_to(_CONFIGURATION / "errors")
    return folder / "nginx.conf"


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False
