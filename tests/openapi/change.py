"""A change that breaks clients, and the place in the OpenAPI schema where it is."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Place:
    """A value in a request or an answer."""

    where: str
    """The operation and the part: `GET /api/v1/users/ 200`, or `PUT /api/v1/users/{id}/ body`."""

    in_request: bool
    path: str = ""
    """The way to the value in this part: `results[].name`."""

    origin: str = ""
    """What this place shares with others: `User.name` of the component `User`. Else empty."""

    followed: frozenset[tuple[str, str]] = frozenset()
    """The pairs of components that the way goes through."""

    def step(self, name: str) -> "Place":
        """Return the place of a property, or of `[]` for the elements of a list."""
        dot = "." if self.path and name != "[]" else ""
        origin = f"{self.origin}.{name}" if self.origin else ""
        return replace(self, path=f"{self.path}{dot}{name}", origin=origin)

    def enter(self, before: str, after: str) -> "Place":
        """Return the same place, seen from the component that has its schema."""
        return replace(self, origin=after, followed=self.followed | {(before, after)})

    def change(self, what: str) -> "Change":
        """Return a change of this value. `what` is a predicate: "may be null"."""
        return Change(
            text=f"{self.where}: {self.path or 'the value'} {what}",
            same=(self.origin or (self.where, self.path), self.in_request, what),
        )


@dataclass(frozen=True)
class Change:
    """A change that breaks clients."""

    text: str
    same: tuple[object, ...]
    """Changes with the same value here have one cause: a component that several operations use."""


def lines(changes: Iterable[Change]) -> Iterator[str]:
    """Yield one line for each cause, with its first place and the number of the others."""
    causes: dict[tuple[object, ...], list[str]] = {}
    for each in changes:
        causes.setdefault(each.same, []).append(each.text)
    for first, *others in causes.values():
        yield first + (f" (and in other places: {len(others)})" if others else "")


def change(where: str, what: str) -> Change:
    """Return a change of an operation or of the whole document."""
    return Change(text=f"{where}: {what}", same=(where, what))


def removed(
    kind: str, where: str, before: Collection[str], after: Collection[str]
) -> Iterator[Change]:
    """Yield a change for each name that is not in `after`."""
    for name in before:
        if name not in after:
            yield change(where, f"{kind} {name} is no longer there")
