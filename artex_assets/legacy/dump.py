"""A file that pg_dump made, whatever its format, as the one SQL script that all of them mean.

Plain dumps are that script. The archives (custom, directory, tar) are turned into it by pg_restore,
which writes it to a pipe and connects to nothing. Any of them but a directory may be gzipped.
"""

import gzip
import re
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from artex_assets.embedded.postgres import binary
from artex_assets.errors import BackupError

PLAIN = b"--\n-- PostgreSQL database dump\n"
CUSTOM = b"PGDMP"
GZIP = b"\x1f\x8b"

REMAKE = (
    "Make or copy the dump again (pg_dump --format=custom), with a PostgreSQL that is not newer "
    "than 18."
)
REPACK = (
    "Make the dump with --compress=gzip, or make it a script by a pg_restore that can read it "
    "(pg_restore --file=backup.sql), and set LEGACY_BACKUP to that."
)

# How files begin that are taken for a dump, what they are, and what to do about it.
_OTHERS: Mapping[bytes, tuple[str, str]] = {
    b"--\n-- PostgreSQL database cluster dump": ("it is by pg_dumpall", REMAKE),
    b"\x28\xb5\x2f\xfd": ("it is compressed by zstd", "Unpack it first (zstd --decompress)."),
    b"\x04\x22\x4d\x18": ("it is compressed by lz4", "Unpack it first (lz4 --decompress)."),
    b"\xfd7zXZ\0": ("it is compressed by xz", "Unpack it first (unxz)."),
    b"BZh": ("it is compressed by bzip2", "Unpack it first (bunzip2)."),
    b"PK\x03\x04": ("it is a zip file", "Unpack it first (unzip)."),
    b"-----BEGIN PGP MESSAGE": ("it is encrypted by PGP", "Decrypt it first (gpg --decrypt)."),
    b"\x84": ("it is encrypted by PGP", "Decrypt it first (gpg --decrypt)."),
    b"\x85": ("it is encrypted by PGP", "Decrypt it first (gpg --decrypt)."),
    b"\x8c": ("it is encrypted by PGP", "Decrypt it first (gpg --decrypt)."),
    b"Salted__": ("it is encrypted by openssl", "Decrypt it first (openssl enc -d)."),
    b"\xff\xfe": (
        "it is in UTF-16, as PowerShell's > writes",
        "Make the dump again with pg_dump --file.",
    ),
    b"<": ("it is a page of HTML or XML, as a failed download leaves", "Download it again."),
}


@contextmanager
def script(backup: Path, folder: Path) -> Iterator[Iterator[bytes]]:
    """The lines of the SQL script of `backup`, as bytes in the encoding that it names itself.

    folder: where a gzipped archive is unpacked meanwhile. Raises BackupError when the file is no
    dump, and at the end when it turned out to be damaged or truncated: what was read until then is
    not to be used. The reader raises EOFError where the script ends too early. Raises OSError when
    the file cannot be read.
    """
    try:
        if backup.is_dir():
            if not (backup / "toc.dat").is_file():
                raise _no_dump(backup, "it is a folder without toc.dat")
            opened = _unpacked(backup, backup)
        elif _head(backup).startswith(GZIP):
            with gzip.open(backup) as packed:
                head = packed.read(512)
            opened = _of_packed(backup, head, folder)
        else:
            opened = _of_file(backup)
        with opened as stream:
            yield stream
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise damaged(backup, "it ends too early, or is damaged") from None


def damaged(backup: Path, reason: str, next_step: str = REMAKE) -> BackupError:
    """The error that says that `backup` is a dump, but cannot be read."""
    return BackupError(
        f"The backup {backup.name} cannot be read: {reason}. The target was not touched.",
        next_step=next_step,
    )


def _no_dump(backup: Path, reason: str, next_step: str = REMAKE) -> BackupError:
    return BackupError(f"{backup} is not a dump by pg_dump: {reason}.", next_step=next_step)


def _lines(stream: Iterable[bytes], head: bytes) -> Iterator[bytes]:
    """The lines of a script, with the ends that they had before Windows wrote them, if it did.

    No row is touched: pg_dump spells a carriage return of its own as `\\r`.
    """
    if b"\r\n" not in head:
        return iter(stream)
    return (line[:-2] + b"\n" if line.endswith(b"\r\n") else line for line in stream)


def _plain(head: bytes) -> bool:
    """Whether a file that begins so is a script of pg_dump's."""
    return head.replace(b"\r\n", b"\n").startswith(PLAIN)


def _head(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(512)


def _archive(head: bytes) -> bool:
    """Whether a file that begins so is one of pg_restore's: custom, or tar with toc.dat first."""
    return head.startswith(CUSTOM) or (head.startswith(b"toc.dat\0") and head[257:262] == b"ustar")


@contextmanager
def _of_file(backup: Path) -> Iterator[Iterator[bytes]]:
    head = _head(backup)
    if _archive(head):
        with _unpacked(backup, backup) as stream:
            yield stream
    elif _plain(head):
        with backup.open("rb") as stream:
            yield _lines(stream, head)
    elif not head:
        raise _no_dump(backup, "the file is empty")
    else:
        for beginning, (reason, next_step) in _OTHERS.items():
            if head.lstrip().startswith(beginning):
                raise _no_dump(backup, reason, next_step)
        raise _no_dump(backup, "it begins like something else")


@contextmanager
def _of_packed(backup: Path, head: bytes, folder: Path) -> Iterator[Iterator[bytes]]:
    if _plain(head):
        with gzip.open(backup) as stream:
            yield _lines(stream, head)
    elif _archive(head):
        # pg_restore seeks, which it cannot do in a pipe.
        with tempfile.NamedTemporaryFile(dir=folder, prefix="unpacked_backup_") as whole:
            with gzip.open(backup) as packed:
                shutil.copyfileobj(packed, whole, 1 << 20)
            whole.flush()
            with _unpacked(backup, Path(whole.name)) as stream:
                yield stream
    else:
        raise _no_dump(backup, "what is gzipped in it begins like something else")


@contextmanager
def _unpacked(backup: Path, archive: Path) -> Iterator[Iterator[bytes]]:
    """What pg_restore makes of `archive`, whose name in errors is `backup`'s."""
    if archive.is_file() and not _head(archive).startswith(CUSTOM) and not _whole_tar(archive):
        raise damaged(backup, "the tar ends too early, or is damaged")
    command: list[str | Path] = [binary("pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
    command.append(archive)
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints) as process,
    ):
        assert process.stdout is not None
        early = False
        try:
            yield process.stdout
        except EOFError:
            early = True  # pg_restore knows better why
        except BaseException:
            process.kill()
            raise
        status = process.wait()
        complaints.seek(0)
        if status != 0:
            reason = _reason(complaints.read().decode(errors="replace"))
            # Of the libraries that PostgreSQL compresses with, ours has zlib alone.
            packed = "does not support compression" in reason
            raise damaged(backup, reason, REPACK if packed else REMAKE)
        if early:
            raise EOFError


def _whole_tar(archive: Path) -> bool:
    """Whether a tar's members fill it up to its end: two empty blocks of 512 bytes.

    pg_restore 18 reads for ever when a tar is cut within a member.
    """
    end = 0
    try:
        with tarfile.open(archive, "r:") as members:
            for member in members:
                end = member.offset_data + -(-member.size // 512) * 512
    except tarfile.TarError:
        return False
    return archive.stat().st_size == end + 1024


def _reason(complaints: str) -> str:
    """pg_restore's own sentence. It may quote the names of folders and tables, never a row."""
    for line in complaints.splitlines():
        _, found, sentence = line.partition("error: ")
        if found:
            return re.sub(r"\s+", " ", sentence).strip().rstrip(".")
    return "pg_restore failed without saying why"
