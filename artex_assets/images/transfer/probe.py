"""What is asked of both sides before the first object: may we, and what can be relied on."""

import uuid
from base64 import b64encode
from collections.abc import Sequence
from hashlib import md5
from pathlib import Path

from artex_assets.errors import StorageError
from artex_assets.images.transfer.client import Client
from artex_assets.images.transfer.connection import Response
from artex_assets.images.transfer.disk import unusable
from artex_assets.images.transfer.failure import ObjectError, code
from artex_assets.images.transfer.signature import encode_path
from artex_assets.images.transfer.target import Traits

CONTENT = b"artex_assets looks whether this server refuses what it should."


async def probe_target(client: Client, server_side: bool) -> Traits:
    """Puts, puts again and removes a tiny object of its own. Raises StorageError: it is no use."""
    key = f"artex-probe-{uuid.uuid4().hex}"
    path = encode_path(f"{client.bucket.name}/{key}")
    right, wrong = {"content-md5": _md5(CONTENT)}, {"content-md5": _md5(b"")}
    absent = {"if-none-match": "*"}
    checks_md5 = (await _put(client, key, wrong, CONTENT)).status != 200
    _must(client, await _put(client, key, right, CONTENT), "written")
    try:
        conditional = (await _put(client, key, right | absent, CONTENT)).status == 412
        copy = {"x-amz-copy-source": path, "x-amz-metadata-directive": "REPLACE"} | absent
        conditional_copy = server_side and (await _put(client, key, copy, b"")).status == 412
    finally:
        gone = await _send(client, "DELETE", key)
    _must(client, gone, "cleaned")
    return Traits(checks_md5, conditional, conditional_copy)


async def probe_source(client: Client, keys: Sequence[str]) -> None:
    """Reads a byte of some objects. Raises StorageError when it may read none of them.

    Without a key that is there, S3 tells a reader who may not list that it is denied, as it does
    one who may not read: only when every key is denied, all of them are.
    """
    answers = [await _send(client, "GET", key, {"range": "bytes=0-0"}) for key in keys]
    if answers and all(answer.status in (401, 403) for answer in answers):
        _must(client, answers[0], "read")
    if not answers:
        answer = await _send(client, "GET", f"artex-probe-{uuid.uuid4().hex}")
        if code(answer) in ("SignatureDoesNotMatch", "InvalidAccessKeyId"):
            _must(client, answer, "read")


def probe_folder(root: Path) -> None:
    """Makes the folder and a file in it. Raises StorageError: it is no use."""
    probe = root / f".artex-probe-{uuid.uuid4().hex}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(CONTENT)
        probe.unlink()
    except OSError as error:
        raise unusable(root, error) from error


async def _put(client: Client, key: str, headers: dict[str, str], body: bytes) -> Response:
    return await _send(client, "PUT", key, headers, body, expected="BadDigest")


async def _send(
    client: Client,
    method: str,
    key: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    expected: str = "",
) -> Response:
    try:
        return await client.send(
            client.patience(), method, key, headers=headers or {}, body=body, expected=expected
        )
    except ObjectError as failure:
        raise StorageError(failure.sentence, next_step=failure.next_step) from failure


def _must(client: Client, response: Response, done: str) -> None:
    """Raises StorageError when the server refused."""
    if response.status not in (200, 204):
        raise StorageError(
            f"{client.bucket} cannot be {done} with these credentials: {code(response)}.",
            next_step="Correct the credentials, or allow them s3:GetObject and s3:ListBucket on "
            "the source, s3:PutObject, s3:GetObject and s3:DeleteObject on the target.",
        )


def _md5(content: bytes) -> str:
    return b64encode(md5(content, usedforsecurity=False).digest()).decode()
