"""Draws pictures and makes files of them."""

import base64
import hashlib
import io
import multiprocessing
import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import polars as pl
from PIL import Image

from data_fixtures.images import measured
from data_fixtures.pictures.catalog import Picture
from data_fixtures.pictures.photographs import back, detail, photograph
from data_fixtures.pictures.poster import printed

QUALITY = 76
"""Of JPEG and WebP."""

COLOURS = 96
"""Of PNG and GIF, which would be ten times as large with all of them."""

CHUNK = 60
"""Pictures that one process draws before it hands them over."""


@dataclass(frozen=True)
class Drawn:
    """A picture's file. width and height: its pixels."""

    key: str
    content: bytes
    width: int
    height: int

    @property
    def md5(self) -> bytes:
        """The MD5 of the content."""
        return hashlib.md5(self.content, usedforsecurity=False).digest()

    @property
    def checksum(self) -> str:
        """The MD5 as Rails writes it: base64."""
        return base64.b64encode(self.md5).decode("ascii")


def draw(picture: Picture) -> Drawn:
    """The file of `picture`: the same bytes each time, as long as Pillow is of the same build."""
    rng = random.Random(picture.key)  # noqa: S311 (no secret)
    match picture.kind:
        case "image":
            image = printed(picture.poster)
        case "back":
            image = back(picture.poster, rng)
        case "detail":
            image = detail(picture.poster, rng)
        case _:
            image = photograph(picture.poster, picture.number, rng)
    return Drawn(picture.key, _file(image, picture.suffix), image.width, image.height)


def draw_all(pictures: Sequence[Picture]) -> Iterator[Drawn]:
    """The files of `pictures` in their order; many are drawn by a process for each processor."""
    chunks = [pictures[start : start + CHUNK] for start in range(0, len(pictures), CHUNK)]
    if len(chunks) < 4:
        yield from map(draw, pictures)
        return
    # Not forked: the caller may have threads.
    context = multiprocessing.get_context("spawn")
    workers = min(len(chunks), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        try:
            for drawn in pool.map(_draw_chunk, chunks):
                yield from drawn
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def described(blobs: pl.DataFrame, drawn: pl.DataFrame) -> pl.DataFrame:
    """`blobs` with the byte_size, the checksum and the metadata's pixels of their pictures.

    drawn: what `facts` gives. A checksum that is NULL stays so, and metadata without pixels too.
    """
    analyzed = pl.col("metadata").str.contains("width", literal=True)
    return (
        blobs.join(drawn, on="key", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            byte_size="drawn_size",
            checksum=pl.when(pl.col("checksum").is_not_null()).then("drawn_checksum"),
            metadata=pl.when(analyzed).then(measured()).otherwise("metadata"),
        )
        .select(blobs.columns)
    )


def facts(pictures: Sequence[Picture]) -> pl.DataFrame:
    """What is true of the files of `pictures`: key, drawn_size (bytes), drawn_checksum, pixels."""
    rows = [
        (drawn.key, len(drawn.content), drawn.checksum, drawn.width, drawn.height)
        for drawn in draw_all(pictures)
    ]
    columns = ["key", "drawn_size", "drawn_checksum", "width", "height"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _draw_chunk(pictures: Sequence[Picture]) -> list[Drawn]:
    return [draw(picture) for picture in pictures]


def _file(image: Image.Image, suffix: str) -> bytes:
    file = io.BytesIO()
    match suffix:
        case "jpg":
            image.save(file, "JPEG", quality=QUALITY)
        case "webp":
            image.save(file, "WEBP", quality=QUALITY)
        case "png" | "gif":
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, suffix.upper())
        case _:
            raise ValueError(f"no format has the suffix {suffix}")
    return file.getvalue()
