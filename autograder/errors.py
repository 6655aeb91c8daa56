"""The errors that are written for people: one for whoever runs the course, one for whoever answers."""


class CourseError(Exception):
    """Something a person can put right: one sentence, then the next command to type.

    Raised anywhere below, caught once at the edge: the command line prints it, a notebook shows it as a
    short line instead of a traceback.
    """

    def __init__(self, sentence: str, next_step: str = "") -> None:
        self.sentence = sentence
        self.next_step = next_step
        super().__init__(f"{sentence}\n{next_step}" if next_step else sentence)

    def _render_traceback_(self) -> list[str]:
        """IPython calls this instead of printing a traceback."""
        return [str(self)]


NOTHING = (
    "is nothing (None). Is there a `return` on every path? (Methods such as `sort` and `append` give back None, too.)"
)


class Mismatch(AssertionError):  # noqa: N818 - what a test found is not an error of the program
    """What a test found, in the learner's terms.

    `message` is a sentence; `got` and `expected` are short texts, empty where the sentence says it all. `seen`
    is a copy of what was looked at, in full: it tells two failures apart that read the same.
    """

    def __init__(self, message: str, got: str = "", expected: str = "", seen: object = None) -> None:
        self.message = message
        self.got = got
        self.expected = expected
        self.seen = seen
        parts = [message, f"got {got}" if got else "", f"expected {expected}" if expected else ""]
        super().__init__("; ".join(part for part in parts if part))
