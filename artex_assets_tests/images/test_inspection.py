import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artex_assets.images.inspection import inspect, may_be_svg
from artex_assets.vocabulary import ImageWarning, Reason
from artex_assets_tests.images.samples import (
    SIZE,
    box,
    boxed,
    content_type,
    drawn,
    inspected,
    samples,
    svg,
)

SIGNATURES = [
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
    b"GIF89a",
    b"RIFF\x00\x00\x00\x00WEBPVP8X",
    b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif",
    b"II*\x00\x08\x00\x00\x00",
    b"MM\x00*\x00\x00\x00\x08",
    b"MM\x00+\x00\x08\x00\x00",
    b"BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00",
    b"<svg>",
    b"<?xml version='1.0'?>",
]


@pytest.mark.parametrize("name", samples())
def test_a_good_picture_is_its_type_with_its_dimensions_and_no_warning(name: str) -> None:
    seen = inspected(samples()[name], content_type(name))
    assert seen.content_type == content_type(name)
    assert (seen.width, seen.height) == SIZE
    assert (seen.quarantine, seen.warnings, seen.corrected) == (None, (), False)


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"<!DOCTYPE html><html><svg/></html>", "HTML"),
        (b"\n <html><body>404</body></html>", "HTML"),
        (b"<html>" + b"<p>long</p>" * 100_000, "HTML"),
        (b"<Error><Code>AccessDenied</Code></Error>", "XML or HTML"),
        (b"<notes>an <svg/> inside</notes>", "XML or HTML"),
        (b"just some words", "text"),
        (b"BMW and other words that begin like a bitmap", "text"),
        (b"BM" + bytes(12) + struct.pack("<Iii", 40, 5, 5) + bytes(20), "nothing that is known"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\x1f\x8b\x08....", "a gzip archive"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "a video"),
        (b"\x00" * 100, "nothing that is known"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a fragment"),
        (b"\xff\xd8\xff", "a fragment"),
        (b"\xff\xd8\xff<html>", "a fragment"),
        (b"\xff\xd8\xff\xda\x00\x02", "a fragment"),
        (b"\x89PNG\r\n\x1a\n", "a fragment"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIDAT" + b"\x01" * 16, "a fragment"),
        (b"GIF89a", "a fragment"),
        (b"II*\x00\xff\xff\xff\xff", "a fragment"),
    ],
)
def test_what_has_no_signature_or_no_readable_header_is_quarantined(
    data: bytes, looks_like: str
) -> None:
    seen = inspected(data, "image/jpeg")
    assert seen.quarantine is Reason.IMAGE_NOT_RECOGNIZED
    assert looks_like in seen.sentence
    assert (seen.content_type, seen.corrected) == (None, False)


@pytest.mark.parametrize("name", ["PNG", "lossy WebP", "HEIC", "BMP", "GIF", "JPEG"])
def test_dimensions_of_zero_are_no_header(name: str) -> None:
    places = {"PNG": (16, 8), "lossy WebP": (26, 4), "BMP": (18, 8), "GIF": (6, 4)}
    data = bytearray(boxed(b"heic", (0, 5)) if name == "HEIC" else samples()[name])
    if name == "GIF":
        frame = data.index(b",\x00\x00\x00\x00")
        data[frame + 5 : frame + 9] = bytes(4)
    if name == "JPEG":
        frame = data.index(b"\xff\xc0")
        data[frame + 7 : frame + 9] = bytes(2)
    at, count = places.get(name, (0, 0))
    data[at : at + count] = bytes(count)
    assert inspected(bytes(data)).quarantine is Reason.IMAGE_NOT_RECOGNIZED


def test_a_file_without_bytes_has_a_reason_of_its_own() -> None:
    seen = inspected(b"", "image/jpeg")
    assert (seen.quarantine, seen.content_type) == (Reason.IMAGE_EMPTY, None)


@pytest.mark.parametrize("name", samples())
def test_more_pixels_than_allowed_are_quarantined_and_as_many_are_not(name: str) -> None:
    pixels = SIZE[0] * SIZE[1]
    assert inspected(samples()[name], max_pixels=pixels).quarantine is None
    seen = inspected(samples()[name], max_pixels=pixels - 1)
    assert seen.quarantine is Reason.IMAGE_TOO_LARGE
    assert (seen.width, seen.height) == SIZE
    assert str(pixels - 1) in seen.sentence


def test_a_bomb_is_judged_by_its_header_alone() -> None:
    header = struct.pack(">II", 2**31 - 1, 2**31 - 1)
    bomb = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + header + b"\x08\x02\x00\x00\x00"
    assert inspected(bomb).quarantine is Reason.IMAGE_TOO_LARGE


def test_a_gif_frame_that_is_larger_than_its_screen_counts() -> None:
    data = bytearray(drawn("GIF"))
    data[6:10] = struct.pack("<HH", 1, 1)
    seen = inspected(bytes(data))
    assert (seen.width, seen.height) == SIZE


@pytest.mark.parametrize(
    ("declared", "kept", "corrected"),
    [
        ("image/jpeg", "image/jpeg", False),
        ("image/jpg", "image/jpeg", True),
        ("image/pjpeg", "image/jpeg", True),
        ("IMAGE/JPEG", "image/jpeg", True),
        ("image/png", "image/jpeg", True),
        ("application/octet-stream", "image/jpeg", True),
        ("text/html", "image/jpeg", True),
        ("", "image/jpeg", True),
        (None, "image/jpeg", True),
    ],
)
def test_a_declared_type_that_rails_would_not_take_for_a_jpeg_is_corrected(
    declared: str | None, kept: str, corrected: bool
) -> None:
    seen = inspected(drawn("JPEG"), declared)
    assert (seen.content_type, seen.corrected) == (kept, corrected)


def test_heif_is_another_name_for_heic_and_not_for_jpeg() -> None:
    seen = inspected(samples()["HEIC"], "image/heif")
    assert (seen.content_type, seen.corrected) == ("image/heif", False)
    assert inspected(drawn("JPEG"), "image/heif").corrected


@pytest.mark.parametrize(
    ("brands", "expected"),
    [
        (b"heixmif1", "image/heic"),
        (b"mif1avif", "image/avif"),
        (b"avismsf1", "image/avif"),
        (b"msf1hevc", "image/heic"),
        (b"mif1", "image/heif"),
        (b"isomavif", None),
        (b"crx isom", None),
    ],
)
def test_the_brands_say_which_heif_it_is(brands: bytes, expected: str | None) -> None:
    assert inspected(boxed(brands, SIZE)).content_type == expected


@pytest.mark.parametrize(
    "name", ["JPEG", "progressive JPEG", "PNG", "GIF", "lossy WebP", "AVIF", "HEIC", "BMP", "SVG"]
)
def test_a_picture_cut_at_its_end_is_migrated_with_a_warning(name: str) -> None:
    data = samples()[name]
    for cut in (1, 2, 3):
        seen = inspected(data[:-cut], content_type(name))
        assert (seen.quarantine, seen.warnings) == (None, (ImageWarning.TRUNCATED,)), cut


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "lossy WebP", "AVIF", "HEIC", "BMP"])
@pytest.mark.parametrize("junk", [b"\x00", b"\n", b"<script>", b"PK\x03\x04 and a whole archive"])
def test_bytes_behind_a_picture_are_migrated_with_a_warning(name: str, junk: bytes) -> None:
    seen = inspected(samples()[name] + junk, content_type(name))
    assert (seen.quarantine, seen.warnings) == (None, (ImageWarning.TRAILING_BYTES,))


def test_a_tiff_whose_last_strip_is_cut_is_truncated() -> None:
    data = samples()["BigTIFF"]
    assert inspected(data[:-1]).warnings == (ImageWarning.TRUNCATED,)


def test_a_jpeg_with_a_second_picture_behind_it_has_no_warning() -> None:
    assert inspected(drawn("JPEG") * 2).warnings == ()


def test_a_thumbnail_inside_a_jpeg_is_neither_its_size_nor_its_end() -> None:
    data = drawn("JPEG")
    thumbnail = b"\xff\xe1" + struct.pack(">H", 2 + len(data)) + data
    seen = inspected(data[:2] + thumbnail + data[2:-2])
    assert (seen.width, seen.height) == SIZE
    assert seen.warnings == (ImageWarning.TRUNCATED,)


def test_a_header_behind_what_is_held_is_a_warning_and_no_fault() -> None:
    data = drawn("JPEG")
    comment = b"\xff\xfe\xff\xff" + b"c" * 65533
    seen = inspected(data[:2] + comment * 6 + data[2:])
    assert (seen.content_type, seen.width, seen.height) == ("image/jpeg", None, None)
    assert (seen.quarantine, seen.warnings) == (None, (ImageWarning.DIMENSIONS_UNKNOWN,))


def test_a_heif_whose_description_is_not_held_is_a_warning_and_no_fault() -> None:
    start = box(b"ftyp", b"heic" + bytes(4) + b"mif1")
    seen = inspected(start + box(b"meta", bytes(400_000)) + box(b"mdat", bytes(50)))
    assert (seen.quarantine, seen.warnings) == (None, (ImageWarning.DIMENSIONS_UNKNOWN,))


def test_a_tiff_directory_at_the_end_of_a_large_file_is_read() -> None:
    data = drawn("TIFF")
    directory = struct.unpack("<I", data[4:8])[0]
    assert directory == 8
    gap = 500_000
    count = struct.unpack("<H", data[8:10])[0]
    entries = data[8 : 10 + 12 * count + 4]
    moved = data[:4] + struct.pack("<I", 8 + gap) + bytes(gap) + entries
    seen = inspected(moved)
    assert (seen.width, seen.height) == SIZE


def test_a_heif_box_that_says_it_is_huge_does_not_count_as_held() -> None:
    start = box(b"ftyp", b"avif" + bytes(4) + b"avif")
    huge = (1).to_bytes(4, "big") + b"meta" + (2**63).to_bytes(8, "big") + bytes(50)
    assert inspected(start + huge).quarantine is Reason.IMAGE_NOT_RECOGNIZED


@pytest.mark.parametrize("name", samples())
def test_every_cut_of_a_picture_is_judged_and_never_raises(name: str) -> None:
    data = samples()[name]
    for length in [*range(min(len(data), 700)), *range(700, len(data), 97)]:
        seen = inspected(data[:length])
        assert seen.quarantine is None or seen.quarantine is not Reason.IMAGE_TOO_LARGE


@given(start=st.sampled_from(SIGNATURES), rest=st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_behind_a_signature_raise(start: bytes, rest: bytes) -> None:
    inspected(start + rest)


@given(data=st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    inspected(data)


@given(name=st.sampled_from(sorted(samples())), data=st.data())
@settings(max_examples=300, deadline=None)
def test_no_damage_to_a_picture_raises(name: str, data: st.DataObject) -> None:
    picture = bytearray(samples()[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(picture), 400) - 1))
        picture[at] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]))
    inspected(bytes(picture))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff" * 4_000_000,
        b"\xff\xd8\xff" + b"\x01\xff" * 2_000_000,
        b"\xff\xd8\xff" + b"\xe0\x00\x02\xff" * 1_000_000,
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00\x21\xfe" + b"\x01a" * 2_000_000,
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00" + b"\x21\xfe\x00" * 1_000_000,
        box(b"ftyp", b"avif" + bytes(4)) + box(b"free", b"") * 500_000,
        b"<svg>" * 200_000,
        b"<svg " + b"<" * 2_000_000,
    ],
    ids=lambda data: str(data[:12]),
)
def test_a_file_made_to_be_slow_is_not(data: bytes) -> None:
    began = time.perf_counter()
    inspect(data, data, len(data), None)
    assert time.perf_counter() - began < 2


def test_only_what_begins_as_xml_has_to_be_held_whole() -> None:
    assert may_be_svg(svg())
    assert may_be_svg(b"\xef\xbb\xbf\n <!-- -->")
    assert may_be_svg("<svg/>".encode("utf-16"))
    assert not any(may_be_svg(data) for name, data in samples().items() if name != "SVG")


def test_holding_too_little_of_a_file_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="head"):
        inspect(b"abc", b"abcd", 4, None)
    with pytest.raises(ValueError, match="tail"):
        inspect(b"abcd", b"cd", 4, None)
