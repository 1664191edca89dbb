"""The form of an upload: the chosen meanings of its columns, and the options of its import."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ParseError

from console.mapping import Preview
from tasks.intake.upload_options import ReadingOptionsSerializer, UploadOptionsSerializer
from tasks.options import Options
from tasks.reading.known_headers import normalised

type Pairs = list[tuple[str, str | None]]
"""Headers and their fields; `None` ignores the column."""


def posted_headers(form: QueryDict) -> list[str]:
    """Return the headers of the columns that the form shows. Raises `ParseError`."""
    return _texts(form, "headers")


def posted_pairs(form: QueryDict) -> Pairs:
    """Return the columns whose chosen field is not the recognised one. Raises `ParseError`."""
    rows = zip(
        posted_headers(form), _texts(form, "recognised"), form.getlist("field"), strict=False
    )
    pairs = {
        (normalised(header), field): header
        for header, recognised, field in rows
        if field != recognised and normalised(header)
    }
    return [(header, field or None) for (_, field), header in pairs.items()]


def posted_fields(form: QueryDict) -> Mapping[str, str]:
    """Return all chosen fields by header. Raises `ParseError`."""
    return dict(zip(posted_headers(form), form.getlist("field"), strict=False))


def posted_sheets(form: QueryDict) -> list[str]:
    """Return the sheets among which the form lets the user choose. Raises `ParseError`."""
    return _texts(form, "sheets")


def _texts(form: QueryDict, name: str) -> list[str]:
    """Return the list of texts that a hidden field of the form has."""
    try:
        texts = json.loads(form.get(name) or "[]")
    except (ValueError, RecursionError):
        texts = None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ParseError
    return texts


def posted_options(form: QueryDict) -> Options:
    """Return the options of an import. Raises DRF's `ValidationError`."""
    data = _data(form, UploadOptionsSerializer)
    data.pop("update", None)
    if form.get("changes") == "some":
        data["update"] = ",".join(form.getlist("update"))
    return UploadOptionsSerializer(data=data).options()


def posted_reading(form: QueryDict, *, without: Iterable[str] = ()) -> Options:
    """Return the options that decide how the file is read. Raises DRF's `ValidationError`."""
    data = _data(form, ReadingOptionsSerializer)
    data = {name: value for name, value in data.items() if name not in without}
    return ReadingOptionsSerializer(data=data).options()


def _data(form: QueryDict, serializer: type[ReadingOptionsSerializer]) -> dict[str, Any]:
    """Return the fields of the form that the serializer knows and that are not empty."""
    data: dict[str, Any] = {
        name: form[name] for name in serializer().get_fields() if form.get(name)
    }
    return data | {"columns": _columns(posted_pairs(form))}


def _columns(pairs: Pairs) -> str:
    """Return the option as a client sends it. A header that is there twice stays so."""
    texts = (f"{json.dumps(header)}: {json.dumps(field)}" for header, field in pairs)
    return f"{{{', '.join(texts)}}}"


def hidden_fields(preview: Preview) -> Mapping[str, str]:
    """Return the hidden fields from which the other functions know the file."""
    lists = {
        "headers": preview.headers,
        "recognised": preview.recognised,
        "sheets": list(preview.sheets),
    }
    return {name: json.dumps(texts) for name, texts in lists.items()}


def has_more(values: Mapping[str, Any]) -> bool:
    """Return whether an option has a value that the page hides at first."""
    is_usual = values["match"] != "external_id" and values["changes"] != "some"
    return not is_usual or any(values[name] for name in ("clear_with", "max_errors", "date_order"))


def values_of(options: Options) -> Mapping[str, Any]:
    """Return what the form shows for these options."""
    values = options.as_json()
    return values | {
        "changes": "all" if options.update is None else "some",
        "update": list(options.update or ()),
    }


def values_posted(form: QueryDict) -> Mapping[str, Any]:
    """Return what the form showed when it was sent, also if it is not valid."""
    names = UploadOptionsSerializer().get_fields()
    values: dict[str, Any] = {name: form.get(name, "") for name in names}
    return values | {"changes": form.get("changes", "all"), "update": form.getlist("update")}
