"""The real thing: a Prefect server, prefect.yaml, a worker, and pretend councils behind them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import httpx
import pytest
import yaml

from checks.catalog import earlier_versions, methodologies
from crawlers.registry import load_regions
from fixtures.councils.server import PretendWeb
from fixtures.prefect_server import PrefectServer
from flows.crawl_cities import RegionName
from flows.deploying import deployments
from flows.evaluate_run import MethodologyName
from models.environment import inherited
from models.runs import KYIV, current_round

HOUSE = Path(__file__).parents[2]
REGISTRY = HOUSE / "fixtures" / "councils" / "cities"
PROJECT = yaml.safe_load((HOUSE / "prefect.yaml").read_text(encoding="utf-8"))
REGIONS = {region.id for region in load_regions()}
OPEN, ALSO_OPEN, SHUT = "chaikopil", "mushlehrad", "budzhatsk"
PAGES = 15  # answers that one visit may have
PATIENCE = 180.0  # on a machine that is busy with other things


@dataclass
class Operator:
    """Somebody at the Prefect UI: signed in, with the tokens that its forms carry."""

    http: httpx.Client

    def ask(self, path: str, **filters: Any) -> Any:  # noqa: ANN401  # JSON
        """POST, as the UI does, with its token."""
        token = self.http.get("/csrf-token", params={"client": "test"}).json()["token"]
        headers = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "test"}
        return self.http.post(path, json=filters, headers=headers).raise_for_status().json()

    def deployment(self, name: str) -> dict[str, Any]:
        """One deployment."""
        found: dict[str, Any] = self.http.get(f"/deployments/name/{name}/{name}").raise_for_status().json()
        return found

    def start(self, name: str, **parameters: Any) -> str:  # noqa: ANN401  # JSON
        """Press *Run* on a deployment."""
        path = f"/deployments/{self.deployment(name)['id']}/create_flow_run"
        return str(self.ask(path, parameters=parameters)["id"])

    def outcome(self, run: str) -> dict[str, Any]:
        """How a run ended."""
        ended = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        found: dict[str, Any] = _until(
            lambda: self.http.get(f"/flow_runs/{run}").json(), lambda it: it["state"]["type"] in ended
        )
        return found

    def tasks(self, run: str) -> dict[str, str]:
        """The tasks of a run by name, with the states they ended in."""
        found = self.ask("/task_runs/filter", flow_runs={"id": {"any_": [run]}})
        return {task["name"]: task["state"]["name"] for task in found}

    def artifacts(self, run: str) -> dict[str, dict[str, Any]]:
        """The artifacts of a run by key."""
        found = self.ask("/artifacts/filter", artifacts={"flow_run_id": {"any_": [run]}})
        return {artifact["key"]: artifact for artifact in found}


def _until(ask: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:  # noqa: ANN401  # JSON
    deadline = time.monotonic() + PATIENCE
    while not enough(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.3)
    return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A server of its own, with prefect.yaml applied as in earnest."""
    environment = {**inherited(), "PYTHONPATH": str(HOUSE)}
    with PrefectServer(tmp_path_factory.mktemp("prefect"), environment) as server:
        subprocess.run([sys.executable, "-m", "flows.deploying"], env=server.environment, check=True)
        yield server


@pytest.fixture
def operator(server: PrefectServer) -> Iterator[Operator]:
    """Somebody at this server's UI."""
    user, _, password = server.auth.partition(":")
    with httpx.Client(base_url=server.api_url, auth=(user, password), timeout=30) as http:
        yield Operator(http)


@pytest.fixture
def at_work(server: PrefectServer, tmp_path: Path) -> Iterator[None]:
    """A worker that reaches three pretend councils, one of which refuses, and nothing else; no browser."""
    faults = {OPEN: None, ALSO_OPEN: None, SHUT: "refuses"}
    today = datetime.now(UTC).astimezone(KYIV).date()
    with PretendWeb(today=today, cities=list(faults), faults=faults, variants={}) as web:
        surroundings = {
            "TCM_HOME": str(tmp_path),
            "TCM_PRETEND_PROXY": f"http://127.0.0.1:{web.port}",
            "TCM_CHROMIUM": str(tmp_path / "no-browser"),
        }
        worker = server.start_worker("cities", {**server.environment, **surroundings}, limit=2)
        yield
        worker.stop(grace=3)


def test_choices_in_the_ui_are_those_there_are() -> None:
    """The drop-down lists of regions and methodologies name exactly what exists."""
    assert set(get_args(RegionName)) == REGIONS
    assert set(get_args(MethodologyName)) == {*methodologies(), *earlier_versions()}


def test_every_region_has_its_night() -> None:
    """Each region is crawled once a night in Kyiv, never in the hour that a change of clocks takes or gives."""
    (region,) = [one for one in PROJECT["deployments"] if one["name"] == "crawl-region"]
    schedules = region["schedules"]
    hours = [int(one["cron"].split()[1]) for one in schedules]

    assert sorted(one["parameters"]["region"] for one in schedules) == sorted(REGIONS)
    assert {ZoneInfo(one["timezone"]) for one in schedules} == {KYIV}
    assert len(set(hours)) == len(REGIONS)
    assert not {2, 3, 4} & set(hours)


def test_entrypoints_are_dotted() -> None:
    """By path, Prefect would import the flow's file a second time under another name."""
    assert all(
        "/" not in one["entrypoint"] and ":" not in one["entrypoint"] for one in PROJECT["deployments"]
    )


def test_typing_mistake_in_a_deployment_is_refused_by_its_name(tmp_path: Path) -> None:
    """A misspelt key is named, not silently left out of what is deployed."""
    project = tmp_path / "prefect.yaml"
    text = (HOUSE / "prefect.yaml").read_text(encoding="utf-8")
    project.write_text(text.replace("tags: [evaluate]", "tag: [evaluate]"), encoding="utf-8")

    with pytest.raises(TypeError, match="'tag'"):
        deployments(project)


@pytest.mark.prefect
@pytest.mark.timeout(400)
def test_schedules_produce_runs_for_every_region(operator: Operator) -> None:
    """The scheduler really plans the nights of all five regions: with SQLAlchemy 2.1 it silently does not."""
    wanted = {"state": {"type": {"any_": ["SCHEDULED"]}}}

    planned = _until(
        lambda: operator.ask("/flow_runs/filter", flow_runs=wanted),
        lambda runs: {run["parameters"].get("region") for run in runs} >= REGIONS,
    )

    assert all(run["auto_scheduled"] for run in planned)


@pytest.mark.prefect
@pytest.mark.timeout(400)
def test_operator_is_set_up(operator: Operator) -> None:
    """The region is a choice, runs queue up rather than pile up, and dead runs are noticed."""
    region = operator.deployment("crawl-region")

    choices = region["parameter_openapi_schema"]["properties"]["region"]["enum"]
    assert set(choices) == REGIONS
    assert region["global_concurrency_limit"]["limit"] == 2
    assert region["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert operator.ask("/automations/count") == 1


@pytest.mark.prefect
@pytest.mark.timeout(400)
def test_nobody_else_may_ask_the_server(server: PrefectServer, operator: Operator) -> None:
    """Without the password there is no answer, and without the form's token no change."""
    assert httpx.get(f"{server.api_url}/flows/count").status_code == 401
    assert operator.http.post("/flows/count", json={}).status_code == 403


@pytest.mark.prefect
@pytest.mark.timeout(400)
def test_runs_end_green_or_red_with_their_artifacts(operator: Operator, at_work: None) -> None:
    """Two councils that answer make a green run; one that refuses makes a red one that says why."""
    order = {"registry": str(REGISTRY), "at_once": 2, "pages_per_city": PAGES}
    good = operator.start("crawl-cities", cities=[OPEN, ALSO_OPEN], order=order)
    bad = operator.start("crawl-city", city=SHUT, order={**order, "pictures": False})

    green, red = operator.outcome(good), operator.outcome(bad)

    round_id = current_round()
    assert green["state"]["type"] == "COMPLETED", green["state"]["message"]
    assert green["name"] == f"crawl {OPEN}, {ALSO_OPEN} · round {round_id}"
    assert green["state"]["message"].startswith("2 cities, ")
    assert red["state"]["type"] == "FAILED", red["state"]["message"]
    assert f"Could not look at 1 of 1 cities: {SHUT}" in red["state"]["message"]
    run_id = f"{round_id}-selected-1"
    assert operator.tasks(good) == {
        **{
            f"{step} {city} · {run_id}": "Completed"
            for step in ("visit", "judge")
            for city in (OPEN, ALSO_OPEN)
        },
        f"picture {run_id}": "Failed",  # there is no browser here, which is no reason to lose the findings
        f"seal {run_id}": "Completed",
    }
    unseen = f"{round_id}-{SHUT}-1"
    assert operator.tasks(bad)[f"visit {SHUT} · {unseen}"] == "Unseen"
    assert f"picture {unseen}" not in operator.tasks(bad)  # left for later, as ordered
    _check_artifacts(operator.artifacts(good), run_id)

    known = operator.start("evaluate", run_id=run_id, registry=str(REGISTRY))
    strange = operator.start("evaluate", run_id="1999-01-west-1")
    again, unknown = operator.outcome(known), operator.outcome(strange)

    assert again["state"]["type"] == "COMPLETED", again["state"]["message"]
    assert again["state"]["message"] == green["state"]["message"]
    assert "There is no run '1999-01-west-1'" in unknown["state"]["message"]

    late = operator.start("picture", run_id=run_id)
    strange = operator.start("picture", run_id="1999-01-west-1")
    blind, unknown = operator.outcome(late), operator.outcome(strange)

    assert blind["state"]["type"] == "FAILED"
    assert "browser" in blind["state"]["message"]
    assert "There is no run '1999-01-west-1'" in unknown["state"]["message"]


def _check_artifacts(artifacts: dict[str, dict[str, Any]], run_id: str) -> None:
    """The operator's table, bar, link and comparison are there and filled."""
    rows = json.loads(artifacts["cities-selected"]["data"])
    assert {row["city"]: row["state"] for row in rows} == dict.fromkeys((OPEN, ALSO_OPEN), "complete")
    pages = [row["pages"] for row in rows]
    assert 5 < min(pages) <= max(pages) <= PAGES, (
        pages
    )  # what is asked besides pages costs of the same budget
    assert float(artifacts["progress-selected"]["data"]) == 100
    assert f"/runs/{run_id}" in artifacts["findings-selected"]["data"]
    assert "Nothing to compare with" in artifacts["what-changed-selected"]["data"]
