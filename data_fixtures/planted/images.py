"""The faults planted in blobs and attachments."""

from data_fixtures.planted.fault import Fault, Outcome, planted

FAULTS = [
    Fault(
        "active_storage_attachments",
        387,
        "the only attachment of artwork 509, and not named `image`",
        [],
        [Outcome("name", "image"), Outcome("record_type", "Poster"), Outcome("record_id", 509)],
        after="On record: it became the poster's `image`.",
    ),
    planted(
        "active_storage_blobs",
        5,
        "a JPEG that says it is a PNG",
        {"filename": "IMG_2041.jpg", "content_type": "image/png"},
        Outcome("filename", "IMG_2041.jpg"),
        Outcome("content_type", "image/jpeg"),
        after="On record: the content type was corrected.",
    ),
    planted(
        "active_storage_blobs",
        3,
        "no checksum",
        {"checksum": None},
        after="The checksum is computed on the way, and the image labelled source unverified.",
    ),
    Fault(
        "active_storage_blobs",
        152,
        "its object is not in the source bucket; it is the `image` of artwork 271",
        [],
        after="It is migrated by the next run after its object is there.",
        object_missing=True,
    ),
]
