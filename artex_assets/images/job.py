"""What a run of an image set is given, and what it says of each batch."""

from dataclasses import dataclass, field

from artex_assets.images.ledger import Entry
from artex_assets.images.sets import ImageSet
from artex_assets.images.transfer import Transfer
from artex_assets.vocabulary import State

NAMED = 100
"""Failed images a batch that are named; the ledger has all."""


@dataclass
class Batch:
    """What a run did in one batch. Counts are images by state; copied is bytes of this run.

    failures: the first of them. seconds: since its first image was begun. samples: pictures, as
    they are in the target; they are there until the next batch is asked for.
    """

    key: str
    images: int = 0
    states: dict[str, int] = field(default_factory=dict)
    failures: list[Entry] = field(default_factory=list)
    copied: int = 0
    adopted: int = 0
    done_now: int = 0
    retries: int = 0
    seconds: float = 0.0
    samples: list[bytes] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Nothing of it is failed or pending."""
        return not any(self.states.get(str(state)) for state in (State.FAILED, State.PENDING))

    def tell(self, entry: Entry) -> None:
        """Counts an image that came out like this."""
        self.states[str(entry.state)] = self.states.get(str(entry.state), 0) + 1
        self.done_now += entry.state == State.MIGRATED
        if entry.state == State.FAILED and len(self.failures) < NAMED:
            self.failures.append(entry)


@dataclass(frozen=True)
class Job:
    """What a run of an image set needs beside the plan.

    copy: the transfer, bound to its source, target and policy. service: the target's service_name.
    highest: the highest legacy ids of blobs and attachments, of all sets. limit: at most so many
    images are taken up (a sample), None for all.
    """

    image_set: ImageSet
    run_id: str
    service: str
    template: str
    max_pixels: int
    copy: Transfer
    highest: tuple[int, int]
    limit: int | None = None
