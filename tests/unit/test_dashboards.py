"""Grafana dashboards: their layout, their descriptions and the metrics that they query."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from local.site import APP, ROOT

type Panel = dict[str, Any]

GRAFANA = ROOT / "observability/grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))
DASHBOARDS = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FILES}
PANELS = [
    pytest.param(panel, id=f"{name}-{panel['id']}")
    for name, dashboard in DASHBOARDS.items()
    for panel in dashboard["panels"]
]
DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
COLUMNS = 24
VARIABLES = {"$__rate_interval", "$__range"}
OWN_NAME = re.compile(r"\b(?:accounts|django|process)_[a-z_]+")

each_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)
each_panel = pytest.mark.parametrize("panel", PANELS)


def documented_names() -> set[str]:
    """Return the names in the first cells of the tables in docs/metrics.md."""
    text = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`[^|]+) \|", text, flags=re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)}


def cells_of(panel: Panel) -> Iterator[tuple[int, int]]:
    """Yield the cells of the grid that a panel covers."""
    grid = panel["gridPos"]
    for x in range(grid["x"], grid["x"] + grid["w"]):
        for y in range(grid["y"], grid["y"] + grid["h"]):
            yield x, y


def test_there_are_four_dashboards() -> None:
    assert DASHBOARDS.keys() == {"overview", "imports", "database", "celery"}


def test_uids_and_titles_of_dashboards_are_unique() -> None:
    for field in ("uid", "title"):
        assert len({dashboard[field] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)


def test_the_datasource_is_provisioned() -> None:
    file = GRAFANA / "provisioning/datasources/datasources.yml"
    assert f"uid: {DATASOURCE['uid']}\n" in file.read_text(encoding="utf-8")


@each_dashboard
def test_a_dashboard_has_a_tag_and_refreshes(dashboard: dict[str, Any]) -> None:
    assert dashboard["uid"].startswith("accounts-")
    assert dashboard["title"]
    assert dashboard["tags"] == ["accounts"]
    assert dashboard["time"]["from"].startswith("now-")
    assert dashboard["refresh"]
    assert dashboard["templating"]["list"] == []


@each_dashboard
def test_ids_and_titles_of_panels_are_unique(dashboard: dict[str, Any]) -> None:
    for field in ("id", "title"):
        counts = Counter(panel[field] for panel in dashboard["panels"])
        assert counts.most_common(1)[0][1] == 1, counts


@each_dashboard
def test_panels_do_not_overlap(dashboard: dict[str, Any]) -> None:
    for one, other in combinations(dashboard["panels"], 2):
        shared = set(cells_of(one)) & set(cells_of(other))
        assert not shared, (one["title"], other["title"])
    places = {place for panel in dashboard["panels"] for place in cells_of(panel)}
    assert {x for x, _ in places} == set(range(COLUMNS))


@each_panel
def test_a_panel_has_a_title_a_description_and_a_unit(panel: Panel) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == DATASOURCE


@each_panel
def test_the_queries_of_a_panel_have_unique_ids_and_legends(panel: Panel) -> None:
    targets = panel["targets"]
    assert targets
    assert len({target["refId"] for target in targets}) == len(targets)
    assert len({target["legendFormat"] for target in targets}) == len(targets)
    assert all(target["expr"] and target["legendFormat"] for target in targets)


@each_panel
def test_only_the_interval_and_the_range_are_variables(panel: Panel) -> None:
    found = set(re.findall(r"\$\{?\w+\}?|\[\[", json.dumps(panel)))
    assert found <= VARIABLES


@each_panel
def test_a_panel_queries_only_documented_metrics(panel: Panel) -> None:
    names = {name for target in panel["targets"] for name in OWN_NAME.findall(target["expr"])}
    known = documented_names()
    missing = {n for n in names if not {n, re.sub("_(bucket|sum|count)$", "", n)} & known}
    assert not missing


def test_the_document_lists_exactly_the_metrics_of_the_code() -> None:
    apps = [APP / app / "metrics.py" for app in ("tasks", "users_uc", "webhooks")]
    sources = [*(APP / "core/metrics").glob("*.py"), *apps]
    pattern = re.compile(r'"((?:accounts|process)_[a-z_]+)"')
    named = {name for file in sources for name in pattern.findall(file.read_text(encoding="utf-8"))}
    listed = {n.removesuffix("_total") for n in documented_names() if not n.startswith("django_")}
    assert listed == named
