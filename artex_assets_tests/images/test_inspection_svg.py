import pytest

from artex_assets.images.inspection import SVG_BYTES, inspect
from artex_assets.vocabulary import ImageWarning, Reason
from artex_assets_tests.images.samples import inspected, svg

W3C = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
)


@pytest.mark.parametrize(
    "data",
    [
        svg(),
        svg(before='\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- Generator -->' + W3C),
        svg("<style>.a{fill:url(#b)}</style><a xlink:href='https://example.com'/>"),
        svg("<image href='data:image/png;base64,AAAA'/>"),
        svg("<text>only once, onward</text>", "version='1.1' id='one'"),
        b"<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:g/></s:svg>",
        b"<?xml version='1.0' encoding='ISO-8859-1'?><svg><text>\xe9</text></svg>",
    ],
)
def test_a_drawing_is_an_image(data: bytes) -> None:
    seen = inspected(data, "image/svg+xml")
    assert (seen.content_type, seen.quarantine, seen.warnings) == ("image/svg+xml", None, ())


@pytest.mark.parametrize(
    "data",
    [
        svg("<script>alert(1)</script>"),
        svg("<SCRIPT/>"),
        svg("<x:script xmlns:x='http://www.w3.org/2000/svg'/>"),
        svg("<g><g><script href='//example.com/a.js'/></g></g>"),
        svg("<foreignObject/>"),
        svg("<body xmlns='http://www.w3.org/1999/xhtml'/>"),
        svg("<iframe/>"),
        svg("<handler/>"),
        svg(attributes="onload='alert(1)'"),
        svg("<g ONCLICK='x'/>"),
        svg("<a href='javascript:alert(1)'/>"),
        svg("<a xlink:href=' JaVa&#10;Script&#58;alert(1)'/>"),
        svg("<a href='&#106;avascript:alert(1)'/>"),
        svg("<animate attributeName='href' values='#a;javascript:alert(1)'/>"),
        svg("<set attributeName='onclick' to='alert(1)'/>"),
        svg("<use href='data:image/svg+xml;base64,AAAA'/>"),
        svg("<a href='data:text/html,x'/>"),
        svg("<style>a{b:url(java<!-- -->script:alert(1))}</style>"),
        svg(before="<?xml-stylesheet type='text/xsl' href='a.xsl'?>"),
        svg(before="<!DOCTYPE svg>"),
        svg(before="<!DOCTYPE svg SYSTEM 'https://example.com/a.dtd'>"),
        svg("&a;", before="<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/hosts'>]>"),
        svg(before="<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'alert(1)'>]>"),
        svg(before=W3C[:-1] + "[<!ATTLIST svg id CDATA 'a'>]>"),
        svg("<style>a{b:url(javascript:alert(1))}<g>")[:-6],
        svg(before="<?xml version='1.0' encoding='UTF-7'?>"),
        svg(before="<?xml version='1.0' encoding='no-such-encoding'?>"),
        svg().decode().encode("utf-16"),
        svg().decode().encode("utf-16-be"),
        svg().decode().encode("utf-32"),
        svg() + b"<script/>",
        svg("<a></b>"),
        svg("<g>") + b"<script>",
    ],
)
def test_what_runs_or_may_run_is_quarantined(data: bytes) -> None:
    seen = inspected(data, "image/svg+xml")
    assert (seen.content_type, seen.quarantine) == ("image/svg+xml", Reason.IMAGE_HAS_SCRIPT)


def test_a_bomb_of_entities_is_not_expanded() -> None:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 20))
    data = svg("&a19;", before=f"<!DOCTYPE svg [<!ENTITY a0 'ha'>{entities}]>")
    assert inspected(data).quarantine is Reason.IMAGE_HAS_SCRIPT


def test_an_svg_is_searched_to_its_end() -> None:
    padding = "<g/>" * 500_000
    clean, bad = svg(padding), svg(padding + "<script/>")
    assert inspect(clean, clean, len(clean), None).quarantine is None
    assert inspect(bad, bad, len(bad), None).quarantine is Reason.IMAGE_HAS_SCRIPT


def test_an_svg_that_is_not_held_whole_is_quarantined() -> None:
    data = svg(" " * SVG_BYTES)
    seen = inspect(data[:SVG_BYTES], data[-SVG_BYTES:], len(data), None)
    assert seen.quarantine is Reason.IMAGE_HAS_SCRIPT
    assert inspected(data).quarantine is Reason.IMAGE_HAS_SCRIPT


def test_a_cut_svg_is_truncated_as_long_as_nothing_before_the_cut_runs() -> None:
    seen = inspected(svg("<g><path d='M0 0'/>")[:-8])
    assert (seen.quarantine, seen.warnings) == (None, (ImageWarning.TRUNCATED,))
    assert inspected(svg("<script>")[:-6]).quarantine is Reason.IMAGE_HAS_SCRIPT


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("width='10' height='20px'", (10, 20)),
        ("width='100%' height='20'", (None, None)),
        ("viewBox='0 0 9 9'", (None, None)),
        ("width='5mm' height='5mm'", (None, None)),
    ],
)
def test_only_pixels_are_dimensions(attributes: str, size: tuple[int | None, int | None]) -> None:
    seen = inspected(svg(attributes=attributes))
    assert ((seen.width, seen.height), seen.warnings) == (size, ())
