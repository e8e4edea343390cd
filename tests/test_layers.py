"""Imports go one way: between apps from right to left, inside an app from views down to models.

Read from the sources by ast, so that an import inside a function counts as well.
"""

import ast
from pathlib import Path

import pytest

from tests.program import ROOT

APPS = ["common", "accounts", "projects", "tasklists", "indicators", "reports", "dezhou_jjj"]
# Inside an app each layer may use its own and those before it; a module is named by its first word after the
# app's, and one not named here stands with the services.
LAYERS = {
    "permissions": 0,
    "querysets": 1,
    "models": 1,
    "rules": 1,
    "services": 2,
    "views": 3,
    "importers": 3,
    "tasks": 3,
    "management": 3,
    "context_processors": 3,
    "middleware": 3,
    "urls": 4,
}
# Celery's task is announced by the service that writes its job, the task calls that service.
ALLOWED = {("common.jobs", "common.tasks")}


def modules():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path):
    """Yield (module, line) of every import in the file; a module imported from its package counts as itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = whole_name(path, node)
            for alias in node.names:
                inner = ROOT.joinpath(*base.split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield (f"{base}.{alias.name}" if is_module else base), node.lineno


def whole_name(path: Path, node: ast.ImportFrom) -> str:
    """Return the module that a ``from … import`` names, the leading dots resolved."""
    if not node.level:
        return node.module
    package = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def layer_of(module: str) -> tuple[str, int]:
    """Return the layer's name and place; services' place without a name that decides."""
    word = module.split(".")[1] if "." in module else ""
    word = word.partition("_")[0] if word.startswith(("views_", "urls_")) else word
    return word, LAYERS.get(word, LAYERS["services"])


ALL = list(modules())


def test_every_app_is_read():
    assert {path.relative_to(ROOT).parts[0] for path in ALL} == set(APPS)
    assert len(ALL) > 60


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_apps_import_only_from_their_left(path):
    own = path.relative_to(ROOT).parts[0]
    for module, line in imports_of(path):
        app = module.partition(".")[0]
        assert app != "tests", f"{name_of(path)}:{line} imports {module}"
        if app in APPS:
            assert APPS.index(app) <= APPS.index(own), f"{name_of(path)}:{line} imports {module}"


@pytest.mark.parametrize(
    "path", [path for path in ALL if path.relative_to(ROOT).parts[0] != "dezhou_jjj"], ids=name_of
)
def test_layers_inside_an_app_import_downwards(path):
    own = name_of(path)
    word, place = layer_of(own)
    for module, line in imports_of(path):
        if module.partition(".")[0] not in APPS or (own, module) in ALLOWED:
            continue
        other, its_place = layer_of(module)
        assert other != "views" or word in ("views", "urls"), f"{own}:{line} imports {module}"
        if module.partition(".")[0] == own.partition(".")[0]:
            assert its_place <= place, f"{own}:{line} imports {module}"


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_only_the_clock_knows_today(path):
    """Everything else takes the day as an argument, or asks the clock once in a view, task or command."""
    if name_of(path) == "common.clock":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in ("today", "localdate"):
            base = node.value.id if isinstance(node.value, ast.Name) else ""
            assert base not in ("date", "datetime", "timezone"), f"{name_of(path)}:{node.lineno} reads the calendar"
