"""A disk that fills up while a backup is restored: a small one of memory, really full."""

import gzip
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import BackupError
from artex_assets.legacy.backup import UNFINISHED
from artex_assets_tests.legacy.dumps import (
    PLAIN_TABLES,
    TABLES,
    ask,
    databases,
    dump,
    execute,
    restore,
)

MIB = 1024 * 1024
ROOM = 56 * MIB
"""What is left on the disk once the server runs and has restored a small backup."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 160 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(folder)]
    may = Path(mount[0]).exists() and os.geteuid() == 0
    if not may or subprocess.run(mount, check=False).returncode != 0:
        # Nothing but a disk of its own is filled; root in a container may lack the right, too.
        pytest.skip("only who may mount a disk can fill one")
    yield folder
    subprocess.run(["/bin/umount", folder], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[EmbeddedPostgres]:
    """A server of its own on that disk."""
    server = EmbeddedPostgres(disk / "home")
    server.start()
    yield server
    (disk / "ballast").unlink(missing_ok=True)
    server.stop()


def fill(disk: Path) -> Path:
    """A file that leaves `ROOM` on the disk."""
    state = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as opened:
        os.posix_fallocate(opened.fileno(), 0, state.f_bavail * state.f_frsize - ROOM)
    return ballast


def test_a_full_disk_is_named_and_costs_neither_the_server_nor_the_last_backup(
    postgres: EmbeddedPostgres,
    database: str,
    disk: Path,
    server: EmbeddedPostgres,
    tmp_path: Path,
) -> None:
    execute(database, PLAIN_TABLES)
    small = dump(database, tmp_path / "small.dump")
    rows = "INSERT INTO users SELECT n, repeat('x', 450) FROM generate_series(9, 140000) n"
    execute(database, rows)
    large = dump(database, tmp_path / "large.dump", "--compress=gzip:1")
    packed = tmp_path / "packed.gz"
    whole = dump(database, tmp_path / "whole.dump", "--compress=0")
    packed.write_bytes(gzip.compress(whole.read_bytes(), 1))
    url = restore(small, server, TABLES)
    ballast = fill(disk)

    for backup in (large, packed):
        with pytest.raises(BackupError) as refused:
            restore(backup, server, TABLES)
        assert "No space left on device" in str(refused.value)
        assert server.running()
        assert UNFINISHED not in databases(url)
        assert not list(server.home.glob("unpacked_backup_*"))
        assert ask(url, "SELECT count(*) FROM users") == [(4,)]

    ballast.unlink()
    assert ask(restore(large, server, TABLES), "SELECT count(*) FROM users") == [(139_996,)]
