"""Two homes with real services: that of the demo, and one whose targets are given by DATABASE_URL.

The tests of each home have a folder, which one worker of pytest-xdist gets: it is started once.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from artex_assets.embedded.postgres import DAGSTER_DATABASE, TARGET_DATABASE
from artex_assets_tests.end_to_end.command import Artex
from artex_assets_tests.end_to_end.outcome import Target, versions

PASSWORD = "canary-password-51c7"  # noqa: S105


@dataclass(frozen=True)
class Demo:
    """A home in which `artex demo` was run, and then `artex migrate --only core --json`.

    after_first, after_second: the versions of all rows of the target.
    """

    artex: Artex
    url: str
    first: "subprocess.CompletedProcess[str]"
    second: "subprocess.CompletedProcess[str]"
    target: Target
    after_first: dict[str, list[tuple[str, str]]]
    after_second: dict[str, list[tuple[str, str]]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, migrated twice. Its path has a space."""
    artex = Artex(tmp_path_factory.mktemp("demo") / "the home")
    try:
        first = artex.run("demo")
        assert artex.server.running(), first.stderr
        url = artex.url(TARGET_DATABASE)
        after_first = versions(url)
        second = artex.run("migrate", "--only", "core", "--json")
        yield Demo(artex, url, first, second, Target(url), after_first, versions(url))
    finally:
        artex.run("down")


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Artex]:
    """A home whose services run; the URL of Dagster's storage has a password."""
    home = tmp_path_factory.mktemp("given") / "home"
    artex = Artex(home)
    artex.settings["DAGSTER_POSTGRES_URL"] = artex.url(DAGSTER_DATABASE, PASSWORD)
    try:
        status = artex.run("status")
        assert status.returncode == 2, status.stderr
        yield artex
    finally:
        artex.run("down")
