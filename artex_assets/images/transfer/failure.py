"""What a server's refusal means: pass over, try again, fail this object, or stop."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from artex_assets.errors import StorageError
from artex_assets.images.transfer.bucket import Bucket
from artex_assets.images.transfer.connection import Response
from artex_assets.images.transfer.items import Item, Obstacle

CODE = re.compile(rb"<Code>([A-Za-z0-9.]+)</Code>")

BAD_DIGEST = "BadDigest"
"""The bytes do not have the MD5 that was sent with them."""

PASSING = frozenset(
    {
        BAD_DIGEST,  # hurt on the way to the server
        "ConditionalRequestConflict",
        "IncompleteBody",
        "InternalError",
        "OperationAborted",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "TooManyRequests",
    }
)
"""Codes of refusals that pass."""

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})

HOPELESS = {
    "RequestTimeTooSkewed": "Set this machine's clock, then run it again.",
    "NoSuchBucket": "Correct the bucket's name, or make it.",
    "InvalidAccessKeyId": "Correct the access key id.",
    "InvalidToken": "Correct the session token.",
    "AuthorizationHeaderMalformed": "Correct the region.",
    "PermanentRedirect": "Correct the region.",
    "InvalidBucketName": "Correct the bucket's name.",
    "AccountProblem": "Ask whoever owns the account.",
}
"""Codes after which no other object would fare better, with what to do."""


class ObjectError(Exception):
    """One object cannot be copied. `reason` is an Obstacle."""

    def __init__(self, reason: str, sentence: str, next_step: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence
        self.next_step = next_step


class UnlikeError(ObjectError):
    """The object has another MD5 than the legacy row says: `found`, base64."""

    def __init__(self, item: Item, found: str) -> None:
        super().__init__(
            Obstacle.CHECKSUM_MISMATCH,
            f"The object {item.source_key} has the MD5 {found}, the legacy row says {item.md5}.",
            "Put the right object in its place and retry, or accept the loss.",
        )
        self.found = found


class ChangedError(Exception):
    """The object changed between two reads."""


def code(response: Response) -> str:
    """The code of S3's error, or its status where there is none."""
    found = CODE.search(response.body)
    return found.group(1).decode() if found else f"status {response.status}"


def passes(response: Response) -> bool:
    """Whether the same request may succeed later."""
    return response.status in (429, 500, 502, 503, 504) or code(response) in PASSING


def slows(response: Response) -> bool:
    """Whether the server asks for less at once."""
    return response.status in (429, 500, 503) or code(response) == "SlowDown"


def stop_if_hopeless(bucket: Bucket, response: Response) -> None:
    """Raises StorageError when no other object would fare better."""
    name = code(response)
    if name in EXPIRED:
        raise StorageError(
            f"The credentials for {bucket} have expired.",
            next_step="Renew them and run it again: what is copied stays, and is not copied again.",
        )
    if name == "RequestTimeTooSkewed":
        raise StorageError(
            f"The clocks of this machine and of the server of {bucket} differ{_by(response)}, so "
            "that it refuses every signature.",
            next_step=HOPELESS[name],
        )
    if name in HOPELESS:
        region = response.headers.get("x-amz-bucket-region")
        raise StorageError(
            f"The server refuses {bucket}: {name}"
            + (f", it is in the region {region}." if region else "."),
            next_step=HOPELESS[name],
        )


def _by(response: Response) -> str:
    date = response.headers.get("date")
    if date is None:
        return ""
    apart = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    return f" by {apart / 60:.0f} minutes"
