"""The environment variables that the code reads, found in its syntax trees."""

import ast
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from local.site import ROOT

READER: Final = ROOT / "app/core/env.py"
TYPES: Final = {
    "text": "text",
    "line": "line",
    "integer": "integer",
    "fraction": "number, 0 to 1",
    "http_url": "URL",
    "boolean": "boolean",
    "words": "list",
    "networks": "list of networks",
    "origins": "list of origins",
    "address": "host:port",
    "rate": "rate",
    "choice": "choice",
    "secret": "secret",
    "optional_secret": "secret",
    "secrets": "list of secrets",
    "base64": "base64",
    "base64_secret": "base64 secret",
}
"""The functions of core.env and the name of each type in docs/configuration.md."""
REQUIRED, NONE = "required", "none"
_WITHOUT_DEFAULT: Final = {"text": REQUIRED, "secret": REQUIRED}
_RECORD: Final = """
import functools, importlib.util, inspect, json, sys

# Before anything of core: core itself imports the settings.
spec = importlib.util.spec_from_file_location("core.env", sys.argv[1])
env = sys.modules["core.env"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(env)
found = {}

def recording(read):
    @functools.wraps(read)
    def call(name, *args, **options):
        found.setdefault(name, options.get("default", args[0] if args else None))
        return read(name, *args, **options)
    return call

for name, read in inspect.getmembers(env, inspect.isfunction):
    if not name.startswith("_"):
        setattr(env, name, recording(read))
import core.settings
print(json.dumps(found, default=str))
"""


@dataclass(frozen=True)
class Variable:
    """A variable as the code reads it; `default` is "required", "none" or a value in backticks."""

    type: str
    default: str
    choices: frozenset[str] = frozenset()
    is_typed: bool = True
    """Whether core.env reads it, and not os.environ."""


@cache
def variables_read(folder: str) -> dict[str, Variable]:
    """Return the variables that the Python files below `folder` read, by name.

    A typed read wins over one of os.environ, and an optional read over a required one.
    """
    reads: dict[str, set[Variable]] = defaultdict(set)
    files = sorted(set((ROOT / folder).rglob("*.py")) - {READER})
    trees = [ast.parse(path.read_text()) for path in files]
    constants = {name: value for tree in trees for name, value in _constants(tree)}
    for tree in trees:
        for name, variable in _reads(tree, constants | dict(_constants(tree))):
            reads[name].add(variable)
    return {name: _one(name, found) for name, found in reads.items()}


def _one(name: str, found: set[Variable]) -> Variable:
    typed = {variable for variable in found if variable.is_typed} or found
    optional = {variable for variable in typed if variable.default != REQUIRED} or typed
    assert len(optional) == 1, f"{name} is read in several ways: {optional}"
    return optional.pop()


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value)))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(value)))
            ):
                yield name, value


def _reads(tree: ast.Module, constants: dict[str, str]) -> Iterator[tuple[str, Variable]]:
    nodes = list(ast.walk(tree))
    imported = {
        f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    hidden = [
        name for name in imported if name.startswith(("core.env.", "os.environ", "os.getenv"))
    ]
    assert not hidden, f"import the module, so that reads are found: {hidden}"
    fallbacks = {id(n.values[0]): n.values[1] for n in nodes if isinstance(n, ast.BoolOp)}
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    for call in calls:
        first, *rest = call.args
        match ast.unparse(call.func).split("."):
            case ["env", function] if "core.env" in imported:
                name = _name(first, constants)
                options = {option.arg: option.value for option in call.keywords}
                yield name, _typed(name, function, rest, options)
            case ["os", "getenv"] | ["os", "environ", "get" | "setdefault"]:
                default = fallbacks.get(id(call), rest[0] if rest else None)
                yield _name(first, constants), _untyped(default)
    items = [n for n in nodes if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Load)]
    for item in items:
        if ast.unparse(item.value) == "os.environ":
            yield _name(item.slice, constants), Variable("text", REQUIRED, is_typed=False)


def _name(key: ast.expr, constants: dict[str, str]) -> str:
    match key:
        case ast.Constant(value=str(name)):
            return name
        case ast.Name(id=constant) if constant in constants:
            return constants[constant]
    raise AssertionError(f"{ast.unparse(key)} is not a name that can be found in the code")


def _typed(
    name: str, function: str, rest: list[ast.expr], options: dict[str | None, ast.expr]
) -> Variable:
    node = rest[0] if rest else options.get("default")
    default = _shown(_value(name, node)) if node else _WITHOUT_DEFAULT.get(function, NONE)
    limits = {key: ast.literal_eval(options[key]) for key in _LIMITS if key in options}
    choices = frozenset(ast.literal_eval(rest[1])) if function == "choice" else frozenset()
    return Variable(_type(function, **limits), default, choices)


_LIMITS: Final = ("minimum", "maximum", "min_bytes")


def _type(function: str, minimum: int = 0, maximum: int | None = None, min_bytes: int = 1) -> str:
    words = TYPES[function]
    if function == "integer":
        return f"{words}, {minimum} " + ("or more" if maximum is None else f"to {maximum}")
    if min_bytes > 1:
        each = " each" if function == "secrets" else ""
        return f"{words}, {min_bytes} bytes or more{each}"
    return words


def _untyped(default: ast.expr | None) -> Variable:
    literal = default.value if isinstance(default, ast.Constant) else None
    return Variable("text", _shown(literal), is_typed=False)


def _value(name: str, node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return _recorded()[name]


def _shown(value: object) -> str:
    match value:
        case None | "":
            return NONE
        case bool():
            return f"`{str(value).lower()}`"
        case float():
            return f"`{value:g}`"
    return f"`{str(value).removeprefix(f'{ROOT}/')}`"


@cache
def _recorded() -> dict[str, object]:
    """Return the defaults that core.settings computes where only required variables are set."""
    given = {"PYTHONPATH": str(READER.parents[1]), "DB_PASSWORD": "x", "REDIS_URL": "redis://x"}
    keys = dict.fromkeys(("DJANGO_SECRET_KEY", "JWT_SECRET_KEY"), "x" * 64)
    result = subprocess.run(  # noqa: S603  (this interpreter, with the text above)
        [sys.executable, "-c", _RECORD, str(READER)],
        env={**given, **keys}, stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(result.stdout)
    return found
