"""Copies objects from a bucket to another one, or to a folder, with proof of their content.

It knows nothing of Dagster and of databases. A `Transfer` is bound to its source, its target and a
`Policy`; called with items and an inspector it yields a `Copied` or a `NotCopied` for each item.
"""

from artex_assets.images.transfer.bucket import Bucket
from artex_assets.images.transfer.engine import Transfer
from artex_assets.images.transfer.items import (
    Copied,
    Inspect,
    Inspected,
    Item,
    NotCopied,
    Obstacle,
    Policy,
    Proof,
)

__all__ = [
    "Bucket",
    "Copied",
    "Inspect",
    "Inspected",
    "Item",
    "NotCopied",
    "Obstacle",
    "Policy",
    "Proof",
    "Transfer",
]
