"""What a person should look at."""

from dataclasses import dataclass

FAILED_CHECK = "check failed"


@dataclass(frozen=True)
class Attention:
    """One thing that a person should look at: which row or image, and why.

    table: the table or image set. kind: `quarantined`, `edited`, `failed` (an image), or
    `check failed` for what a check of severity ERROR finds. key: its id, an image's attachment's.
    """

    table: str
    kind: str
    key: str
    reason: str
