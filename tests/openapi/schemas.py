"""Compare the schemas of a value, with the schemas of its parts."""

from collections.abc import Iterator

from tests.openapi import keywords
from tests.openapi.change import Change, Place
from tests.openapi.document import Json


class Schemas:
    """The components of two OpenAPI schemas, and the comparison of values that refer to them."""

    def __init__(self, before: Json, after: Json, *, sent: set[str]) -> None:
        """Take the components by name. `sent` has the names of those that requests have."""
        self._before = before
        self._after = after
        self._sent = sent

    def compare(self, before: Json, after: Json, at: Place) -> Iterator[Change]:
        """Yield the changes of the value that break a client."""
        before, old_name = resolve(before, self._before)
        after, name = resolve(after, self._after)
        yield from keywords.type_changes(before, after, at)
        if old_name or name:
            if (old_name, name) in at.followed:
                return
            at = at.enter(old_name, name)
        yield from keywords.format_changes(before, after, at)
        if at.in_request or name not in self._sent:
            yield from keywords.enum_changes(before, after, at)
        if at.in_request:
            yield from keywords.limit_changes(before, after, at)
        yield from keywords.property_changes(before, after, at)
        yield from keywords.other_changes(before, after, at)
        yield from self._parts(before, after, at)

    def _parts(self, before: Json, after: Json, at: Place) -> Iterator[Change]:
        both = before.get("properties", {}).keys() & after.get("properties", {}).keys()
        for name in sorted(both):
            yield from self.compare(
                before["properties"][name], after["properties"][name], at.step(name)
            )
        for keyword, step in keywords.NESTED.items():
            parts = [schema.get(keyword, True) for schema in (before, after)]
            if parts != [True, True] and False not in parts:
                old, new = ({} if part is True else part for part in parts)
                yield from self.compare(old, new, at.step(step))
        for keyword in keywords.BRANCHES:
            branches = before.get(keyword, []), after.get(keyword, [])
            if len(branches[0]) != len(branches[1]):
                yield at.change(f"has another number of schemas in {keyword}")
            for old, new in zip(*branches, strict=False):
                yield from self.compare(old, new, at)


def resolve(schema: Json, components: Json) -> tuple[Json, str]:
    """Return the schema without a reference, and the name of its component or "".

    A reference or null, which generators write as `oneOf`, becomes the component with `null` among
    its types.
    """
    name = ""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = components[name] | {k: v for k, v in schema.items() if k != "$ref"}
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword, [])
        others = [branch for branch in branches if branch != {"type": "null"}]
        if len(others) == 1 and len(branches) > 1:
            inner, name = resolve(others[0], components)
            notes = {k: v for k, v in schema.items() if k != keyword}
            return inner | notes | {"type": sorted(keywords.types(inner) | {"null"})}, name
    return schema, name
