"""The documented configurations hold what Dagster, its launchers and Kubernetes ask for. No cluster runs here."""

import re
import tomllib
from pathlib import Path
from typing import Any, cast

import kubernetes.client
import pytest
import yaml
from dagster._config import process_config, resolve_to_config_type
from dagster._core.instance.config import dagster_instance_config
from dagster_docker import DockerRunLauncher
from dagster_k8s import K8sRunLauncher

from assets.definitions import defs
from schemas.settings import Settings
from schemas.vocabulary import PROVINCES
from tests.integration.scale.machines import PROJECT

DEPLOY = PROJECT / "deploy"
LAUNCHERS: dict[str, Any] = {"docker": DockerRunLauncher, "k8s": K8sRunLauncher}
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "k8s" / "gongkai.yaml").read_text("utf-8")))


@pytest.mark.parametrize("name", LAUNCHERS)
def test_the_instance_and_its_launcher_are_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_POSTGRES_URL", "postgresql://u:p@127.0.0.1/x")
    config, _ = dagster_instance_config(str(DEPLOY / name))  # raises on what Dagster does not know
    chosen = config["run_launcher"]
    assert (chosen["module"], chosen["class"]) == (f"dagster_{name}", LAUNCHERS[name].__name__)
    judged = process_config(resolve_to_config_type(LAUNCHERS[name].config_type()), chosen["config"])
    assert judged.success, judged.errors


def test_a_misspelt_launcher_key_is_seen() -> None:
    """The check above is able to fail."""
    judged = process_config(resolve_to_config_type(DockerRunLauncher.config_type()), {"imagge": "x"})
    assert not judged.success


def test_the_docker_launcher_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    config = yaml.safe_load((DEPLOY / "docker" / "dagster.yaml").read_text("utf-8"))["run_launcher"]["config"]
    launcher = DockerRunLauncher.from_config_value(cast("Any", None), config)
    assert (launcher.image, launcher.networks) == ("gongkai:cluster", ["gongkai"])


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda m: f"{m['kind']}-{m['metadata']['name']}")
def test_a_manifest_has_the_keys_that_kubernetes_knows(manifest: dict[str, Any]) -> None:
    group, _, version = manifest["apiVersion"].rpartition("/")
    model = getattr(kubernetes.client, f"{version.capitalize()}{manifest['kind']}")
    assert group in ("", "apps", "networking.k8s.io", "rbac.authorization.k8s.io")
    assert unknown(manifest, model.__name__) == []


def unknown(value: Any, kind: str, where: str = "") -> list[str]:
    """Keys that the Kubernetes model ``kind`` does not have, with their place."""
    if inner := re.fullmatch(r"list\[(.+)\]", kind):
        return [line for n, item in enumerate(value) for line in unknown(item, inner[1], f"{where}[{n}]")]
    model = getattr(kubernetes.client, kind, None)
    if model is None or not hasattr(model, "openapi_types"):
        return []
    names = {key: attribute for attribute, key in model.attribute_map.items()}
    lines = [f"{where}.{key}" for key in value if key not in names]
    for key in value.keys() & names.keys():
        lines += unknown(value[key], model.openapi_types[names[key]], f"{where}.{key}")
    return lines


def test_an_unknown_key_is_seen() -> None:
    pod = {"spec": {"containers": [{"name": "a", "imagePullPolice": "Never"}]}}
    assert unknown(pod, "V1Pod") == [".spec.containers[0].imagePullPolice"]


def test_what_a_manifest_refers_to_is_there() -> None:
    known = {manifest["metadata"]["name"] for manifest in MANIFESTS} | {"dagster-instance", "gongkai-secrets"}
    launcher = yaml.safe_load((DEPLOY / "k8s" / "dagster.yaml").read_text("utf-8"))["run_launcher"]["config"]
    named = [*launcher["env_config_maps"], *launcher["env_secrets"], launcher["instance_config_map"]]
    assert set(named) | {launcher["service_account_name"], launcher["job_namespace"]} <= known
    settings = next(m for m in MANIFESTS if m["metadata"]["name"] == "gongkai-settings")["data"]
    ours = {name: value for name, value in settings.items() if name.startswith("GONGKAI_")}
    Settings(**{name.removeprefix("GONGKAI_").lower(): value for name, value in ours.items()})
    assert all(name.removeprefix("GONGKAI_").lower() in Settings.model_fields for name in ours)
    scheduler = next(m for m in MANIFESTS if m["kind"] == "Service" and m["metadata"]["name"] == "dask-scheduler")
    assert settings["GONGKAI_EXECUTOR"] == f"dask://dask-scheduler:{scheduler['spec']['ports'][0]['port']}"


def test_every_image_and_every_range_is_the_same() -> None:
    texts = [path.read_text("utf-8") for path in DEPLOY.glob("[dk][o8]*/*") if path.is_file()]
    images = {image for text in texts for image in re.findall(r"^\s*(?:- )?(?:job_)?image: (\S+)", text, re.MULTILINE)}
    assert images == {"gongkai:cluster"}
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    declared = {line for name in ("cluster", "s3", "dev") for line in extras[name]}
    lines = (DEPLOY / "docker" / "constraints.txt").read_text("utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} <= declared


def test_a_province_can_be_launched_alone() -> None:
    """The commands in deploy/docker/dagster.yaml name jobs and partitions that exist."""
    text = (DEPLOY / "docker" / "dagster.yaml").read_text("utf-8")
    asked = re.findall(r"-j (\w+) --tags '\{\"dagster/partition\": \"(\w+)\"\}'", text)
    assert [job for job, _ in asked] == ["crawl_and_read", "nightly"]
    for job, province in asked:
        assert defs.get_job_def(job).partitions_def is not None
        assert province in PROVINCES


def test_the_paths_in_the_manifests_exist() -> None:
    commands = [
        c.get("command", [])
        for m in MANIFESTS
        if m["kind"] == "Deployment"
        for c in m["spec"]["template"]["spec"]["containers"]
    ]
    files = [word for command in commands for word in command if word.startswith("deploy/")]
    assert files
    assert all(Path(PROJECT / word).is_file() for word in files)
