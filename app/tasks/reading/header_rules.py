"""The rules of an upload about its headers, which come before the known headers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, Self

from tasks.reading.known_headers import (
    Meaning,
    forms,
    normalised,
    spellings,
    without_suffixes,
)
from users_uc.attributes.declared import NO_ATTRIBUTES, Declared, DeclaredAttribute

type Columns = Mapping[str, str | None]
"""The option `columns`: the field of each header of the file; None ignores the column."""

ATTRIBUTE: Final = "attributes."
"""The beginning of the field of a declared attribute, before its name."""
SECRETS: Final = ("password", "password_hash")
_NEVER_ATTRIBUTES: Final = ("email", *SECRETS, "secret")
"""The meanings that a header keeps if an attribute is declared with it."""


def attribute_fields(fields: Iterable[str]) -> list[str]:
    """Return those of the fields that are attributes."""
    return [field for field in fields if field.startswith(ATTRIBUTE)]


def attribute_name(field: str) -> str:
    """Return the name of the attribute, or the field itself if it is another one."""
    return field.removeprefix(ATTRIBUTE)


@dataclass(frozen=True)
class Request:
    """A header of the option `columns`, in the forms in which it is compared, and its field."""

    name: str
    key: str
    short: str
    field: str | None

    @classmethod
    def all_of(cls, columns: Columns) -> tuple[Self, ...]:
        """Return the headers of the option."""
        keys = ((name, normalised(name), field) for name, field in columns.items())
        return tuple(cls(name, key, without_suffixes(key), field) for name, key, field in keys)


@dataclass(frozen=True, kw_only=True)
class HeaderRules:
    """The option `columns`, the fields whose columns are ignored, and the declared attributes."""

    columns: Columns = MappingProxyType({})
    forbidden: Collection[str] = ()
    attributes: Declared = NO_ATTRIBUTES

    @cached_property
    def requests(self) -> Sequence[Request]:
        """The headers of the option `columns`."""
        return Request.all_of(self.columns)

    def asks_for(self, field: str) -> bool:
        """Return whether the option `columns` names a column of the field."""
        return any(request.field == field for request in self.requests)

    def attributes_of(self, key: str, meaning: Meaning | None) -> Sequence[str]:
        """Return the names of the attributes that a normalised header means, mostly one or none.

        `meaning` is the known one. The headers of an exported file have one meaning each, also if
        the names of two attributes differ only in an underscore.
        """
        if not self.attributes or (meaning and meaning.field in _NEVER_ATTRIBUTES):
            return ()
        if key.startswith(ATTRIBUTE) and (name := attribute_name(key)) in self.attributes:
            return (name,)
        return next((names for form in forms(key) if (names := self._by_form.get(form))), ())

    @cached_property
    def _by_form(self) -> Mapping[str, Sequence[str]]:
        by_form: dict[str, list[str]] = defaultdict(list)
        for attribute in self.attributes.values():
            for form in dict.fromkeys(_forms_of(attribute)):
                by_form[form].append(attribute.name)
        return by_form


NO_RULES: Final = HeaderRules()


def _forms_of(attribute: DeclaredAttribute) -> Iterator[str]:
    """Yield the forms of the headers that mean the attribute."""
    names = (attribute.name, ATTRIBUTE + attribute.name)
    for header in (*names, *attribute.labels.values(), *attribute.headers):
        yield from filter(None, spellings(header))
