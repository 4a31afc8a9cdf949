"""Signature version 4 of AWS, for S3.

Written out because botocore's takes longer to sign a request than the S3 server here takes to
answer it. S3 differs from AWS's other services in that a path is encoded once and never normalized:
`a//b` and `a/../b` are keys like any other.
Source: AWS, *Authenticating Requests: Using the Authorization Header*.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

UNSIGNED = "UNSIGNED-PAYLOAD"


def encode_path(path: str) -> str:
    """A path as S3 signs and is sent it: UTF-8, all but `A-Z a-z 0-9 - _ . ~ /` escaped."""
    return quote(path, safe="/-_.~")


def encode_query(query: Mapping[str, str]) -> str:
    """A query as S3 signs and is sent it: sorted, and every name followed by `=`."""
    pairs = sorted((quote(name, safe="-_.~"), quote(query[name], safe="-_.~")) for name in query)
    return "&".join(f"{name}={value}" for name, value in pairs)


def sign(
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    *,
    region: str,
    access_key: str,
    secret_key: str,
    session_token: str | None,
    body: bytes | None,
) -> None:
    """Adds the signature to `headers`, whose names are in lower case and include `host`.

    path and query are encoded already. `body` is what the signature covers; None leaves it out,
    which is for connections that nobody between the two ends can change.
    """
    now, day = _stamps(int(time.time()))
    digest = UNSIGNED if body is None else hashlib.sha256(body).hexdigest()
    headers["x-amz-content-sha256"] = digest
    headers["x-amz-date"] = now
    if session_token:
        headers["x-amz-security-token"] = session_token
    names = sorted(headers)
    signed = ";".join(names)
    lines = "".join([f"{name}:{' '.join(headers[name].split())}\n" for name in names])
    canonical = f"{method}\n{path}\n{query}\n{lines}\n{signed}\n{digest}"
    scope = f"{day}/{region}/s3/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}"
    signature = hmac.digest(_key(secret_key, day, region), text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={signed}, "
        f"Signature={signature}"
    )


@lru_cache(maxsize=4)
def _stamps(second: int) -> tuple[str, str]:
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
    return now, now[:8]


@lru_cache(maxsize=8)
def _key(secret_key: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
