"""nbgrader's feedback pages, in which nothing runs and nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nbconvert.exporters import HTMLExporter

if TYPE_CHECKING:
    from nbformat import NotebookNode

POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
)
_HEAD: Final = "<head>"


class FeedbackExporter(HTMLExporter):
    """Makes the page of `nbgrader generate_feedback`, with a content-security policy.

    A graded notebook has been cleaned (`sanitise`). Should anything of a student's have come through, the browser
    of whoever opens the page refuses it all the same. Formulas stay as they were typed: what draws them is a script.
    """

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page, and what nbconvert passes on. Raises ValueError for a template without a head."""
        page, passed_on = super().from_notebook_node(nb, resources, **kw)
        before, head, after = str(page).partition(_HEAD)
        if not head:
            raise ValueError("the template of the feedback page has no <head>")
        return f'{before}{head}\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">{after}', passed_on
