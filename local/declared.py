"""Imports of packages that no requirements file declares.

`python -m local.declared` prints them and exits with 1; run_tests.sh runs this command. The command
needs the environment of run_tests.sh, because each module is mapped to its installed package.
Checks that compare only the first part of a module name, such as deptry, treat the eight packages
that share the name `opentelemetry` as one package.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path

_SERVICE = ("requirements.in",)
_LOAD = ("requirements-load.in",)
_LOCAL = (*_SERVICE, "requirements-local.in")
_ALL = (*_LOCAL, *_LOAD, "requirements-dev.in")
FOLDERS: Mapping[str, tuple[str, ...]] = {
    "app": _SERVICE,
    "local": _LOCAL,
    "deploy": (),
    "loadtest": _LOAD,
    "benchmarks": _ALL,
    "tests": _ALL,
}
"""The requirements files that the code of each folder may rely on."""
PEERS = "benchmarks/peers/fastapi_template/"
"""The folder of a program that has its own environment."""
_FOR_TYPES = "requirements-dev.in"
"""Also covers imports below `if TYPE_CHECKING`."""
_ROOT = Path(__file__).parent.parent

Packages = Mapping[str, set[str]]


def installed() -> Packages:
    """Map each installed module to the names of the packages that ship it."""
    packages: dict[str, set[str]] = defaultdict(set)
    for distribution in distributions():
        name = _normal(distribution.name)  # parses a file
        for file in distribution.files or ():
            if file.suffix in {".py", ".so"}:
                parts = [*file.parts[:-1], file.name.partition(".")[0]]
                module = ".".join(parts).removesuffix(".__init__")
                packages[module].add(name)
    return packages


def declared(path: Path) -> set[str]:
    """Return the names of the packages that a requirements file declares."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in lines)
    return {_normal(name.group()) for name in names if name}


def undeclared(root: Path, packages: Packages) -> Iterator[str]:
    """Yield a line for each import that the requirements files of its folder do not cover."""
    own = {path.stem for parent in (root, root / "app") for path in parent.iterdir()}
    for folder, files in FOLDERS.items():
        names = {name for file in files for name in declared(root / file)}
        for_types = names | declared(root / _FOR_TYPES)
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if name.startswith(PEERS):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            typed = {*_imports_for_types(tree)}
            for line, module in _imports(tree):
                owners = set() if module.partition(".")[0] in own else _owners(module, packages)
                allowed = for_types if (line, module) in typed else names
                if owners and not owners & allowed:
                    advice = f"declare it in {files[-1]}" if files else "use the standard library"
                    yield f"{name}:{line}: {module} is in {' or '.join(sorted(owners))}: {advice}"


def _imports_for_types(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the imports that only a type checker carries out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from _imports(node)


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of each import; `from a import b` may import the module a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _owners(module: str, packages: Packages) -> set[str]:
    """Return the packages that ship the module, or the nearest one above it that exists."""
    if module.partition(".")[0] in sys.stdlib_module_names:
        return set()
    while module and module not in packages:
        module = module.rpartition(".")[0]
    return packages.get(module, set())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Print the undeclared imports; return 1 if there are any."""
    lines = list(undeclared(_ROOT, installed()))
    print("\n".join(lines) or "Every imported package is declared.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
