"""What `artex` says when it is asked for help, called wrongly, or given settings that cannot be."""

import subprocess
import sys
from pathlib import Path

import pytest

from artex_assets.cli.main import artex as group
from artex_assets_tests.end_to_end.command import Artex

COMMANDS = sorted(group.commands)
SECRET = "canary-3f9a"  # noqa: S105
URL = f"postgresql://artex:{SECRET}@db.example/app"


@pytest.fixture
def artex(tmp_path: Path) -> Artex:
    """The command in a home where nothing was started, and nothing shall be."""
    return Artex(tmp_path / "home")


def test_these_are_the_commands() -> None:
    assert {"demo", "down", "env", "migrate", "status", "up"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_and_starts_nothing_for_it(artex: Artex, command: str) -> None:
    result = artex.run(command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: artex {command}")
    description = group.commands[command].help
    assert description
    assert description.split()[0] in result.stdout
    assert not artex.home.exists()


def test_help_says_what_the_exit_status_means(artex: Artex) -> None:
    result = artex.run("--help")
    assert result.returncode == 0
    assert all(f"  {command} " in result.stdout for command in COMMANDS)
    assert "0 clean; 2 finished" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["migrat"], "No such command 'migrat'"),
        (["migrate", "--only", "everything"], "'everything' is not "),
        (["migrate", "twice"], "unexpected extra argument"),
        (["status", "--yaml"], "No such option"),
        (["up", "--port", "http"], "'http' is not a valid integer"),
        (["up", "--port", "70000"], "70000 is not in the range"),
    ],
)
def test_wrong_usage_ends_with_1_and_says_what_is_wrong(
    artex: Artex, arguments: list[str], says: str
) -> None:
    result = artex.run(*arguments)
    assert result.returncode == 1
    assert says in result.stderr
    assert not artex.home.exists()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"ARTEX_LEGACY_PRICE_UNIT": "pence"}, "ARTEX_LEGACY_PRICE_UNIT must be 'cents' or"),
        ({"ARTEX_MISSING_RELEASE_DATE": "now"}, "must be 'migration_date' or 'null'"),
        ({"ARTEX_CARRY_PASSWORDS": "maybe"}, "ARTEX_CARRY_PASSWORDS must be true or false"),
        ({"ARTEX_SNAPSHOT_URL": "gs://b/p"}, "must be a folder or s3://bucket/prefix"),
        ({"DATABASE_URL": URL}, "DATABASE_URL names a target, but no legacy database is named"),
        ({"DATABASE_URL": SECRET}, "DATABASE_URL: it must be a URL such as postgresql://"),
        ({"DATABASE_URL": f"mysql://a:{SECRET}@b/c"}, "it must be a URL such as postgresql://"),
        ({"DATABASE_URL": f"postgres://a:/{SECRET}@b/c"}, "must be written as %2F"),
        ({"DATABASE_URL": f"postgres://[{SECRET}@b/c"}, "it cannot be read as a URL"),
        (
            {"LEGACY_DATABASE_URL": URL, "LEGACY_BACKUP": "a.dump"},
            "LEGACY_BACKUP and LEGACY_DATABASE_URL are both set",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused_before_anything_is_started(
    artex: Artex, settings: dict[str, str], says: str
) -> None:
    result = artex.run("migrate", **settings)
    assert result.returncode == 1
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert SECRET not in result.stderr + result.stdout
    assert result.stdout == ""
    assert not artex.home.exists()


@pytest.mark.parametrize("name", ["DATABASE_URL", "LEGACY_BACKUP", "LEGACY_DATABASE_URL"])
def test_the_demo_is_for_the_embedded_target_only(artex: Artex, name: str) -> None:
    result = artex.run("demo", **{name: URL})
    assert result.returncode == 1
    assert f"{name} is set" in result.stderr
    assert SECRET not in result.stderr
    assert not artex.home.exists()


def test_a_home_that_cannot_be_made_is_named(artex: Artex, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = artex.run("status", ARTEX_HOME=str(tmp_path / "file" / "home"))
    assert result.returncode == 1
    assert f"The folder {tmp_path / 'file' / 'home'} cannot be used" in result.stderr


def test_env_prints_what_a_shell_can_evaluate(artex: Artex, tmp_path: Path) -> None:
    home = tmp_path / "a home; rm -rf x"
    result = artex.run("env", ARTEX_HOME=str(home), LEGACY_BACKUP="some.dump")
    assert result.returncode == 0
    shell = subprocess.run(
        ["/bin/sh", "-c", f"{result.stdout}\nprintenv ARTEX_HOME DAGSTER_HOME LEGACY_BACKUP"],
        capture_output=True,
        text=True,
        check=True,
    )
    said = shell.stdout.splitlines()
    assert said[:2] == [str(home), str(home / "dagster")]
    assert said[2].endswith("/some.dump")
    assert Path(said[2]).is_absolute()
    assert (home / "dagster" / "dagster.yaml").is_file()


def test_help_and_status_do_not_wait_for_dagster() -> None:
    code = (
        "import sys; import artex_assets.cli.main, artex_assets.cli.migrate; "
        "sys.exit('dagster' in sys.modules or 'pandera' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
