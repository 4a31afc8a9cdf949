"""The embedded services together: PostgreSQL and S3, below one home folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from artex_assets.embedded import postgres, seaweedfs
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.embedded.process import only_one, private_folder
from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.errors import ServiceError


@dataclass(frozen=True)
class ServiceStatus:
    """How one service is: `detail` says where it listens, `log` is its log's path."""

    name: str
    running: bool
    detail: str
    log: Path


def start(home: Path, progress: Callable[[str], None] | None = None) -> None:
    """Starts what does not run yet and returns when everything is ready to be used.

    home is made, of mode 0700, when it is missing. `progress` gets a sentence before each wait.
    Two starts at once are harmless: the second waits for the first. Raises ServiceError, which says
    which service failed, why, and where its log is. After a failure or a Ctrl-C nothing runs that
    this start began.
    """
    tell = progress or (lambda sentence: None)
    private_folder(home)
    with _errors(home), only_one(home):
        s3, database = EmbeddedS3(home), EmbeddedPostgres(home)
        begun = [service for service in (s3, database) if not service.running()]
        try:
            tell("Starting PostgreSQL and SeaweedFS.")
            s3.begin()
            database.start()
            tell("PostgreSQL is ready. Waiting for SeaweedFS.")
            s3.complete()
        except BaseException:
            for service in begun:
                service.stop()
            raise
        tell("PostgreSQL and SeaweedFS are ready.")


def stop(home: Path) -> None:
    """Stops both services. Nothing happens when none runs. Raises ServiceError."""
    if not home.is_dir():
        return
    with _errors(home), only_one(home):
        EmbeddedS3(home).stop()
        EmbeddedPostgres(home).stop()


def status(home: Path) -> list[ServiceStatus]:
    """How each service is, whether it was ever started or not."""
    database, s3 = EmbeddedPostgres(home), EmbeddedS3(home)
    where = f"unix socket in {database.socket_folder}"
    with _errors(home):
        return [
            ServiceStatus(postgres.NAME, database.running(), where, database.log),
            ServiceStatus(seaweedfs.NAME, s3.running(), s3.where(), s3.log),
        ]


@contextmanager
def _errors(home: Path) -> Iterator[None]:
    """Says what the system refused below home, for example a file of another user."""
    try:
        yield
    except OSError as error:
        raise ServiceError(
            f"The folder {home} cannot be used: {error}.",
            next_step="Use it as the user who made it, or set ARTEX_HOME to another folder.",
        ) from error
