"""What can go wrong, as sentences for the person who has to mend it.

Every error says what happened, to which table or file or id, why, and what to do next. It never
holds personal data or a secret. The command line prints it and ends with status 1; a Dagster run
shows it as the failure of its step.
"""


class ArtexError(Exception):
    """The root of what this project raises on purpose.

    `what` is the sentence that says what happened; `next_step` says what to do about it.
    """

    def __init__(self, what: str, *, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step


class SettingsError(ArtexError):
    """A setting is missing, unknown or contradicts another one."""


class ServiceError(ArtexError):
    """An embedded service did not start, or stopped."""


class BackupError(ArtexError):
    """A legacy backup cannot be read: no dump, truncated, damaged, or of another database."""


class LegacyError(ArtexError):
    """The legacy database lacks something that the migration cannot do without."""


class LegacyCutError(LegacyError):
    """Reading the legacy database was cut short; reading all of it once more may succeed."""


class TargetError(ArtexError):
    """The target database cannot be reached, or lacks a table or column that is needed."""


class LockedError(ArtexError):
    """Another run holds the target's lock."""


class DeclarationError(ArtexError):
    """A file in `tables/` contradicts itself or another one."""


class ImageError(ArtexError):
    """An image cannot be read, verified or kept where it belongs."""


class StorageError(ArtexError):
    """A bucket or image folder cannot be used: unreachable, denied, expired, full or not there."""
