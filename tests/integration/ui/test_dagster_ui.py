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

    def end_of(self, run_id: str, seconds: float = 240) -> str:
        deadline, status = time.monotonic() + seconds, ""
        while time.monotonic() < deadline and status not in ("SUCCESS", "FAILURE", "CANCELED"):
            time.sleep(0.5)
            status = str(self.ask(STATUS, id=run_id)["runOrError"]["status"])
        return status

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


@pytest.mark.skipif("UI_NIGHTLY" not in os.environ, reason="takes a minute: set UI_NIGHTLY=1")
def test_the_nightly_job_launched_in_the_ui_succeeds(server: Server) -> None:
    """What the launchpad sends: the job, and the partition range as tags."""
    tags = [{"key": key, "value": value} for key, value in ALL_PROVINCES.items()]
    selector = {"pipelineName": "nightly", "repositoryName": "__repository__", "repositoryLocationName": "gongkai"}
    params = {"selector": selector, "runConfigData": {}, "mode": "default", "executionMetadata": {"tags": tags}}
    launched = server.ask(LAUNCH, params=params)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    assert server.end_of(launched["run"]["runId"]) == "SUCCESS"


@pytest.fixture(scope="module")
def page(server: Server) -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1920, "height": 1700})
        opened.set_default_timeout(60_000)
        dialogs: list[str] = []

        def refuse(dialog: Any) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        opened.on("dialog", refuse)
        yield opened
        browser.close()
    assert dialogs == []  # nothing that a page of the UI shows has run


def shoot(page: Any, name: str, clip: dict[str, int] | None = None) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / name), clip=clip or {"x": 0, "y": 0, "width": 1920, "height": 1200})


def test_the_lineage_shows_every_asset(server: Server, page: Any) -> None:
    from assets.definitions import defs

    page.set_viewport_size({"width": 2400, "height": 3000})  # boxes of a graph that is shrunk to fit show no names
    page.goto(f"{server.url}/asset-groups")
    page.get_by_text("warehouse").first.wait_for()
    page.wait_for_timeout(3000)
    page.mouse.click(700, 2900)
    page.keyboard.press("Alt+KeyE")  # expand all groups
    page.get_by_text("source_registry", exact=True).first.wait_for()
    page.wait_for_timeout(3000)
    shown = page.inner_text("body").split()
    keys = defs.get_repository_def().asset_graph.get_all_asset_keys()
    # The graph shortens a long name in the middle (normati…_documents), and draws no box beyond the edge of the window.
    absent = [key for key in keys if not any(_fits(key.path[-1], word) for word in shown)]
    assert len(absent) <= len(keys) / 3, absent
    page.wait_for_timeout(20_000 if SHOTS else 0)  # until every box has its colour
    shoot(page, "lineage.png", clip={"x": 540, "y": 110, "width": 1860, "height": 2890})
    page.set_viewport_size({"width": 1920, "height": 1700})


def _fits(name: str, shown: str) -> bool:
    head, cut, tail = shown.partition("…")
    return name.startswith(head) and name.endswith(tail) if cut else name == shown


def test_an_asset_page_shows_description_schema_lineage_and_plot(server: Server, page: Any) -> None:
    page.goto(f"{server.url}/assets/applications?view=overview")
    page.get_by_text("申请处理情况").first.wait_for()
    page.get_by_text("non-nullable").first.wait_for()
    page.get_by_text("columns_come_from").first.wait_for()
    shoot(page, "asset-applications.png")
    page.goto(f"{server.url}/assets/marts/disclosure_rates?view=events")
    page.get_by_text("columns_come_from").first.wait_for()
    row = page.get_by_role("row").filter(has=page.get_by_text("denial_rate", exact=True)).last
    row.scroll_into_view_if_needed()
    assert "marts/application_totals: value" in row.inner_text()
    assert row.inner_text().endswith("pages: payload")
    shoot(page, "column-lineage.png")
    for asset, name in (("report_versions", "plot-reports.png"), ("findings", "plot-contradictions.png")):
        open_plot(server, page, f"/assets/{asset}?view=events")
        shoot(page, name)


@pytest.mark.parametrize("asset", ["marts/disclosure_rates", "marts/trends", "report_versions", "applications"])
def test_a_preview_fits_the_window_of_a_laptop(server: Server, page: Any, asset: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{server.url}/assets/{asset}?view=events")
    entry = page.get_by_role("row").filter(has=page.get_by_text("preview", exact=True)).first
    entry.wait_for()
    shown = entry.locator("table").first.bounding_box()
    page.set_viewport_size({"width": 1920, "height": 1700})
    assert shown is not None
    assert shown["x"] + shown["width"] <= 1440, shown


def open_plot(server: Server, page: Any, path: str) -> None:
    """Open the first Markdown of a page and wait until the picture in it has been drawn: a broken one does not decode."""
    page.goto(server.url + path)
    page.get_by_text("[Show Markdown]").first.click()
    picture = page.locator("img[src^='data:image/svg+xml']")
    picture.wait_for()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0
    page.wait_for_timeout(500)
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 800, box  # not shrunk to the narrowest dialog


def test_a_failed_check_and_its_plot_are_visible(server: Server, page: Any) -> None:
    page.goto(f"{server.url}/assets/pages?view=checks&checkDetail=sites_answer")
    page.get_by_text("sites_answer").first.click()
    page.get_by_text("blocked_js_challenge").first.wait_for()
    page.wait_for_timeout(1000)
    shoot(page, "check-sites-answer.png")
    open_plot(server, page, "/assets/pages?view=checks&checkDetail=sites_answer")
    shoot(page, "plot-hosts.png")


def test_a_run_launched_by_a_click_succeeds(server: Server, page: Any) -> None:
    page.goto(f"{server.url}/assets/findings?view=overview")
    page.get_by_role("button", name="Materialize").first.click()  # its icon is part of its name
    said = page.get_by_text("Launched run")
    said.wait_for()
    short = said.inner_text().split("Launched run")[1].split()[0]
    newest = server.ask("{ runsOrError(limit: 1) { ... on Runs { results { runId } } } }")["runsOrError"]["results"]
    assert newest[0]["runId"].startswith(short)
    assert server.end_of(newest[0]["runId"]) == "SUCCESS"
    page.goto(f"{server.url}/runs/{newest[0]['runId']}")
    page.get_by_text("Success", exact=True).first.wait_for()
    shoot(page, "run-launched.png")


def test_a_hostile_title_stays_text(server: Server, page: Any) -> None:
    """One demo report is titled with markup and script. Wherever a preview shows it, nothing runs."""
    hostile = "<script>alert('title')</script>"
    for path in ("/assets/report_versions?view=events", "/assets/documents?view=partitions&partition=zhejiang"):
        page.goto(server.url + path)
        page.get_by_text(hostile, exact=False).first.wait_for()
        page.wait_for_timeout(500)
        assert page.evaluate("() => document.querySelectorAll('img[src=\"x\"]').length") == 0
        assert (
            page.evaluate("text => [...document.scripts].some(s => s.text.includes(text))", "alert('title')") is False
        )
    shoot(page, "hostile-title.png")


def test_the_ui_starts_without_a_warning(server: Server) -> None:
    assert "Warning" not in Path(server.log.name).read_text(encoding="utf-8")
