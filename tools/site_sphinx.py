"""What Sphinx needs beyond its own: formulas as MathML, Mermaid's diagrams as SVG, and lesson ids that are links.

All three are made while the site is built, so that a page needs no script and nothing from the network for them.
"""

from __future__ import annotations

import re
import shutil
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

# The two fonts have the widths that mermaidx reckons with; without them, labels stand off centre.
_DRAWING: Final = {
    "fontFamily": "DejaVu Sans, Verdana, sans-serif",
    "flowchart": {"rankSpacing": 30, "nodeSpacing": 30, "padding": 10},
}
_WIDTH: Final = re.compile(r'viewBox="\S+ \S+ ([\d.]+) ')
_SMALLEST: Final = 0.7  # of its natural size; a wider drawing than the page is then moved sideways


def mathml(formula: str, display: str) -> str:
    """A LaTeX formula as MathML; `display` is `inline` or `block`.

    Raises ValueError when some of it is left as LaTeX: the reader would see a backslash or an ampersand.
    """
    # The library knows `aligned` only by the name of its twin.
    made = convert(formula.replace("{aligned}", "{split}"), display=display)
    if "\\" in made or "<mi>&</mi>" in made:
        raise ValueError(f"some of its LaTeX is not known: {formula}")
    return made


def _visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(_converted(node, "inline"))
    raise nodes.SkipNode


def _visit_display_math(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="gw-formula">{_converted(node, "block")}</div>\n')
    raise nodes.SkipNode


def _converted(node: nodes.Element, display: str) -> str:
    try:
        return mathml(node.astext().strip(), display)
    except Exception as error:  # the library has many kinds of its own
        logger.warning("a formula can't be shown: %s", error, location=node)
        return f"<code>{escape(node.astext())}</code>"


class MermaidDirective(SphinxDirective):
    """A fenced block of Mermaid's language, drawn as SVG; where it can't be drawn, its text in a box."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        source = "\n".join(self.content)
        try:
            import mermaidx

            drawn = mermaidx.render(source, theme="neutral", config=_DRAWING).svg()
        except Exception as error:  # a missing library, or any of its many errors
            logger.warning("a diagram can't be drawn: %s", error, location=self.get_location())
            return [nodes.literal_block(source, source, language="text")]
        # Two diagrams on a page must not share the id that their styles are bound to.
        name = f"gw-diagram-{self.env.new_serialno('diagram')}"
        width = _WIDTH.search(drawn)
        least = f' style="--least: {_SMALLEST * float(width[1]):.0f}px"' if width else ""
        opening = f'<figure class="gw-diagram" aria-label="A diagram, described in the text below"{least}>'
        figure = f"{opening}{drawn.replace('my-svg', name)}</figure>"
        return [nodes.raw("", figure, format="html")]


class LinkLessonIds(SphinxPostTransform):
    """Turns a lesson's id in code type, such as `01-math/02-matrices`, into a link to its page."""

    default_priority = 100

    def run(self, **kwargs: Any) -> None:
        here = self.env.current_document.docname
        for literal in list(self.document.findall(nodes.literal)):
            page = f"curriculum/{literal.astext()}"
            inside = isinstance(literal.parent, nodes.reference | nodes.title)
            if page in self.env.all_docs and page != here and not inside:
                link = make_refnode(self.app.builder, here, page, "", literal.deepcopy())
                literal.replace_self(link)


def _level_of_captions(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """The menu's captions say that they are headings; screen readers also want to know of which level."""
    if "furo_navigation_tree" in context:
        context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
            'role="heading"', 'role="heading" aria-level="2"'
        )


def _ship_the_font(app: Sphinx, failure: Exception | None) -> None:
    """Many Linux machines have no font with tall brackets and roots; this one is only fetched by those."""
    if failure is None:
        package = find_spec("ziamath")
        assert package is not None and package.origin is not None
        shutil.copy(Path(package.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf", app.outdir / "_static")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (_visit_math, None), (_visit_display_math, None))
    app.add_directive("mermaid", MermaidDirective)
    app.add_post_transform(LinkLessonIds)
    app.connect("build-finished", _ship_the_font)
    app.connect("html-page-context", _level_of_captions, priority=900)  # after furo has made its menu
    return {"parallel_read_safe": True, "parallel_write_safe": True}
