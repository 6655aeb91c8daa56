"""The wire: values come back as they were, nothing malformed does harm, what is lent stays in its bounds."""

from __future__ import annotations

import collections
import datetime
import math
import os
import select
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.limits import OutOfTime, time_limit
from autograder.sandbox import stand_ins
from autograder.sandbox.codec import Codec, Scope, WireError
from autograder.sandbox.objects import Objects
from autograder.sandbox.remote_errors import CannotCross
from autograder.sandbox.wire import Gone, Peer

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")


def through(value: Any) -> Any:
    """A value as it arrives."""
    objects = Objects(strict=False, make=stand_ins.make)
    sent = msgpack.packb(Codec(objects, Scope()).encode(value))
    return Codec(objects, Scope()).decode(msgpack.unpackb(sent, strict_map_key=False))


SIMPLE = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
    | st.dates() | st.datetimes() | st.timedeltas() | st.decimals() | st.fractions()
)  # fmt: skip
HASHABLE = st.booleans() | st.integers() | st.text() | st.binary() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(HASHABLE, inner)
        | st.sets(HASHABLE)
        | st.frozensets(HASHABLE)
    ),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equal and of equal types, all the way down; nan is nan."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other) or bool(one == other)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_values_arrive_as_they_were(value: Any) -> None:
    assert same(through(value), value)


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6).reshape(2, 3).T,
        np.array(5),
        np.zeros((0, 3)),
        np.array(["a", "bb"]),
        np.array([1 + 2j], dtype=np.complex64),
        np.array(["2024-02-29"], dtype="datetime64[D]"),
    ],
    ids=lambda value: f"{value.dtype} {value.shape}",
)
def test_arrays_keep_type_shape_and_order(value: np.ndarray) -> None:
    found = through(value)
    np.testing.assert_array_equal(found, value)
    assert (found.dtype, found.shape) == (value.dtype, value.shape)
    assert found.flags.c_contiguous == value.flags.c_contiguous
    assert found.flags.writeable


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [1.5, None],
            "text": ["x", None],
            "kind": pd.Categorical(["u", "v"], categories=["v", "u"], ordered=True),
            "day": pd.to_datetime(["2024-01-01", None]),
            "moment": pd.to_datetime(["2024-01-01", "2024-06-01"]).tz_localize("Europe/Berlin"),
            "count": pd.array([1, None], dtype="Int64"),
            "things": [{1}, [2]],
        },
        index=pd.Index([3, 4], name="row"),
    )


def test_tables_keep_types_index_and_values() -> None:
    pd.testing.assert_frame_equal(through(table()), table())
    several = table().set_index(["text", "kind"])
    pd.testing.assert_frame_equal(through(several), several)
    daily = pd.Series(range(3), index=pd.date_range("2024", periods=3, freq="D"), name="daily")
    pd.testing.assert_series_equal(through(daily), daily)


def test_tensors_and_generators_cross_in_their_state() -> None:
    torch = pytest.importorskip("torch")
    weights = torch.arange(6.0).reshape(2, 3).requires_grad_()
    found = through(weights)
    assert torch.equal(found, weights) and found.requires_grad and found.dtype == weights.dtype
    rng = np.random.default_rng(3)
    rng.random(5)
    assert through(rng).random() == rng.random()


def test_one_value_met_twice_arrives_as_one_and_a_circle_as_a_circle() -> None:
    row = [1]
    first, second = through([row, row])
    assert first is second
    circle: list[Any] = []
    circle.append(circle)
    found = through(circle)
    assert found[0] is found


def test_special_types_keep_what_makes_them_special() -> None:
    point = collections.namedtuple("point", "x y")(1, 2)
    assert through(point) == (1, 2) and through(point).x == 1
    grouped = through(collections.defaultdict(list, {1: [2]}))
    assert grouped[7] == []
    assert through(collections.Counter("aab")) == {"a": 2, "b": 1}
    assert through([int, list[int], int | None, np.float64, ..., slice(1, 2), range(3)]) == [
        int, list[int], int | None, np.float64, ..., slice(1, 2), range(3),
    ]  # fmt: skip
    assert math.isnan(through(np.float32("nan"))) and type(through(np.float32(1))) is np.float32
    assert through(datetime.time(1, 2, tzinfo=datetime.UTC)) == datetime.time(1, 2, tzinfo=datetime.UTC)


def test_what_is_too_deep_is_refused_and_not_followed() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(WireError, match="deep"):
        through(deep)


# Two processes


class Served:
    """What the other process serves: cells of code and their names."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, source: str) -> None:
        exec(compile(source, "<cell 1>", "exec"), self.names)

    def get(self, name: str) -> Any:
        return self.names[name]


class Other:
    """Another process, asked over the wire as the supervisor asks a student's."""

    def __init__(self) -> None:
        mine, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            mine.close()
            objects = Objects(strict=False, make=stand_ins.make)
            objects.peer = Peer(theirs, objects.answer)
            objects.export(Served())
            try:
                objects.peer.serve_forever()
            finally:
                os._exit(0)
        theirs.close()
        self.objects = Objects(strict=True, make=stand_ins.make)
        self.peer = self.objects.peer = Peer(mine, self.objects.answer)

    def define(self, source: str, name: str) -> Any:
        """Runs code there and gives a stand-in for one of its names, or its value."""
        self.objects.ask(0, "call", "run", (source,))
        return self.objects.ask(0, "call", "get", (name,))

    def close(self) -> None:
        self.peer.close()
        os.waitpid(self.pid, 0)


@pytest.fixture
def other() -> Iterator[Other]:
    process = Other()
    yield process
    process.close()


def test_a_function_is_called_there_and_what_it_changes_is_changed_here(other: Other) -> None:
    add = other.define("def add(row, table, n=2):\n    row.append(n); table[0] = n\n    return row", "add")
    row, array = [1], np.zeros(2)
    assert add(row, array) is row
    assert row == [1, 2] and array.tolist() == [2, 0]
    frame = pd.DataFrame({"a": [1]})
    grow = other.define("def grow(frame):\n    frame['b'] = 5", "grow")
    assert grow(frame) is None
    assert frame.to_dict("list") == {"a": [1], "b": [5]}


def test_a_function_of_ours_can_be_handed_in_and_its_errors_come_back_as_they_are(other: Other) -> None:
    apply = other.define("def apply(f, x):\n    return f(x) + 1", "apply")
    assert apply(lambda x: x * 10, 4) == 41

    def fails(x: int) -> int:
        raise LookupError(x)

    with pytest.raises(LookupError) as caught:
        apply(fails, 4)
    assert caught.value.args == (4,)
    catches = other.define(
        "def catches(f):\n    try:\n        f()\n    except ZeroDivisionError:\n        return 'caught'", "catches"
    )
    assert catches(lambda: 1 / 0) == "caught"


def test_classes_objects_and_their_errors_are_what_they_seem(other: Other) -> None:
    source = """
class TooMuch(ValueError):
    def __init__(self, amount):
        super().__init__(f"{amount} is too much")
        self.amount = amount

class Account:
    rate = 3
    def __init__(self, balance=0):
        self.balance = balance
    def take(self, amount):
        if amount > self.balance:
            raise TooMuch(amount)
        self.balance -= amount
        return self
    @property
    def double(self):
        return 2 * self.balance
    @classmethod
    def rich(cls):
        return cls(1000)
    def __eq__(self, other):
        return self.balance == other.balance
    def __len__(self):
        return self.balance
    def __iter__(self):
        return iter(range(self.balance))
"""
    account_class = other.define(source, "Account")
    too_much = other.define("", "TooMuch")
    account = account_class(5)
    assert account.take(2) is account
    assert (account.balance, account.double, len(account), account_class.rate) == (3, 6, 3, 3)
    assert list(account) == [0, 1, 2]
    assert account == account_class(3) and account != account_class(4)
    assert isinstance(account_class.rich(), account_class)
    account.balance = 9
    assert account.double == 18
    with pytest.raises(ValueError, match="50 is too much") as caught:
        account.take(50)
    assert isinstance(caught.value, too_much) and caught.value.amount == 50
    assert caught.value.student_trace[-1][1] == ""  # this cell is in no notebook: its lines are not known


def test_generators_and_functions_made_there_go_on_living_there(other: Other) -> None:
    count = other.define("def count(n):\n    yield from range(n)", "count")
    assert list(count(3)) == [0, 1, 2]
    power = other.define("def power(n):\n    def raised(x):\n        return x ** n\n    return raised", "power")
    assert power(3)(2) == 8


@pytest.mark.parametrize("name", ["__globals__", "__code__", "__closure__", "__self__", "__class__", "func"])
def test_a_function_that_is_lent_can_be_called_and_nothing_else(other: Other, name: str) -> None:
    # The student's process has the wire itself, and may ask anything of the object behind its stand-in.
    source = """
def peek(f, name):
    inside = dict(zip(f.__code__.co_freevars, f.__closure__))
    return inside["objects"].cell_contents.ask(inside["number"].cell_contents, "get", name)
"""
    peek = other.define(source, "peek")
    with pytest.raises(Exception, match="not lent"):  # what the student's code met there, come back
        peek(lambda: 1, name)
    # And the trusted side itself, asked so:
    number = self_number(other, lambda: 1)
    with pytest.raises(WireError, match="not lent"):
        other.objects.answer(["get", number, name, [20, 0, [[20, 1, []], [21, 2, "dict", [], None]]]])


def self_number(other: Other, value: Any) -> int:
    return int(other.objects.export(value)["id"])


@pytest.mark.parametrize("value", [os, sys._getframe(), (lambda: 1).__code__], ids=["module", "frame", "code"])
def test_modules_frames_and_code_stay_on_our_side(value: Any) -> None:
    with pytest.raises(WireError, match="stays on this side"):
        Objects(strict=True, make=stand_ins.make).export(value)


def test_an_objects_private_names_are_not_lent_and_its_public_ones_only_where_tests_define_it() -> None:
    objects = Objects(strict=True, make=stand_ins.make)
    nothing = [20, 0, [[20, 1, []], [21, 2, "dict", [], None]]]

    class Double:
        __module__ = "groundwork_exercises_of_a_lesson"
        value = 3
        _secret = 4

    number = objects.export(Double())["id"]
    assert objects.answer(["get", number, "value", nothing])[0] == 3
    with pytest.raises(WireError, match="not lent"):
        objects.answer(["get", number, "_secret", nothing])
    with pytest.raises(WireError, match="not lent"):
        objects.answer(["set", number, "value", [20, 0, [[20, 1, [5]], [21, 2, "dict", [], None]]]])
    library = objects.export(np.random.RandomState(3))["id"]
    with pytest.raises(WireError, match="not lent"):
        objects.answer(["get", library, "rand", nothing])


def test_a_call_that_is_given_up_leaves_the_wire_usable(other: Other) -> None:
    def settle() -> None:
        assert other.peer.settle(5)

    other.objects.settle = settle
    slow = other.define("import time\ndef slow(seconds):\n    time.sleep(seconds)\n    return seconds", "slow")
    with pytest.raises(OutOfTime), time_limit(0.1):
        slow(0.5)
    assert other.peer.owed == 1
    assert slow(0) == 0
    assert other.peer.owed == 0


def test_a_process_that_is_gone_is_said_to_be(other: Other) -> None:
    leave = other.define("import os\ndef leave():\n    os._exit(3)", "leave")
    with pytest.raises(Gone):
        leave()
    with pytest.raises(Gone):
        leave()


# Whatever comes


FRAMES = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=8)
        | st.binary(max_size=8),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
        max_leaves=12,
    ).map(msgpack.packb),
    st.tuples(st.integers(0, 3), st.tuples(st.sampled_from(["get", "call", "set", "x"]), st.integers(-1, 3),
              st.sampled_from(["", "__call__", "__globals__", "a"]),
              st.lists(st.integers(0, 33) | st.lists(st.integers(0, 33), max_size=4), max_size=4))).map(msgpack.packb),
    st.lists(st.integers(0, 33) | st.text(max_size=5) | st.lists(st.integers(0, 33), max_size=3), max_size=4).map(
        lambda data: msgpack.packb([1, [[20, 0, data], None]])
    ),
)  # fmt: skip


def supervisor(frames: list[bytes]) -> None:
    """The trusted side meets these frames as answers to a question; anything but a refusal is a failure."""
    mine, theirs = socket.socketpair()
    try:
        objects = Objects(strict=True, make=stand_ins.make)
        objects.peer = Peer(mine, objects.answer)
        objects.export(lambda *args: 1)
        theirs.setblocking(False)
        for body in frames:
            theirs.send(struct.pack("!I", len(body)) + body)
        theirs.shutdown(socket.SHUT_WR)
        for _ in range(len(frames) + 1):
            try:
                objects.ask(0, "call", "")
            except (WireError, Gone, CannotCross):
                continue
            except Exception as error:  # an error that the other side describes is raised as it says
                assert hasattr(error, "student_trace"), error
            if not select.select([mine], [], [], 0)[0]:
                break
    finally:
        mine.close()
        theirs.close()


@given(st.lists(FRAMES, min_size=1, max_size=10))
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_frame_crashes_or_hangs_the_supervisor(frames: list[bytes]) -> None:
    with time_limit(5):
        supervisor(frames)


@pytest.mark.parametrize(
    "content",
    [struct.pack("!I", 0xFFFFFFFF), struct.pack("!I", 10) + b"abc", struct.pack("!I", 200_001) + b"\x91" * 200_001],
    ids=["four gigabytes", "cut off", "deeper than msgpack follows"],
)
def test_a_frame_that_is_too_large_too_short_or_too_deep_ends_the_conversation(content: bytes) -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        peer = Peer(mine, answers_nothing)
        theirs.sendall(content)
        theirs.shutdown(socket.SHUT_WR)
        with time_limit(5), pytest.raises(Gone):
            peer.request(None)


answers_nothing: Callable[[Any], Any] = lambda payload: None  # noqa: E731
