from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.errors import ImageError, SettingsError
from artex_assets.images.naming import (
    content_disposition,
    disk_path,
    sanitized,
    source_key,
    stored_content_type,
)

KEY = "xtapjjcjiudrlk3tmwyjgpuobabd"
ROOT = Path("/storage")


@pytest.mark.parametrize(
    ("filename", "in_ascii", "in_utf_8"),
    [
        ("poster.jpg", "poster.jpg", "poster.jpg"),
        ("a b.jpg", "a b.jpg", "a%20b.jpg"),
        ("Phœnix é.jpg", "Phoenix e.jpg", "Ph%C5%93nix%20%C3%A9.jpg"),
        ("e\u0301.jpg", "e%3F.jpg", "e%CC%81.jpg"),
        ("海報.jpg", "%3F%3F.jpg", "%E6%B5%B7%E5%A0%B1.jpg"),
        ("../../etc/passwd", "..-..-etc-passwd", "..-..-etc-passwd"),
        ("C:\\x", "C--x", "C--x"),
        ('a"b.jpg', "a-b.jpg", "a-b.jpg"),
        ("a\r\nSet-Cookie: b", "a--Set-Cookie- b", "a--Set-Cookie-%20b"),
        ("it's (1)&2.jpg", "it%27s %281%29%262.jpg", "it%27s%20%281%29&2.jpg"),
        ("gpj.\u202eexe", "gpj.-exe", "gpj.-exe"),
        (" \x00x\v", "x", "x"),
        ("", "", ""),
    ],
)
def test_the_header_is_the_one_that_rails_writes(
    filename: str, in_ascii: str, in_utf_8: str
) -> None:
    header = f"inline; filename=\"{in_ascii}\"; filename*=UTF-8''{in_utf_8}"
    assert content_disposition(filename, "image/jpeg") == header
    assert content_disposition(filename) == header


@pytest.mark.parametrize("content_type", ["image/svg+xml", "image/heic", "text/html"])
def test_what_rails_does_not_show_in_place_is_an_attachment(content_type: str) -> None:
    assert content_disposition("a.svg", content_type).startswith("attachment; ")


def test_an_svg_is_stored_as_bytes_and_other_images_as_what_they_are() -> None:
    assert stored_content_type("image/svg+xml") == "application/octet-stream"
    assert stored_content_type("image/heic") == "image/heic"


@given(st.text())
def test_no_file_name_ends_a_header_or_is_lost_in_it(filename: str) -> None:
    header = content_disposition(filename, "image/png")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert unquote(header.rpartition("''")[2]) == sanitized(filename)
    assert not set(sanitized(filename)) & set("/\\:\r\n\t")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{key}", KEY),
        ("images/{key}", f"images/{KEY}"),
        ("{key[0:2]}/{key[2:4]}/{key}", f"xt/ap/{KEY}"),
        ("{key}.jpg", f"{KEY}.jpg"),
        ("a%b$c/{key}", f"a%b$c/{KEY}"),
    ],
)
def test_a_template_makes_the_key_in_the_source(template: str, expected: str) -> None:
    assert source_key(template, KEY) == expected


@given(st.text(min_size=4))
def test_a_key_is_never_read_as_a_template(key: str) -> None:
    assert source_key("i/{key[0:2]}/{key}", key) == f"i/{key[0:2]}/{key}"
    assert source_key("{key}", "{key.__class__}%s") == "{key.__class__}%s"


@pytest.mark.parametrize(
    "template",
    [
        "",
        "images/",
        "{key[0:2]}",
        "{key",
        "key}",
        "{}",
        "{0}{key}",
        "{key}{blob}",
        "{key.__class__}{key}",
        "{key[0]}{key}",
        "{key[-2:4]}{key}",
        "{key[4:2]}{key}",
        "{key[2:2]}{key}",
        "{key[::2]}{key}",
        "{key!r}{key}",
        "{key:>40}",
        "{{key}}",
        "{key[0:99999999999]}{key}",
    ],
)
def test_any_other_template_is_refused_with_the_forms_that_are_allowed(template: str) -> None:
    with pytest.raises(SettingsError) as caught:
        source_key(template, KEY)
    assert "SOURCE_S3_KEY_TEMPLATE" in caught.value.what
    assert "{key[0:2]}/{key[2:4]}/{key}" in caught.value.next_step


@pytest.mark.parametrize(
    "key", [KEY, "nUdbGE8v2QnDqMSvBfqiyxuT", "a b+c%d.é", "a.b.....", "k" * 255]
)
def test_a_key_has_the_path_that_rails_gives_it(key: str) -> None:
    assert disk_path(ROOT, key) == ROOT / key[0:2] / key[2:4] / key


@pytest.mark.parametrize(
    "key",
    ["", "abc", "....", "..abcd", "ab..cd", "../../a", "/etc/a", "ab/cd", "abcd\0", "é" * 128],
)
def test_a_key_that_is_no_file_name_is_refused(key: str) -> None:
    with pytest.raises(ImageError, match="cannot be a file"):
        disk_path(ROOT, key)


@given(st.text(alphabet=st.sampled_from("./\\ab\0é~"), max_size=12))
def test_no_key_leaves_the_root(key: str) -> None:
    try:
        path = disk_path(ROOT, key)
    except ImageError:
        return
    assert Path(*path.parts).is_relative_to(ROOT)
    assert ".." not in path.parts
    assert len(path.parts) == len(ROOT.parts) + 3
