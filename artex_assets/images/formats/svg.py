"""SVG: accepted only when all of it was read and none of it can run. Source: W3C, SVG 2.

An SVG is a document that a browser runs, so what cannot be shown to be harmless is refused: it is
read as strictly as XML asks for, and every way to a script that the standard knows is looked for.
"""

import re
from xml.parsers import expat

from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning

CONTENT_TYPE = "image/svg+xml"

LARGEST = 8 * 1024 * 1024
"""Bytes of the largest SVG that is read, and so how much of one its caller must hold."""

_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1"})
_ELEMENTS = frozenset(
    {"script", "foreignobject", "handler", "listener", "iframe", "embed", "object", "frame"}
)
_XHTML = "http://www.w3.org/1999/xhtml"
_SCHEMES = ("javascript:", "vbscript:")
_HARMLESS = ("image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/avif")
_HARMLESS_DATA = tuple(f"data:{kind}" for kind in (*_HARMLESS, "image/bmp", "font/"))
_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff", b"\x00<", b"\x00\x00\x00<", b"\x00\x00\xfe\xff")
_W3C = "-//W3C//DTD SVG "
_IGNORED = re.compile(r"[\x00-\x20\x7f]+")
_LENGTH = re.compile(r"\s*(\d{1,9})(?:\.\d{0,9})?(?:px)?\s*")

_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
"""What the parser says when the text ends too early."""


class Script(Exception):  # noqa: N818 - what was found, not an error of ours
    """The SVG runs something, or cannot be shown not to; the text says which, as a clause."""


class _NotSvg(Exception):  # noqa: N818
    """The document is of another kind."""


def may_be(head: bytes) -> bool:
    """Whether a file begins as XML in any encoding does, so that all of it has to be held."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_STARTS)


def read(held: Held) -> Header | None:
    """The header; None when the document is no SVG.

    Width and height are given only when the root element says them in pixels: an SVG has none of
    its own. Raises Script.
    """
    data = held.head
    if b"\x00" in data[:4096]:
        # Other encodings than these have been used to get a script past a filter.
        if b"s\x00v\x00g" in data or b"s\x00\x00\x00v" in data:
            raise Script("it is in UTF-16 or UTF-32")
        return None
    document = _Document()
    ended = document.parse(data)
    if ended is None and document.seen == 0:
        return None
    if not held.whole:
        raise Script("it is too large to be searched for scripts")
    return Header(CONTENT_TYPE, *document.size, ending=ended)


class _Document:
    """One pass over the text; it stops at the first thing that is refused."""

    def __init__(self) -> None:
        self.seen = 0
        self.size: tuple[int | None, int | None] = (None, None)
        self.text: list[str] = []

    def parse(self, data: bytes) -> ImageWarning | None:
        """Truncated, or None when all is well or the document is no SVG (and `seen` is 0)."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._element
        parser.CharacterDataHandler = self.text.append
        try:
            # A handler's exception lets the parser run on to the end of the data, silently: what
            # could grow there has to be found before.
            if b"<!ENTITY" in data:
                self._root_of(data)
                raise Script("it declares entities")
            parser.Parse(data, True)
        except _NotSvg:
            return None
        except expat.ExpatError as error:
            if self.seen and error.code not in _CUT:
                raise Script("it is not well-formed XML") from None
            self._search_text()
            return ImageWarning.TRUNCATED if self.seen else None
        self._search_text()
        return None

    def _root_of(self, data: bytes) -> None:
        """Raises _NotSvg unless the text has an element named svg: whose root it is matters not."""
        if not re.search(rb"<(?:[\w.-]+:)?svg[\s/>]", data):
            raise _NotSvg

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise Script("it is in an encoding other than UTF-8")

    def _doctype(self, name: str, _system: str | None, public: str | None, subset: int) -> None:
        if name.rpartition(":")[2] != "svg":
            raise _NotSvg
        # The one that drawing programs write: it is known, and nothing fetches it.
        if subset or not (public or "").startswith(_W3C):
            raise Script("it has a document type of its own")

    def _instruction(self, target: str, _text: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise Script("it asks for a style sheet, which can make scripts")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self.seen == 0:
            if local != "svg":
                raise _NotSvg
            self.size = _dimensions(attributes)
        self.seen += 1
        if local.lower() in _ELEMENTS or namespace == _XHTML:
            raise Script("it has an element that runs or embeds something")
        for key, value in attributes.items():
            _search_attribute(key.rpartition(" ")[2].lower(), value)

    def _search_text(self) -> None:
        if any(scheme in _compact("".join(self.text)) for scheme in _SCHEMES):
            raise Script("it has a javascript: address in its text")


def _search_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise Script("it has an event handler")
    if len(value) < 5:
        return
    compact = _compact(value)
    if any(scheme in compact for scheme in _SCHEMES):
        raise Script("it has a javascript: address")
    if name == "attributename" and compact.rpartition(":")[2].startswith("on"):
        raise Script("it sets an event handler")
    if compact.startswith("data:") and not compact.startswith(_HARMLESS_DATA):
        raise Script("it embeds a document")


def _compact(text: str) -> str:
    """As browsers read an address: without white space and control characters, in lower case."""
    return _IGNORED.sub("", text).lower()


def _dimensions(attributes: dict[str, str]) -> tuple[int | None, int | None]:
    width = _LENGTH.fullmatch(attributes.get("width", ""))
    height = _LENGTH.fullmatch(attributes.get("height", ""))
    if width is None or height is None:
        return None, None
    return int(width[1]), int(height[1])
