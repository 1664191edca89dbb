"""JSON in and out by orjson: strict on the way in (no NaN, no bad UTF-8), fast on the way out."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any, Final

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from core.http.language import number


def _encode(value: object) -> str:
    if isinstance(value, Promise):
        return force_str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")


class JSONRenderer(BaseRenderer):
    """UTF-8 JSON; nothing for an answer without a body."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The document's bytes."""
        return b"" if data is None else orjson.dumps(data, default=_encode, option=orjson.OPT_UTC_Z)


MOST_VALUES: Final = 10_000
"""Of a body; a hundred would do. In memory a value takes fifty times the bytes of `{},`."""


class JSONParser(BaseParser):
    """A JSON body of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes and MOST_VALUES values."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document; ParseError (400) where it is none, 413 where it is too long."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            problem = _("A JSON body may have at most {limit} bytes.")
            raise RequestDataTooBig(problem.format(limit=number(limit)))
        if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:  # or in a text: no honest one
            problem = _("A JSON body may have at most {limit} values.")
            raise ParseError(problem.format(limit=number(MOST_VALUES)))
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_flaw(body, error)) from None
        # orjson takes the last of two: a proxy that looks at the first would see another request.
        json.loads(body, object_pairs_hook=_require_distinct)
        return document


def _flaw(body: bytes, error: orjson.JSONDecodeError) -> str:
    """What to tell the sender; of bytes that are not UTF-8 orjson itself speaks of surrogates."""
    flaw = str(error)
    try:
        body.decode()
    except UnicodeDecodeError as undecodable:
        flaw = _("it is not UTF-8 from byte {byte} on").format(byte=undecodable.start + 1)
    return _("The body is not JSON: {flaw}.").format(flaw=flaw)


def _require_distinct(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    counts = Counter(name for name, value in pairs)
    repeated = next(name for name in counts if counts[name] > 1)
    problem = _("An object of the body has the key {key} more than once.")
    raise ParseError(problem.format(key=repr(repeated[:50])))
