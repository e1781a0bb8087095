"""The operator's view: a real ``dagster dev`` on the first demo night, looked at with headless Chromium.

Skips without Chromium (``apt-get install chromium``); ``.ci/run`` installs it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.partitions import ALL_PROVINCES
from schemas.settings import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
SHOTS = os.environ.get("UI_SCREENSHOTS")  # a folder: pictures for the docs are taken from a test run
pytestmark = pytest.mark.slow


class Server:
    """`gongkai ui --demo` on a folder of its own, asked through GraphQL."""

    def __init__(self, home: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "gongkai.cli", "ui", "--demo", "--home", str(home), "--port", str(port)]
        self.log = (home / "ui.log").open("w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, cwd=PROJECT)

    def ask(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            data = json.load(answer)
        assert "errors" not in data, data["errors"]
        return data["data"]

    def wait_until_up(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "gongkai ui ended"
            try:
                located = self.ask("{ workspaceOrError { ... on Workspace { locationEntries { loadStatus } } } }")
                if [e["loadStatus"] for e in located["workspaceOrError"]["locationEntries"]] == ["LOADED"]:
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass  # not listening yet
            time.sleep(0.5)
        raise AssertionError("the UI did not come up")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        self.log.close()


@pytest.fixture(scope="module")
def server(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("ui") / "home"
    shutil.copytree(first_night, home, ignore=shutil.ignore_patterns(".run.lock", "demo-ports.json"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    running = Server(home, port)
    try:
        running.wait_until_up()
        yield running
    finally:
        running.stop()


RUNS = """query($tags: [ExecutionTag!]) { runsOrError(filter: {pipelineName: "nightly", tags: $tags}) {
  ... on Runs { results { runId status tags { key value } } } } }"""
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
  ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


def test_the_run_of_the_command_line_is_in_the_jobs_history(server: Server) -> None:
    """The job page filters by this tag: a run without the right origin would be missing there."""
    label = {"key": ".dagster/repository", "value": "__repository__@gongkai"}
    runs = server.ask(RUNS, tags=[label])["runsOrError"]["results"]
    assert [run["status"] for run in runs] == ["SUCCESS"]


def test_a_run_launched_in_the_ui_succeeds(server: Server) -> None:
    """What the launchpad sends: the job, and the partition range as tags."""
    tags = [{"key": key, "value": value} for key, value in ALL_PROVINCES.items()]
    selector = {"pipelineName": "nightly", "repositoryName": "__repository__", "repositoryLocationName": "gongkai"}
    params = {"selector": selector, "runConfigData": {}, "mode": "default", "executionMetadata": {"tags": tags}}
    launched = server.ask(LAUNCH, params=params)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    deadline, status = time.monotonic() + 240, ""
    while time.monotonic() < deadline and status not in ("SUCCESS", "FAILURE", "CANCELED"):
        time.sleep(1)
        status = server.ask(STATUS, id=launched["run"]["runId"])["runOrError"]["status"]
    assert status == "SUCCESS"


@pytest.fixture(scope="module")
def page(server: Server) -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1920, "height": 1700})
        opened.set_default_timeout(60_000)
        opened.dialogs = []
        opened.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
        yield opened
        browser.close()


def shoot(page: Any, name: str, clip: dict[str, int] | None = None) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / name), clip=clip or {"x": 0, "y": 0, "width": 1920, "height": 1200})


def test_the_lineage_shows_every_asset(server: Server, page: Any) -> None:
    from assets.definitions import defs

    page.goto(f"{server.url}/asset-groups")
    page.get_by_text("warehouse").first.wait_for()
    page.wait_for_timeout(3000)
    page.mouse.click(700, 1600)
    page.keyboard.press("Alt+KeyE")  # expand all groups
    page.get_by_text("source_registry", exact=True).first.wait_for()
    page.wait_for_timeout(3000)
    shown = page.inner_text("body").split()
    for key in defs.get_repository_def().asset_graph.get_all_asset_keys():
        # The graph shortens a long name in the middle: normati…_documents.
        assert any(_fits(key.path[-1], word) for word in shown), key
    shoot(page, "lineage.png", clip={"x": 540, "y": 110, "width": 1380, "height": 1590})


def _fits(name: str, shown: str) -> bool:
    head, cut, tail = shown.partition("…")
    return name.startswith(head) and name.endswith(tail) if cut else name == shown


def test_an_asset_page_shows_description_schema_and_checks(server: Server, page: Any) -> None:
    page.goto(f"{server.url}/assets/applications?view=overview")
    page.get_by_text("申请处理情况").first.wait_for()
    page.get_by_text("non-nullable").first.wait_for()
    page.wait_for_timeout(1500)
    shoot(page, "asset-applications.png")
    page.goto(f"{server.url}/assets/applications?view=checks")
    page.get_by_text("no_rows_are_lost").first.wait_for()


def test_a_warning_check_is_visible(server: Server, page: Any) -> None:
    page.goto(f"{server.url}/assets/pages?view=checks&checkDetail=sites_answer")
    page.get_by_text("sites_answer").first.click()
    page.get_by_text("blocked_js_challenge").first.wait_for()
    page.wait_for_timeout(1500)
    shoot(page, "check-sites-answer.png")


def test_a_hostile_title_stays_text(server: Server, page: Any) -> None:
    """One demo report is titled with markup and script. Wherever a preview shows it, nothing runs."""
    page.goto(f"{server.url}/assets/report_versions?view=events")
    page.get_by_text("<script>alert('title')</script>", exact=False).first.wait_for()
    page.wait_for_timeout(1000)
    assert page.dialogs == []
    assert page.evaluate("() => document.querySelectorAll('img[src=\"x\"]').length") == 0
