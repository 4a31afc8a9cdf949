"""A contact sheet: a few pictures of a batch, so that a person sees that these are the posters."""

import io
from collections.abc import Sequence

HEIGHT = 120
QUALITY = 70


def contact_sheet(pictures: Sequence[bytes]) -> bytes | None:
    """A JPEG of thumbnails, 120 pixels high; None when no picture can be shown."""
    from PIL import Image

    thumbnails = []
    for content in pictures:
        try:
            with Image.open(io.BytesIO(content)) as opened:
                opened.draft("RGB", (HEIGHT * 2, HEIGHT * 2))  # a JPEG need not be decoded whole
                opened.thumbnail((HEIGHT * 2, HEIGHT))
                thumbnails.append(opened.convert("RGB"))
        except Exception:  # noqa: BLE001, S112 - a decoder may raise anything on a damaged file
            continue  # it is migrated as it is; that it cannot be drawn is the warnings' to say
    if not thumbnails:
        return None
    width = sum(picture.width for picture in thumbnails) + 4 * (len(thumbnails) - 1)
    sheet = Image.new("RGB", (width, HEIGHT), "white")
    left = 0
    for picture in thumbnails:
        sheet.paste(picture, (left, 0))
        left += picture.width + 4
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
