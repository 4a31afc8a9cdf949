"""Attachments, blobs and objects of the difficult backup: an image of every outcome."""

from dataclasses import replace

from artex_assets.images.transfer import Obstacle
from artex_assets.vocabulary import Change, ImageWarning, Reason, State
from data_fixtures.difficult.alike import MIDNIGHT
from data_fixtures.difficult.contents import GIF, HTML, HUGE, WEBP, jpeg, png, svg
from data_fixtures.difficult.image import (
    SALE,
    Became,
    Blob,
    Image,
    attached,
    blob_cells,
    failed,
    held,
    md5,
    migrated,
    unfit,
)
from data_fixtures.difficult.ordinary import Value

BLOBS, ATTACHMENTS = "active_storage_blobs", "active_storage_attachments"
FIRST, FURTHER = "image", "additional_images"


def _named(id: int, record: int, what: str, filename: str) -> Image:
    """A file name that is carried byte for byte."""
    return migrated(id, record, what, values={"filename": filename})


def _keyed(id: int, record: int, what: str, key: str) -> Image:
    """A key that is carried byte for byte."""
    return migrated(id, record, what, values={"key": key})


def _typed(
    id: int, record: int, what: str, declared: str | None, content: bytes, is_: str
) -> Image:
    """A declared type that the bytes contradict."""
    became = Became(
        State.MIGRATED,
        name=FIRST,
        blob={"content_type": is_},
        records={(BLOBS, "content_type"): (Change.CONTENT_TYPE_CORRECTED, declared)},
    )
    return migrated(id, record, what, content, values={"content_type": declared}, became=became)


def _odd(id: int, record: int, what: str, content: bytes, warning: ImageWarning) -> Image:
    became = Became(State.MIGRATED, name=FIRST, warnings=str(warning))
    return migrated(id, record, what, content, became=became)


def _unchecked(id: int, record: int, what: str, checksum: str | None) -> Image:
    became = Became(State.MIGRATED, name=FIRST, blob={"checksum": md5(jpeg(id))}, verified=False)
    return migrated(id, record, what, values={"checksum": checksum}, became=became)


def _promoted(id: int, record: int, what: str, name: str | None) -> Image:
    """An artwork without an attachment named `image`."""
    records = {(ATTACHMENTS, "name"): (Change.IMAGE_PROMOTED, name)}
    became = Became(State.MIGRATED, name=FIRST, records=records)
    return migrated(id, record, what, attachment={"name": name}, became=became)


def _further(id: int, record: int, what: str, name: str) -> Image:
    became = Became(State.MIGRATED, name=FURTHER)
    return migrated(id, record, what, attachment={"name": name}, became=became)


def _also(
    attachment: dict[str, Value], what: str, name: str | None = None, into: int | None = None
) -> Image:
    """An attachment whose blob another one has."""
    became = Became(State.MERGED if into else State.MIGRATED, name=name, into=into)
    return Image(what, attachment, None, became, attachment, became)


PLACES = [
    migrated(1, 1),
    _further(2, 1, "a second one of artwork 1 that is named `image`", "image"),
    _further(3, 1, "one of artwork 1 with another name", "back"),
    _promoted(4, 2, "the first one of an artwork that has none named `image`", "back"),
    _further(5, 2, "the second one of artwork 2, which has none named `image`", "detail"),
    _promoted(50, 38, "no name", None),
]

BYTES = [
    _unchecked(6, 3, "no checksum", None),
    _unchecked(44, 37, "an empty checksum", ""),
    _typed(7, 4, "a PNG that says it is a JPEG", "image/jpeg", png(7), "image/png"),
    _typed(43, 36, "no type", None, jpeg(43), "image/jpeg"),
    _typed(45, 41, "a type that Rails does not know", "image/jpg", jpeg(45), "image/jpeg"),
    migrated(47, 43, "a GIF", GIF, values={"content_type": "image/gif"}),
    migrated(48, 44, "a WebP", WEBP, values={"content_type": "image/webp"}),
    migrated(
        17,
        14,
        "an SVG without a script",
        svg("<path d='M0 0'/>"),
        values={"content_type": "image/svg+xml"},
    ),
    _odd(8, 5, "a truncated picture", jpeg(8)[:-20], ImageWarning.TRUNCATED),
    _odd(
        9, 6, "bytes behind the picture's end", jpeg(9) + b"more" * 4, ImageWarning.TRAILING_BYTES
    ),
    failed(10, 7, "its object is missing", None, Obstacle.MISSING),
    failed(11, 8, "its object is longer", jpeg(11) + b"more", Obstacle.SIZE_MISMATCH),
    failed(12, 9, "its object has other bytes", jpeg(13), Obstacle.CHECKSUM_MISMATCH),
    unfit(13, 10, "no bytes", b"", Reason.IMAGE_EMPTY),
    unfit(14, 11, "HTML that poses as a JPEG", HTML, Reason.IMAGE_NOT_RECOGNIZED),
    unfit(
        15,
        12,
        f"a PNG of {HUGE:,} by {HUGE:,} pixels, as it says",
        png(15, HUGE, HUGE),
        Reason.IMAGE_TOO_LARGE,
        mended=png(15),
        values={"content_type": "image/png"},
    ),
    unfit(
        16,
        13,
        "an SVG with a script",
        svg("<script>alert(1)</script>"),
        Reason.IMAGE_HAS_SCRIPT,
        mended=svg("<path d='M1 1'/>"),
        values={"content_type": "image/svg+xml"},
    ),
]

NAMES = [
    _named(34, 27, "a file name that climbs", "../../../etc/passwd.jpg"),
    _named(35, 28, "a file name with quotes", 'a "quoted" \\ name.jpg'),
    _named(51, 45, "a file name that is a path", "C:\\Windows\\/etc/shadow"),
    _named(36, 29, "a file name with line ends", "line\r\nSet-Cookie: a=b\r\n\r\n.jpg"),
    _named(
        37, 30, "a file name with an accent and an emoji", "Affiche \u00e9t\u00e9 \U0001f3b8.jpg"
    ),
    _keyed(
        38, 31, "a key with everything that a URL escapes", 'key with+%20 & #?="<>\u00fc\U0001f3b8'
    ),
    _keyed(39, 32, "a key with folders and dots", "..old/uploads/a..b/.39"),
    migrated(46, 42, "metadata that is no JSON", values={"metadata": "{broken"}),
    migrated(
        42,
        35,
        "neither of its rows says when it was made",
        attachment={"created_at": None},
        values={"created_at": None},
        became=Became(
            State.MIGRATED,
            name=FIRST,
            blob={"created_at": MIDNIGHT},
            attachment={"created_at": MIDNIGHT},
            records={
                (table, "created_at"): (Change.TIME_IMPUTED, None) for table in (BLOBS, ATTACHMENTS)
            },
        ),
    ),
]

KEY, HELD, GONE = Reason.MISSING_KEY, Reason.PARENT_QUARANTINED, Reason.PARENT_MISSING
TWICE = Reason.DUPLICATE_KEY

RECORDS = [
    held(18, 20, "its artwork is there twice", HELD, "posters 20: duplicate_key"),
    held(19, 404, "its artwork is not there", GONE, f"posters 404: {GONE}"),
    held(20, None, "no record", KEY, mended={"record_id": 15}),
    held(21, 16, "no blob", KEY, attachment={"blob_id": None}, mended={"blob_id": 21}),
    held(None, 21, "no id", KEY, blob=22, mended={"id": 22}),
    held(31, 25, "another attachment has the id 31, too", TWICE),
    held(31, 26, "another attachment has the id 31, too", TWICE, blob=131, mended={"id": 131}),
    held(32, 46, "another blob has the id 32, too", TWICE),
    held(
        40,
        33,
        "its blob has no file name",
        Reason.MISSING_VALUE,
        values={"filename": None},
        mended_blob={"filename": "IMG_40.jpg"},
    ),
    held(
        41,
        34,
        "its blob has no key",
        Reason.MISSING_VALUE,
        values={"key": None},
        mended_blob={"key": "difficultkey000000000041"},
    ),
    Image(
        "its blob is not there",
        attached(23, 22),
        Blob(None, None, blob_cells(23, jpeg(23), {}), jpeg(23)),
        Became(State.QUARANTINED, Reason.BLOB_MISSING),
        attached(23, 22),
        Became(State.MIGRATED, name=FIRST),
    ),
]

SHARED = [
    migrated(24, 23, "its blob is also that of attachment 25"),
    _also(attached(25, 24, blob_id=24), "its blob is that of attachment 24", name=FIRST),
    migrated(26, 49, "its blob is also that of a sale's photo, 27"),
    _also(
        attached(27, 1, SALE, blob_id=26), "its blob is that of an artwork's image", name="photos"
    ),
    migrated(28, 47, "attachment 29 says the same"),
    _also(attached(29, 47, blob_id=28), "it says the same as attachment 28", into=28),
    migrated(30, 48, "the first of two equal rows"),
    _also(attached(30, 48), "the second of two equal rows", into=30),
]

PHOTOS = [
    migrated(60, 1, kind=SALE),
    migrated(61, 1, "a photo that is named `image`", kind=SALE, attachment={"name": "image"}),
    held(62, 3, "its sale has no price", HELD, "external_sales 3: price_missing", SALE),
    held(68, 2, "the target cannot hold its sale", HELD, "external_sales 2: value_not_held", SALE),
    held(63, 13, "its sale's artwork is there twice", HELD, "posters 20: duplicate_key", SALE),
    held(67, 12, "its sale's artwork is not there", HELD, f"posters 404: {GONE}", SALE),
    replace(
        held(64, 404, "its sale is not there", GONE, f"external_sales 404: {GONE}", SALE),
        mended=None,
        after=None,
    ),
    failed(65, 14, "its object is missing", None, Obstacle.MISSING, SALE),
    unfit(66, 15, "HTML that poses as a JPEG", HTML, Reason.IMAGE_NOT_RECOGNIZED, SALE),
]

UNKNOWN = [
    Image(
        "a record type that no image set carries",
        attached(33, 1, "User"),
        Blob(*(blob_cells(33, jpeg(33), {}), jpeg(33)) * 2),
        None,
        attached(33, 1, "User"),
        None,
    )
]

IMAGES = [*PLACES, *BYTES, *NAMES, *RECORDS, *SHARED, *PHOTOS, *UNKNOWN]

_SECOND = blob_cells(132, jpeg(132), {})
ALL_BLOBS = [
    *(image.blob for image in IMAGES if image.blob is not None),
    # The second row of the id 32, which gets one of its own by the mending.
    Blob({**_SECOND, "id": 32}, jpeg(132), _SECOND, jpeg(132)),
]
