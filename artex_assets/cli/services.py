"""`artex up`, `artex down` and `artex env`: the services and the Dagster UI."""

import http.client
import os
import socket
import sys
import time
import urllib.request
from pathlib import Path

from artex_assets.cli.environment import dagster_home, environment
from artex_assets.cli.terminal import say
from artex_assets.embedded import services
from artex_assets.embedded.defaults import target_url
from artex_assets.embedded.process import BackgroundProcess, failure
from artex_assets.errors import ServiceError
from artex_assets.images.storage import embedded as embedded_bucket
from artex_assets.settings import PROJECT, Settings
from artex_assets.target.schema import create

START_SECONDS = 120.0


def start(settings: Settings) -> None:
    """Starts the embedded services and makes the embedded target's schema. Raises ServiceError.

    Nothing is started when every database and bucket is named: whoever has servers needs none.
    """
    named = (settings.database_url, settings.legacy_database_url, settings.dagster_postgres_url)
    if not all(named) or embedded_bucket(settings):
        services.start(settings.home)
    dagster_home(settings)
    if settings.database_url is None:
        create(target_url(settings))


def user_interface(settings: Settings) -> BackgroundProcess:
    """Dagster's webserver, daemon and code server: one program with its children."""
    return BackgroundProcess("dagster", settings.home)


def up(settings: Settings, port: int) -> str:
    """Starts everything, and returns the URL of the UI once it answers. Raises ServiceError."""
    start(settings)
    dagster = user_interface(settings)
    url = f"http://127.0.0.1:{port}"
    if dagster.running():
        if not _answers(url):
            raise ServiceError(
                f"The Dagster UI runs already, but not at {url}.",
                next_step="Run `artex down` first, then `artex up` again.",
            )
        return url
    if not _free(port):
        raise ServiceError(
            f"Port {port} on 127.0.0.1 is taken by another program.",
            next_step="Stop that program, or choose another port: artex up --port 3001.",
        )
    say("Starting the Dagster UI.")
    program = Path(sys.executable).with_name("dagster")
    arguments = ["dev", "--host", "127.0.0.1", "--port", str(port)]
    arguments += ["--workspace", str(PROJECT / "workspace.yaml")]
    dagster.start([program, *arguments], {**os.environ, **environment(settings)}, PROJECT)
    try:
        _wait(dagster, url)
    except BaseException:
        dagster.stop()
        raise
    return url


def down(settings: Settings) -> None:
    """Stops the UI with the runs that it started, and the services. Raises ServiceError."""
    user_interface(settings).stop()
    services.stop(settings.home)


def _wait(dagster: BackgroundProcess, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if not dagster.running():
            raise failure("The Dagster UI", "ended while it started", dagster.log)
        if time.monotonic() > deadline:
            raise failure("The Dagster UI", f"does not answer at {url}", dagster.log)
        time.sleep(0.2)


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/server_info", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
