"""The OpenAPI schema: that of the code, and that in `openapi.json`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from local.site import APP, ROOT

FILE: Final = ROOT / "openapi.json"
_ENVIRONMENT: Final = {
    "DJANGO_SECRET_KEY": "for-the-openapi-schema-and-never-for-a-server-that-people-use",
    "JWT_SECRET_KEY": "signs-no-token-and-never-stands-on-a-server-that-people-use",
    "DB_PASSWORD": "none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PYTHONWARNINGS": "ignore::RuntimeWarning",
}
"""Enough for Django to read its settings. No server is asked, and nothing else is inherited."""

type Json = dict[str, Any]


def generate() -> Json:
    """Return the OpenAPI schema of the code, as an installation without settings of its own.

    It takes seconds. Raise CalledProcessError if it cannot be generated, with the reason on stderr.
    """
    command = ["manage.py", "spectacular", "--fail-on-warn", "--format", "openapi-json"]
    answer = subprocess.run(
        [sys.executable, *command], cwd=APP, env=_ENVIRONMENT, check=True, stdout=subprocess.PIPE
    )
    document: Json = json.loads(answer.stdout)
    return document


def read(file: Path = FILE) -> Json:
    """Return the OpenAPI schema in a file."""
    document: Json = json.loads(file.read_text(encoding="utf-8"))
    return document


def inline(part: Any, document: Json) -> Any:
    """Return the part without references, except those to schemas, which may be recursive."""
    match part:
        case {"$ref": str() as reference} if not reference.startswith("#/components/schemas/"):
            target: Any = document
            for name in reference.removeprefix("#/").split("/"):
                target = target[name]
            return inline(target, document)
        case dict():
            return {name: inline(value, document) for name, value in part.items()}
        case list():
            return [inline(value, document) for value in part]
    return part


def as_text(document: Json) -> str:
    """Return the document as the file has it, in the order in which it was generated."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
