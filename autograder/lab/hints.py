"""Notes in the journal which hints are opened on a card: the kernel that made the card can't know."""

from __future__ import annotations

import json
from typing import Final

from jupyter_server.base.handlers import APIHandler
from tornado.web import authenticated

from autograder.journal import open_journal

_NAMES: Final = ("lesson", "exercise", "hint", "review")


class OpenedHint(APIHandler):
    """POST /course/hint with the names that stand on the card, as JSON."""

    @authenticated
    async def post(self) -> None:
        given = self.get_json_body()
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            self.set_status(400)
            self.finish(json.dumps({"message": "The names of a hint are texts."}))
            return
        names = {name: given[name] for name in _NAMES if name in given}
        journal = open_journal()
        if journal is not None and {"lesson", "exercise", "hint"} <= names.keys():
            number = int(names["hint"]) if names["hint"].isdecimal() else 0
            review = {"review": names["review"]} if "review" in names else {}
            journal.add(names["lesson"], names["exercise"], "hint", number=number, **review)
        self.set_status(204)
        self.finish()
