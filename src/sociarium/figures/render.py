"""Charts as files: SVG that is the same for the same numbers, and PNG; and SVG that follows a page's theme."""

from __future__ import annotations

import re
from html import escape

from sociarium.errors import MissingExtra
from sociarium.figures.charts import LINK_MARK, Chart, links_of
from sociarium.figures.draw import drawing
from sociarium.figures.palette import PAPER, TOKENS

try:
    import vl_convert
except ModuleNotFoundError as error:
    if error.name != "vl_convert":
        raise
    raise MissingExtra("figures need vl-convert, which is not here; pip install 'sociarium[figures]'") from error

_COLOUR = re.compile('(fill|stroke)="(' + "|".join(TOKENS) + ')"')
_LINK = re.compile(rf'<a (?:xlink:)?href="{re.escape(LINK_MARK)}(\d+)"(?: target="[^"]*")?')
_SAID_LINK = re.compile(rf'; link: (?:{re.escape(LINK_MARK)}\d+)?"')
_NAMESPACE = re.compile(r' xmlns(:xlink)?="[^"]*"')
_BACKGROUND = re.compile(f'<rect[^>]*fill="{PAPER}"[^>]*/>')


def svg(chart: Chart) -> str:
    """The chart as an SVG document; the same record gives the same text. Its marks lead where the record says."""
    links = links_of(chart)
    document = str(vl_convert.vegalite_to_svg(drawing(chart).to_dict(validate=False)))
    document = _LINK.sub(lambda match: f'<a href="{escape(links[int(match[1])])}"', document)
    if not any(links):
        return document
    # Numbers are written over the marks that they belong to, and would catch the click.
    document = document.replace('class="mark-text ', 'pointer-events="none" class="mark-text ')
    return _SAID_LINK.sub('"', document)


def png(document: str) -> bytes:
    """An SVG document of `svg` as a PNG, at twice its size in pixels; the chart is not drawn again."""
    return bytes(vl_convert.svg_to_png(document, scale=2))


def themed_svg(document: str, *, label: str = "") -> str:
    """An SVG for the inside of an HTML page, whose colours are the page's custom properties (`--ink` and so on).

    Args:
        document: of `svg`.
        label: names the picture to who does not see it; already escaped.
    """
    body = _BACKGROUND.sub("", document[document.index("<svg") :], count=1)
    body = _NAMESPACE.sub("", body, count=2)  # a page in HTML needs none
    body = _COLOUR.sub(lambda match: f'{match[1]}="var(--{TOKENS[match[2]]})"', body)
    # What holds links is no image: they could not be reached in it.
    role = "group" if "<a href=" in body else "img"
    return body.replace("<svg", f'<svg role="{role}" aria-label="{label}"', 1) if label else body
