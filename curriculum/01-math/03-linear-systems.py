"""Exercises of 01-math/03-linear-systems."""

from functools import cache

import numpy as np

from autograder import datasets
from autograder.compare import close, holds, raises, same_shape, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="c",
    distractors={
        "a": "[2, 6] mixes the *rows*: 5 times [1, 2] minus [3, 4]. The numbers of the vector are amounts of the columns.",
        "b": "[5, -2, 15, -4] is what comes of multiplying place by place, laid in a row. A matrix times a vector also *adds*: "
        "one dot product for each row.",
        "d": "[7, 19] is the answer for [5, 1]. The second amount is −1, so the second column is taken away.",
    },
    concepts=["matrix–vector product"],
    hints=[
        "Each row of the matrix makes one number of the result. Which operation joins a row and the vector?",
        "The first number is the dot product of [1, 2] and [5, -1].",
    ],
)

warmup_2 = Choice(
    correct="b",
    distractors={
        "a": "100 × 100 is the shape of X times its transpose, the other way round. The rows of the result come from the *left* "
        "matrix: how many rows has the transpose?",
        "c": "100 × 3 is the shape of X itself. The transpose on the left has 3 rows.",
        "d": "They fit: the transpose has 100 columns, and X has 100 rows. What is left are the two outer numbers.",
    },
    concepts=["transpose", "matrix product"],
    hints=[
        "Write the two shapes side by side. Which numbers meet in the middle?",
        "The transpose has shape 3 × 100. The middle numbers vanish, the outer ones stay.",
    ],
)


eliminate = Exercise(
    concepts=["elimination", "linear system"],
    minutes=6,
    hints=[
        "How many times must row `pivot` be taken away so that nothing is left in column `pivot`? Try it with 4 above 2.",
        "The factor is a fraction of two numbers of column `pivot`: the one that shall vanish, and the pivot.",
        "`M[2]` is the whole of row 2. Write the new row into `result`; `M` itself is only read.",
    ],
)

EXAMPLE = np.array([[2.0, 1.0, 1.0, 7.0], [4.0, 3.0, 1.0, 13.0], [-2.0, 2.0, 3.0, 11.0]])


@eliminate.test("the example of the text: row 1 becomes [0, 1, -1, -1], the others stay")
def _(answer):
    cleared = [[2, 1, 1, 7], [0, 1, -1, -1], [-2, 2, 3, 11]]
    close(answer(EXAMPLE.copy(), 1, 0), cleared, what="The matrix after the step")


@eliminate.test("a number of opposite sign is cleared, too: row 2 becomes [0, 3, 4, 18]")
def _(answer):
    cleared = [[2, 1, 1, 7], [4, 3, 1, 13], [0, 3, 4, 18]]
    close(answer(EXAMPLE.copy(), 2, 0), cleared, what="The matrix after the step")


@eliminate.test("the pivot may be any number on the main diagonal, such as the 4 in row 1")
def _(answer):
    M = np.array([[2.0, 1.0, 5.0, 3.0], [0.0, 4.0, -2.0, 6.0], [0.0, 3.0, 1.0, 2.0]])
    cleared = [[2, 1, 5, 3], [0, 4, -2, 6], [0, 0, 2.5, -2.5]]
    close(answer(M, 2, 1), cleared, what="The matrix after the step")


@eliminate.test("a number that is 0 already needs nothing: the matrix comes back as it is")
def _(answer):
    M = np.array([[2.0, 1.0, 5.0, 3.0], [0.0, 4.0, -2.0, 6.0], [0.0, 3.0, 1.0, 2.0]])
    close(answer(M, 1, 0), M.copy(), what="The matrix after the step")


@eliminate.test("a pivot of 0 is refused with a ValueError")
def _(answer):
    for M in ([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], [[0.0, 1.0, 2.0], [0.0, 4.0, 5.0]]):
        with raises(ValueError):
            answer(np.array(M), 1, 0)


@eliminate.test("the matrix that was handed in stays as it was")
def _(answer):
    M = EXAMPLE.copy()
    with unchanged(M=M):
        answer(M, 1, 0)


@eliminate.test("the step leaves the solution of any system as it was", points=2, hidden=True)
def _(answer, rng):
    for n in (2, 4, 6):
        A, x = rng.normal(size=(n, n)), rng.normal(size=n)
        row, share = int(rng.integers(1, n)), rng.uniform(1, 4)
        A[0, 0], A[row, 0] = 2.0, 2.0 * share
        M = np.column_stack([A, A @ x])
        cleared = M.copy()
        cleared[row] = M[row] - share * M[0]
        close(answer(M, row, 0), cleared, what=f"The matrix of a system with {n} unknowns")


def stepping(change):
    """A wrong elimination step that still refuses a pivot of 0 and works on a copy."""

    def step(M, row, pivot):
        if M[pivot, pivot] == 0:
            raise ValueError("pivot 0")
        result = M.copy()
        change(M, result, row, pivot)
        return result

    return step


@eliminate.mistake(
    "Your fraction stands upside down: you divided the pivot by the number that shall vanish. To clear a 4 with a 2 you need the "
    "pivot row *twice*, not half of it."
)
def factor_upside_down(M, row, pivot):
    def change(M, result, row, pivot):
        with np.errstate(all="ignore"):
            result[row] = M[row] - M[pivot, pivot] / M[row, pivot] * M[pivot]

    return stepping(change)(M, row, pivot)


@eliminate.mistake("You added where you should take away: the number to be cleared has doubled instead of vanishing.")
def added(M, row, pivot):
    def change(M, result, row, pivot):
        result[row] = M[row] + M[row, pivot] / M[pivot, pivot] * M[pivot]

    return stepping(change)(M, row, pivot)


@eliminate.mistake(
    "You took the pivot row away once. That clears the number only if it is equal to the pivot. *How many times* must the pivot row "
    "go?"
)
def no_factor(M, row, pivot):
    def change(M, result, row, pivot):
        result[row] = M[row] - M[pivot]

    return stepping(change)(M, row, pivot)


@eliminate.mistake(
    "Your factor is the number that shall vanish. That would be right for a pivot of 1; with a pivot of 2 you take away twice as "
    "much as you should."
)
def not_divided(M, row, pivot):
    def change(M, result, row, pivot):
        result[row] = M[row] - M[row, pivot] * M[pivot]

    return stepping(change)(M, row, pivot)


@eliminate.mistake(
    "You multiplied row `row` by the pivot as well, as one does on paper to avoid fractions. The 0 comes out, but the row is another multiple of "
    "itself, and after ten steps its numbers are huge. Leave the row as it is, and take a fraction of the pivot row away."
)
def multiplied_crosswise(M, row, pivot):
    def change(M, result, row, pivot):
        result[row] = M[pivot, pivot] * M[row] - M[row, pivot] * M[pivot]

    return stepping(change)(M, row, pivot)


@eliminate.mistake(
    "You changed the wrong row: the pivot row stays, and row `row` gets the zero. The pivot row is the tool, not the workpiece."
)
def changes_the_pivot_row(M, row, pivot):
    def change(M, result, row, pivot):
        result[pivot] = M[row] - M[row, pivot] / M[pivot, pivot] * M[pivot]

    return stepping(change)(M, row, pivot)


@eliminate.mistake(
    "You set the one number to 0 and left the rest of the row. Then it is another equation with another solution. The *whole* "
    "row must lose the same multiple of the pivot row."
)
def zero_written(M, row, pivot):
    def change(M, result, row, pivot):
        result[row, pivot] = 0

    return stepping(change)(M, row, pivot)


@eliminate.mistake(
    "The last column stayed behind. It holds the right-hand sides, and an equation that loses something on the left must lose the "
    "same on the right."
)
def right_side_left_behind(M, row, pivot):
    def change(M, result, row, pivot):
        result[row, :-1] = M[row, :-1] - M[row, pivot] / M[pivot, pivot] * M[pivot, :-1]

    return stepping(change)(M, row, pivot)


@eliminate.mistake("You returned only the new row. The caller wants the whole matrix back, with that row in its place.")
def row_only(M, row, pivot):
    if M[pivot, pivot] == 0:
        raise ValueError("pivot 0")
    return M[row] - M[row, pivot] / M[pivot, pivot] * M[pivot]


@eliminate.mistake(
    "The step is right, but you wrote the new row into `M` itself, which belongs to the caller. The frame has made you a copy; it "
    "is called `result`."
)
def in_place(M, row, pivot):
    if M[pivot, pivot] == 0:
        raise ValueError("pivot 0")
    M[row] = M[row] - M[row, pivot] / M[pivot, pivot] * M[pivot]
    return M


@eliminate.mistake(
    "Right as long as the pivot isn't 0. If it is, NumPy divides all the same and fills the row with `inf` and `nan`. Ask before you "
    "divide, and stop with a ValueError."
)
def no_question(M, row, pivot):
    result = M.copy()
    with np.errstate(all="ignore"):
        result[row] = M[row] - M[row, pivot] / M[pivot, pivot] * M[pivot]
    return result


@eliminate.mistake(
    "For a pivot of 0 you hand the matrix back as if the step were done. The number below is still there, and the caller believes "
    "it is gone. Better loud than wrong: raise a ValueError."
)
def silent_at_zero(M, row, pivot):
    return M.copy() if M[pivot, pivot] == 0 else eliminated(M, row, pivot)


def eliminated(M, row, pivot):
    if M[pivot, pivot] == 0:
        raise ValueError("a pivot of 0 clears nothing")
    result = M.copy()
    result[row] = M[row] - M[row, pivot] / M[pivot, pivot] * M[pivot]
    return result


@eliminate.also_right
def number_by_number(M, row, pivot):
    if M[pivot, pivot] == 0:
        raise ValueError("a pivot of 0 clears nothing")
    result = M.copy()
    for column in range(M.shape[1]):
        result[row, column] = M[row, column] - M[pivot, column] * M[row, pivot] / M[pivot, pivot]
    return result


@eliminate.also_right
def by_matrix(M, row, pivot):
    if M[pivot, pivot] == 0:
        raise ValueError("pivot 0")
    step = np.eye(len(M))
    step[row, pivot] = -M[row, pivot] / M[pivot, pivot]
    return step @ M


back_substitute = Exercise(
    concepts=["back substitution", "linear system"],
    minutes=7,
    hints=[
        "In which row does only one unknown stand? Begin there.",
        "`range(n - 1, -1, -1)` counts from n − 1 down to 0.",
        "In each row all unknowns to the right of the diagonal are known already. Their part is the dot product of "
        "`U[row, row + 1:]` and the same places of `x`.",
        "Take that part away from `b[row]` first. What is left belongs to the number on the diagonal: divide by it.",
    ],
)

TRIANGLE, SIDE = np.array([[2.0, 1.0, 1.0], [0.0, 1.0, -1.0], [0.0, 0.0, 7.0]]), np.array([7.0, -1.0, 21.0])


@back_substitute.test("the example of the text has the solution [1, 2, 3]")
def _(answer):
    close(answer(TRIANGLE.copy(), SIDE.copy()), [1, 2, 3], what="The solution")


@back_substitute.test("the system 2x + 3y = 4, 5y = 10 has the solution [-1, 2]")
def _(answer):
    close(answer(np.array([[2.0, 3.0], [0.0, 5.0]]), np.array([4.0, 10.0])), [-1, 2], what="The solution")


@back_substitute.test("a single equation, 4x = 6, has the solution [1.5]")
def _(answer):
    close(answer(np.array([[4.0]]), np.array([6.0])), [1.5], what="The solution")


@back_substitute.test("what was handed in stays as it was")
def _(answer):
    U, b = TRIANGLE.copy(), SIDE.copy()
    with unchanged(U=U, b=b):
        answer(U, b)


@back_substitute.test("triangles of any size are solved", points=2, hidden=True)
def _(answer, rng):
    for n in (2, 5, 9):
        U = np.triu(rng.uniform(-1, 1, size=(n, n)), 1) + np.diag(
            rng.uniform(1, 3, size=n) * rng.choice([-1, 1], size=n)
        )
        x = rng.uniform(-5, 5, size=n)
        close(answer(U, U @ x), x, what=f"The solution of a system with {n} unknowns")


def substituting(U, b, value, rows=None):
    """Back substitution with its order and its formula given."""
    n = len(b)
    x = np.zeros(n)
    for row in range(n - 1, -1, -1) if rows is None else rows:
        x[row] = value(b[row], U[row] @ x - U[row, row] * x[row], U[row, row])
    return x


@back_substitute.mistake(
    "Each of your unknowns came out as if it stood alone in its row. In the last row it does; in the others, the part of the "
    "unknowns that are known already must be taken away first. Known they are only if you go from the bottom up."
)
def as_if_alone(U, b):
    return b / np.diag(U)


@back_substitute.mistake(
    "You added the part of the known unknowns. It stands on the left side of the equation; what happens to it on the way to the "
    "other side?"
)
def part_added(U, b):
    return substituting(U, b, lambda right, known, diagonal: (right + known) / diagonal)


@back_substitute.mistake("You didn't divide by the number on the diagonal. After 7z = 21, z is not yet 21.")
def never_divided(U, b):
    return substituting(U, b, lambda right, known, diagonal: right - known)


@back_substitute.mistake(
    "You divided first and took the known part away afterwards. All of what is left belongs to the diagonal: from 2x + 5 = 7 comes "
    "(7 − 5) / 2, not 7 / 2 − 5. Where do the brackets go?"
)
def divided_too_early(U, b):
    return substituting(U, b, lambda right, known, diagonal: right / diagonal - known)


@back_substitute.mistake(
    "You multiplied by the number on the diagonal. In 7z = 21 the 7 is already multiplied with z; how do you get rid of it?"
)
def multiplied(U, b):
    return substituting(U, b, lambda right, known, diagonal: (right - known) * diagonal)


@back_substitute.mistake(
    "Row 0 was never solved, so the first unknown is still 0. `range` stops one *before* its end: to reach 0 on the way down, the end "
    "must lie beyond it."
)
def stops_before_row_0(U, b):
    return substituting(U, b, lambda right, known, diagonal: (right - known) / diagonal, range(len(b) - 1, 0, -1))


@back_substitute.mistake(
    "The last row was never solved: its unknown stayed 0, and all others are wrong because of it. With n rows, the last one has the "
    "number n − 1."
)
def skips_the_last_row(U, b):
    return substituting(U, b, lambda right, known, diagonal: (right - known) / diagonal, range(len(b) - 2, -1, -1))


@back_substitute.mistake(
    "All unknowns are right and stand in the opposite order: you found the last one first, and put it first. Each belongs at the "
    "place of its column."
)
def in_the_order_found(U, b):
    return np.linalg.solve(U, b)[::-1]


@back_substitute.mistake(
    "The result is right, but you worked in `b` itself. That array belongs to the caller, whose right-hand sides are now gone. Put "
    "the unknowns into an array of their own."
)
def works_in_b(U, b):
    b[:] = np.linalg.solve(U, b)
    return b


@back_substitute.also_right
def by_library(U, b):
    return np.linalg.solve(U, b)


@back_substitute.also_right
def by_lists(U, b):
    x = [0.0] * len(b)
    for row in reversed(range(len(b))):
        rest = b[row]
        for column in range(row + 1, len(b)):
            rest -= U[row][column] * x[column]
        x[row] = rest / U[row][row]
    return x


@back_substitute.also_right
def column_by_column(U, b):
    rest, x = b.astype(float), np.zeros(len(b))
    for k in range(len(b) - 1, -1, -1):
        x[k] = rest[k] / U[k, k]
        rest = rest - x[k] * U[:, k]
    return x


solve = Exercise(
    concepts=["linear system", "elimination", "pivoting"],
    minutes=14,
    hints=[
        "Three things you have already: the table with the right-hand sides as its last column, the step that clears one number, "
        "and back substitution. What is missing before each round of steps?",
        "For each `pivot` from 0 to n − 1: find the row, from `pivot` on, with the largest *absolute* number in column `pivot`, and "
        "exchange the two whole rows. Then clear the column in all rows below.",
        "`np.argmax(np.abs(M[pivot:, pivot]))` counts from row `pivot` on, so 0 means row `pivot` itself.",
        "If even the largest is 0 the system has no single solution: raise the ValueError there, before you divide.",
    ],
)


@solve.test("the example of the text has the solution [1, 2, 3]")
def _(answer):
    close(answer(EXAMPLE[:, :3].copy(), EXAMPLE[:, 3].copy()), [1, 2, 3], what="The solution")


@solve.test("a 0 where the pivot should be is no obstacle: y = 2, x + z = 4, x - y + 2z = 5 is solved by [1, 2, 3]")
def _(answer):
    A = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, -1.0, 2.0]])
    close(answer(A, np.array([2.0, 4.0, 5.0])), [1, 2, 3], what="The solution")


@solve.test("a tiny pivot spoils nothing: the largest number of its column is used, whatever its sign")
def _(answer):
    close(answer(np.array([[1e-20, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0])), [1, 1], what="The solution")
    close(answer(np.array([[1e-20, 1.0], [-1.0, 1.0]]), np.array([1.0, -2.0])), [3, 1], what="The solution")
    A = np.array([[3.0, 0.0, 1.0], [0.0, 1e-20, 1.0], [0.0, 2.0, 2.0]])
    close(answer(A, np.array([6.0, 1.0, 4.0])), [5 / 3, 1, 1], what="The solution of three equations")


@solve.test("whole numbers are as good as others, and what was handed in stays as it was")
def _(answer):
    A, b = np.array([[2, 1], [1, 3]]), np.array([3, 5])
    with unchanged(A=A, b=b):
        close(answer(A, b), [0.8, 1.4], what="The solution")
    A, b = np.array([[0.0, 2.0], [5.0, 1.0]]), np.array([4.0, 7.0])
    with unchanged(A=A, b=b):
        close(answer(A, b), [1, 2], what="The solution")


@solve.test("a system without a single solution is refused with a ValueError, a system of tiny numbers is not")
def _(answer):
    flat = ([[1, 2], [2, 4]], [[0, 0], [0, 3]], [[2, 1, 1], [4, 2, 2], [1, 0, 1]], [[0.0]])
    for A in flat:
        with raises(ValueError):
            answer(np.array(A, dtype=float), np.arange(1.0, len(A) + 1))
    tiny = 1e-12 * np.array([[2.0, 1.0], [1.0, 3.0]])
    close(answer(tiny, tiny @ [4.0, -1.0]), [4, -1], what="The solution of the system of tiny numbers")


@solve.test("put back into the equations, the solution fits to ten digits, also where the rows are nearly alike")
def _(answer):
    places = np.arange(10)
    A = 1 / (places[:, None] + places + 1.0)
    b = A @ np.ones(10)
    x = np.asarray(answer(A, b), dtype=float)
    same_shape(x, (10,), what="The solution")
    worst = float(np.abs(A @ x - b).max())
    holds(
        worst < 1e-10,
        "Put back into the equations, the solution misses the right-hand side.",
        f"off by {worst:.1e}",
        "below 1e-10",
    )


@solve.test("systems of any size are solved", points=3, hidden=True)
def _(answer, rng):
    for n in (1, 3, 5, 12):
        A = rng.normal(size=(n, n)) + np.diag(rng.choice([-3, 3], size=n))[rng.permutation(n)]
        x = rng.uniform(-5, 5, size=n)
        close(answer(A, A @ x), x, rtol=1e-7, atol=1e-7, what=f"The solution of a system with {n} unknowns")


def gauss(A, b, choose=None, exchange=None, is_zero=None):
    """Elimination in which the choice of the pivot row, the exchange and the refusal can be wrong ones."""
    choose = choose or (lambda below: int(np.argmax(np.abs(below))))
    M = np.column_stack([A, b]).astype(float)
    n = len(b)
    for pivot in range(n):
        best = pivot + choose(M[pivot:, pivot])
        (exchange or whole_rows)(M, pivot, best)
        if (is_zero or (lambda number: number == 0))(M[pivot, pivot]):
            raise ValueError("no single solution")
        for row in range(pivot + 1, n):
            M[row] -= M[row, pivot] / M[pivot, pivot] * M[pivot]
    return substituting(M[:, :n], M[:, n], lambda right, known, diagonal: (right - known) / diagonal)


def whole_rows(M, one, other):
    M[[one, other]] = M[[other, one]]


NO_EXCHANGE = (
    "You took each pivot from the row where it happens to stand. If a 0 stands there, nothing can be cleared with it. Which row "
    "below could take its place?"
)


@solve.mistake(NO_EXCHANGE)
def never_exchanges(A, b):
    return gauss(A, b, choose=lambda below: 0)


@solve.mistake(NO_EXCHANGE + " As it is, NumPy divides by it, and `nan` is all that remains.")
def never_exchanges_or_asks(A, b):
    with np.errstate(all="ignore"):
        return gauss(A, b, choose=lambda below: 0, is_zero=lambda number: False)


@solve.mistake(
    "You exchange rows only when the pivot is exactly 0. With 1e-20 as a pivot the factor becomes 10²⁰, and all that stood in the row "
    "is rounded away beside it. Take the *largest* number of the column, always."
)
def exchanges_at_zero_only(A, b):
    return gauss(A, b, choose=lambda below: int(np.argmax(below != 0)))


@solve.mistake(
    "You looked for the largest number of the column, and −5 counts as smaller than 0 then. For a pivot the sign doesn't matter, only "
    "how far it is from 0."
)
def largest_with_sign(A, b):
    return gauss(A, b, choose=lambda below: int(np.argmax(below)))


@solve.mistake(
    "You exchanged the rows of the matrix and left the right-hand sides where they were. Each right-hand side belongs to its "
    "equation and moves with it."
)
def right_side_stays(A, b):
    def left_only(M, one, other):
        M[[one, other], :-1] = M[[other, one], :-1]

    return gauss(A, b, exchange=left_only)


@solve.mistake(
    "`M[pivot], M[best] = M[best], M[pivot]` doesn't exchange rows of an array: both names on the right are windows into the same "
    "array, so one row ends up there twice. Use double brackets, or a `.copy()`."
)
def one_row_twice(A, b):
    def windows(M, one, other):
        M[one], M[other] = M[other], M[one]

    with np.errstate(all="ignore"):
        return gauss(A, b, exchange=windows)


@solve.mistake(
    "`np.argmax` counted from row `pivot` on, and you took its answer for a row number of the whole matrix. So rows were "
    "exchanged that were finished already. What must be added?"
)
def counted_from_the_wrong_row(A, b):
    M = np.column_stack([A, b]).astype(float)
    n = len(b)
    with np.errstate(all="ignore"):
        for pivot in range(n):
            whole_rows(M, pivot, int(np.argmax(np.abs(M[pivot:, pivot]))))
            if M[pivot, pivot] == 0:
                raise ValueError("no single solution")
            for row in range(pivot + 1, n):
                M[row] -= M[row, pivot] / M[pivot, pivot] * M[pivot]
        return substituting(M[:, :n], M[:, n], lambda right, known, diagonal: (right - known) / diagonal)


@solve.mistake(
    "You looked for the largest number in the *whole* column. The rows above the pivot are finished; if one of them is fetched back, its "
    "zeros get lost. Only rows from `pivot` on may compete."
)
def searches_finished_rows(A, b):
    M = np.column_stack([A, b]).astype(float)
    n = len(b)
    with np.errstate(all="ignore"):
        for pivot in range(n):
            whole_rows(M, pivot, int(np.argmax(np.abs(M[:, pivot]))))
            if M[pivot, pivot] == 0:
                raise ValueError("no single solution")
            for row in range(pivot + 1, n):
                M[row] -= M[row, pivot] / M[pivot, pivot] * M[pivot]
        return substituting(M[:, :n], M[:, n], lambda right, known, diagonal: (right - known) / diagonal)


@solve.mistake(
    "You never ask whether the largest number of the column is 0. Then NumPy divides by 0, and `inf` and `nan` come back as if they "
    "were a solution. Stop with a ValueError before that."
)
def never_refuses(A, b):
    with np.errstate(all="ignore"):
        return gauss(A, b, is_zero=lambda number: False)


@solve.mistake(
    "You refuse every small pivot. How small is *too* small depends on the unit: in other units all numbers of the system may be tiny, "
    "and it has a solution all the same. Refuse exactly 0."
)
def refuses_small_pivots(A, b):
    return gauss(A, b, is_zero=lambda number: abs(number) < 1e-9)


@solve.mistake(
    "You computed the inverse and multiplied. The inverse has errors of its own, and where the rows are nearly alike, they are "
    "large: put back into the equations, your solution doesn't fit. Eliminate on the system itself, without the inverse."
)
def by_the_inverse(A, b):
    return np.linalg.inv(A) @ b


@solve.mistake(
    "You returned the last column after the elimination. The matrix is a triangle by then, not the identity: which step gets the "
    "unknowns out of it?"
)
def no_back_substitution(A, b):
    M = np.column_stack([A, b]).astype(float)
    n = len(b)
    for pivot in range(n):
        whole_rows(M, pivot, pivot + int(np.argmax(np.abs(M[pivot:, pivot]))))
        if M[pivot, pivot] == 0:
            raise ValueError("no single solution")
        for row in range(pivot + 1, n):
            M[row] -= M[row, pivot] / M[pivot, pivot] * M[pivot]
    return M[:, n]


@solve.mistake(
    "`A` holds whole numbers here, so your table holds whole numbers, too, and cuts off whatever you write into it: 1.5 becomes 1. Make it "
    "a table of floats before you begin."
)
def whole_numbers_only(A, b):
    M = np.column_stack([A, b])
    n = len(b)
    for pivot in range(n):
        whole_rows(M, pivot, pivot + int(np.argmax(np.abs(M[pivot:, pivot]))))
        if M[pivot, pivot] == 0:
            raise ValueError("no single solution")
        for row in range(pivot + 1, n):
            M[row] = M[row] - M[row, pivot] / M[pivot, pivot] * M[pivot]
    return substituting(M[:, :n], M[:, n], lambda right, known, diagonal: (right - known) / diagonal)


@solve.mistake(
    "The solution is right, but you exchanged and cleared rows in the caller's own arrays. Work on a table of your own; "
    "`np.column_stack` makes a new one."
)
def in_the_callers_arrays(A, b):
    n = len(b)
    for pivot in range(n):
        best = pivot + int(np.argmax(np.abs(A[pivot:, pivot])))
        whole_rows(A, pivot, best)
        whole_rows(b, pivot, best)
        if A[pivot, pivot] == 0:
            raise ValueError("no single solution")
        for row in range(pivot + 1, n):
            factor = A[row, pivot] / A[pivot, pivot]
            A[row] = A[row] - factor * A[pivot]
            b[row] = b[row] - factor * b[pivot]
    return substituting(A, b, lambda right, known, diagonal: (right - known) / diagonal)


@solve.mistake(
    "A least-squares solver gives *some* answer also where there is none, or where there are endlessly many. This exercise asks for a "
    "ValueError then; least squares come in the next section."
)
def least_squares_for_all(A, b):
    return np.linalg.lstsq(A, b, rcond=None)[0]


@solve.also_right
def by_numpy(A, b):
    return np.linalg.solve(A, b)


@solve.also_right
def step_by_step(A, b):
    n = len(b)
    M = np.zeros((n, n + 1))
    M[:, :n], M[:, n] = A, b
    for pivot in range(n):
        best = max(range(pivot, n), key=lambda row: abs(M[row, pivot]))
        if M[best, pivot] == 0:
            raise ValueError("no single solution")
        kept = M[pivot].copy()
        M[pivot], M[best] = M[best], kept
        for row in range(pivot + 1, n):
            M = eliminated(M, row, pivot)
    return list(substituting(M[:, :n], M[:, n], lambda right, known, diagonal: (right - known) / diagonal))


@solve.also_right
def clearing_above_as_well(A, b):
    M = np.column_stack([A, b]).astype(float)
    n = len(b)
    for pivot in range(n):
        whole_rows(M, pivot, pivot + int(np.argmax(np.abs(M[pivot:, pivot]))))
        if M[pivot, pivot] == 0:
            raise ValueError("no single solution")
        M[pivot] = M[pivot] / M[pivot, pivot]
        for row in range(n):
            if row != pivot:
                M[row] = M[row] - M[row, pivot] * M[pivot]
    return M[:, n]


least_squares = Exercise(
    concepts=["least squares", "normal equations", "linear regression"],
    minutes=7,
    hints=[
        "What does the price of a house of size 0 stand for in the formula, and which column of the matrix does it belong to?",
        "`np.ones(len(X))` is a column of ones as long as the table; `np.column_stack([…, …])` puts it beside the others.",
        "The normal equations are a square system like any other: on the left the transpose times the matrix, on the right the transpose "
        "times `y`.",
    ],
)

ROOMS, RENTS = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([2.0, 3.0, 5.0, 6.0])


@least_squares.test("the four flats of the text: intercept 0.5, slope 1.4")
def _(answer):
    close(answer(ROOMS.copy(), RENTS.copy()), [0.5, 1.4], what="The coefficients")


@least_squares.test("through two points there is a line without residuals: (1, 3) and (3, 7) lie on 1 + 2x")
def _(answer):
    close(answer(np.array([[1.0], [3.0]]), np.array([3.0, 7.0])), [1, 2], what="The coefficients")


@least_squares.test("points that lie on a plane give back the plane: 3 + 2a - 5b")
def _(answer):
    X = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [3.0, 3.0], [-1.0, 2.0]])
    close(answer(X, 3 + X @ [2.0, -5.0]), [3, 2, -5], what="The coefficients")


@least_squares.test("a flat cloud gives slope 0, and the mean as the intercept")
def _(answer):
    X = np.array([[-1.0], [1.0], [-1.0], [1.0]])
    close(answer(X, np.array([3.0, 3.0, 7.0, 7.0])), [5, 0], what="The coefficients")


@least_squares.test("what was handed in stays as it was")
def _(answer):
    X, y = ROOMS.copy(), RENTS.copy()
    with unchanged(X=X, y=y):
        answer(X, y)


@least_squares.test(
    "of noisy points with any number of features, the residuals are at a right angle to every column",
    points=3,
    hidden=True,
)
def _(answer, rng):
    for rows, features in ((6, 1), (30, 2), (80, 4)):
        X = rng.normal(size=(rows, features)) + rng.uniform(-2, 2, size=features)
        columns = np.column_stack([np.ones(rows), X])
        truth = rng.uniform(-5, 5, size=features + 1)
        noise = rng.normal(size=rows)
        orthogonal, _ = np.linalg.qr(columns)
        noise = noise - orthogonal @ (orthogonal.T @ noise)  # noise that no mix of the columns can explain
        close(answer(X, columns @ truth + noise), truth, what=f"The coefficients for {features} features")


def fitted(columns, y):
    return np.linalg.lstsq(columns, y, rcond=None)[0]


@least_squares.mistake(
    "There is no intercept: your line must go through the origin, as if a house of size 0 were free. Which column gives every row the "
    "same amount?"
)
def no_intercept(X, y):
    return fitted(X, y)


@least_squares.mistake(
    "There is no intercept: you put a 0 before the slopes, but they were fitted to a line through the origin. The intercept has to be "
    "fitted *together* with them, by a column of its own."
)
def intercept_zero(X, y):
    return np.concatenate([[0.0], fitted(X, y)])


@least_squares.mistake(
    "The intercept comes last in your answer, because the ones are your last column. The statement wants it first."
)
def intercept_last(X, y):
    return fitted(np.column_stack([X, np.ones(len(X))]), y)


@least_squares.mistake(
    "A column of *zeros* adds nothing to any row, so the intercept can't be found: the normal equations become singular. What must "
    "stand in the column so that each row gets the intercept exactly once?"
)
def zeros_for_ones(X, y):
    A = np.column_stack([np.zeros(len(X)), X])
    return np.linalg.solve(A.T @ A, A.T @ y)


@least_squares.mistake(
    "There are more equations than unknowns, so the matrix isn't square and `solve` refuses. What do both sides have to be multiplied by, "
    "so that a square system comes out?"
)
def solve_right_away(X, y):
    return np.linalg.solve(np.column_stack([np.ones(len(X)), X]), y)


@least_squares.mistake(
    "The left side is right; on the right side `y` still has one number for each row of the table. Both sides of the equations must be "
    "multiplied by the same matrix."
)
def right_side_left_alone(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    return np.linalg.solve(A.T @ A, y)


@least_squares.mistake(
    "`A @ A.T` compares every row with every row, a large and singular matrix. The normal equations compare every *column* with every "
    "column. In which order do the two stand then?"
)
def other_way_round(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    return np.linalg.solve(A @ A.T, A @ y)


@least_squares.mistake(
    "You fitted the slope to points moved to their mean, which is fine, and took the mean of `y` for the intercept. But that is the height "
    "of the line *at the mean of X*. How high is it at 0?"
)
def mean_for_the_intercept(X, y):
    return np.concatenate([[np.mean(y)], fitted(X - X.mean(axis=0), y - np.mean(y))])


@least_squares.mistake(
    "You drew the line through the first and the last point, and the others had no say. Least squares weighs all of them."
)
def first_and_last(X, y):
    slope = (y[-1] - y[0]) / (X[-1] - X[0]) if np.all(X[-1] != X[0]) else np.zeros(X.shape[1])
    return np.concatenate([[y[0] - slope @ X[0]], slope])


@least_squares.mistake(
    "You fitted X to y, and not y to X: that line makes the *horizontal* distances small. The prices are what shall be predicted."
)
def x_from_y(X, y):
    line = fitted(np.column_stack([np.ones(len(y)), y]), X[:, 0])
    return np.concatenate([[-line[0] / line[1]], 1 / line[1:]]) if abs(line[1]) > 1e-12 else line


@least_squares.mistake(
    "You fitted each column on its own, as if the others weren't there. They share the work: which matrix holds the dot products of *every* "
    "column with every other one?"
)
def each_column_alone(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    return A.T @ y / np.sum(A**2, axis=0)


@least_squares.also_right
def by_lstsq(X, y):
    return np.linalg.lstsq(np.column_stack([np.ones(len(X)), X]), y, rcond=None)[0]


@least_squares.also_right
def by_centring(X, y):
    slopes = np.linalg.lstsq(X - X.mean(axis=0), y - y.mean(), rcond=None)[0]
    return [y.mean() - X.mean(axis=0) @ slopes, *slopes]


@least_squares.also_right
def by_the_inverse_here(X, y):
    A = np.hstack([np.ones((X.shape[0], 1)), X])
    return np.linalg.inv(A.T @ A) @ A.T @ y


r_squared = Exercise(
    concepts=["residuals", "R²"],
    minutes=5,
    hints=[
        "Two sums of squares are compared. Which guess would you make for every house if you knew nothing about it but the "
        "prices of all?",
        "The first sum is over `y - predicted`, the second over the differences of `y` from its own mean. `np.sum(…**2)` adds up "
        "squares.",
        "The share that is left over is the first sum divided by the second. R² is the share that is *not* left over.",
    ],
)


@r_squared.test("the line of the text, 1.9, 3.3, 4.7, 6.1 for rents of 2, 3, 5, 6, has an R² of 0.98")
def _(answer):
    close(answer(RENTS.copy(), np.array([1.9, 3.3, 4.7, 6.1])), 0.98, what="R²")


@r_squared.test("perfect predictions give 1, the mean for everyone gives 0")
def _(answer):
    y = np.array([3.0, 1.0, 8.0, 4.0])
    close(answer(y, y.copy()), 1, what="R² of perfect predictions")
    close(answer(y, np.full(4, 4.0)), 0, what="R² of the mean for everyone")


@r_squared.test("predictions that are off by the same amount everywhere are worse for it, and may fall below 0")
def _(answer):
    y = np.array([3.0, 1.0, 8.0, 4.0])
    close(answer(y, y + 2), 1 - 16 / 26, what="R² of predictions that are 2 too high")
    close(answer(y, y - 5), 1 - 100 / 26, what="R² of predictions that are 5 too low")


@r_squared.test("any predictions are measured against the mean of the true values", points=3, hidden=True)
def _(answer, rng):
    for rows in (3, 20, 200):
        y, predicted = rng.normal(10, 3, size=rows), rng.normal(12, 4, size=rows)
        left = sum((a - b) ** 2 for a, b in zip(y.tolist(), predicted.tolist(), strict=True))
        mean = sum(y.tolist()) / rows
        close(answer(y, predicted), 1 - left / sum((a - mean) ** 2 for a in y.tolist()), what="R²")


@r_squared.mistake(
    "You measured the spread of `y` about the mean of the *predictions*. The rival is the mean of the true values: the best guess for "
    "whoever has no model."
)
def mean_of_predictions(y, predicted):
    return 1 - np.sum((y - predicted) ** 2) / np.sum((y - np.mean(predicted)) ** 2)


@r_squared.mistake(
    "You divided by the spread of the *predictions*. What shall be explained is the spread of the true values `y`, about their own mean."
)
def spread_of_predictions(y, predicted):
    spread = np.sum((predicted - np.mean(predicted)) ** 2)
    with np.errstate(all="ignore"):
        return 1 - np.sum((y - predicted) ** 2) / spread


@r_squared.mistake(
    "That is the share that is *left over*. Perfect predictions leave nothing over and should get 1, not 0."
)
def share_left_over(y, predicted):
    return np.sum((y - predicted) ** 2) / np.sum((y - np.mean(y)) ** 2)


@r_squared.mistake(
    "You added up the residuals without squaring them. Then too high and too low cancel, and a bad line may look perfect."
)
def no_squares(y, predicted):
    return 1 - np.sum(y - predicted) / np.sum((y - np.mean(y)) ** 2)


@r_squared.mistake(
    "You took absolute values in place of squares. Both stop the cancelling, but R² is defined by squares, as least squares are."
)
def absolute_values(y, predicted):
    return 1 - np.sum(np.abs(y - predicted)) / np.sum(np.abs(y - np.mean(y)))


@r_squared.mistake(
    "You compared the spread of the predictions with that of `y`. For the very line of least squares that is the same, but predictions may be "
    "spread out well and all be wrong: the residuals must have a part."
)
def explained_spread(y, predicted):
    return np.sum((predicted - np.mean(y)) ** 2) / np.sum((y - np.mean(y)) ** 2)


@r_squared.mistake(
    "That is the squared correlation. It forgives predictions that are all 2 too high, or twice too big, because it looks only at "
    "whether they rise and fall together. R² doesn't forgive."
)
def squared_correlation(y, predicted):
    with np.errstate(all="ignore"):
        return np.corrcoef(y, predicted)[0, 1] ** 2


@r_squared.mistake(
    "You took the *variance* of the residuals, which first takes away their mean. So predictions that are all 2 too high look perfect. Add "
    "up the squared residuals as they are."
)
def variance_of_residuals(y, predicted):
    return 1 - np.var(y - predicted) / np.var(y)


@r_squared.mistake(
    "The fraction is upside down: what the model leaves over belongs above the line, what the mean leaves over below it."
)
def upside_down(y, predicted):
    with np.errstate(all="ignore"):
        return 1 - np.sum((y - np.mean(y)) ** 2) / np.sum((y - predicted) ** 2)


@r_squared.mistake(
    "You divided by the squares of `y` itself, its distance from 0. The rival of the model isn't 0 but the mean of the true values."
)
def about_zero(y, predicted):
    return 1 - np.sum((y - predicted) ** 2) / np.sum(y**2)


@r_squared.mistake(
    "You measured the spread of `y` about its *median*. The rival of a line of least squares is the guess with the smallest squares, and that is "
    "the mean."
)
def with_the_median(y, predicted):
    return 1 - np.sum((y - predicted) ** 2) / np.sum((y - np.median(y)) ** 2)


@r_squared.mistake(
    "You cut off what falls below 0. But predictions that are worse than the mean for everyone are just what one wants to hear about."
)
def never_below_zero(y, predicted):
    return max(0.0, 1 - np.sum((y - predicted) ** 2) / np.sum((y - np.mean(y)) ** 2))


@r_squared.mistake(
    "That is the root of the mean squared residual: how far off the predictions are, in the units of `y`. R² has no unit; it compares with "
    "what the mean leaves over."
)
def root_mean_square(y, predicted):
    return np.sqrt(np.mean((y - predicted) ** 2))


@r_squared.mistake(
    "You added up first and squared the sum. Then too high and too low cancel before they are squared, and the differences "
    "from the mean always cancel to 0. Which comes first?"
)
def squares_the_sums(y, predicted):
    with np.errstate(all="ignore"):
        return 1 - np.sum(y - predicted) ** 2 / np.sum(y - np.mean(y)) ** 2


@r_squared.also_right
def by_sklearn(y, predicted):
    from sklearn.metrics import r2_score

    return r2_score(y, predicted)


@r_squared.also_right
def by_dot_products(y, predicted):
    residuals, spread = np.asarray(y) - predicted, np.asarray(y) - np.mean(y)
    return float(1 - residuals @ residuals / (spread @ spread))


error_growth = Exercise(
    concepts=["conditioning", "linear system"],
    minutes=7,
    hints=[
        "Solve twice: once with `b`, once with `b + nudge`. Which difference of the two answers interests us?",
        "How long a vector is, `np.linalg.norm` tells. A *relative* change is the length of the change divided by the length of what was "
        "there before.",
        "Two relative changes, one of the solution and one of `b`. Divide the first by the second.",
    ],
)

ALIKE, ALIKE_SIDE = np.array([[1.0, 1.0], [1.0, 1.01]]), np.array([2.0, 2.01])


@error_growth.test("the nearly parallel lines of the text: a nudge of [0, 0.01] grows about 284 times")
def _(answer):
    growth = np.sqrt(2 / 2) / (0.01 / np.sqrt(4 + 2.01**2))
    close(answer(ALIKE.copy(), ALIKE_SIDE.copy(), np.array([0.0, 0.01])), growth, rtol=1e-5, what="The growth")


@error_growth.test("a turn keeps lengths, so nothing grows: 1, whatever the nudge")
def _(answer):
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    close(answer(turn, np.array([3.0, 4.0]), np.array([0.1, 0.0])), 1, what="The growth")
    close(answer(turn, np.array([-1.0, 2.0]), np.array([-30.0, 40.0])), 1, what="The growth of a large nudge")


@error_growth.test("a nudge may also shrink: to a hundredth when it falls on the strong direction")
def _(answer):
    stretch = np.array([[100.0, 0.0], [0.0, 1.0]])
    close(answer(stretch, np.array([0.0, 5.0]), np.array([1.0, 0.0])), 0.01, what="The growth")
    close(answer(stretch, np.array([50.0, 0.0]), np.array([0.0, 1.0])), 100, what="The growth on the weak direction")


@error_growth.test("what was handed in stays as it was")
def _(answer):
    A, b, nudge = ALIKE.copy(), ALIKE_SIDE.copy(), np.array([0.01, 0.0])
    with unchanged(A=A, b=b, nudge=nudge):
        answer(A, b, nudge)


@error_growth.test("systems of any size are probed", points=2, hidden=True)
def _(answer, rng):
    for n in (2, 4, 7):
        one, _ = np.linalg.qr(rng.normal(size=(n, n)))
        two, _ = np.linalg.qr(rng.normal(size=(n, n)))
        strengths = rng.uniform(1, 30, size=n)
        A = one @ np.diag(strengths) @ two.T  # column i of `two` goes to strengths[i] times column i of `one`
        b, nudge = rng.uniform(2, 9) * one[:, 0], rng.uniform(0.01, 0.5) * one[:, 1]
        close(answer(A, b, nudge), strengths[0] / strengths[1], what=f"The growth in a system with {n} unknowns")


def both_solutions(A, b, nudge):
    return np.linalg.solve(A, b), np.linalg.solve(A, b + nudge)


@error_growth.mistake(
    "You compared the changes as they are. A change of 1 is much for a solution of length 1 and nothing for one of length a million: measure "
    "each change *relative* to what it changes."
)
def absolute_changes(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    return np.linalg.norm(after - before) / np.linalg.norm(nudge)


@error_growth.mistake(
    "That is the relative change of the solution alone. It says little without the nudge that caused it: how many times larger is it than the "
    "relative change of `b`?"
)
def change_of_the_solution(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    return np.linalg.norm(after - before) / np.linalg.norm(before)


@error_growth.mistake(
    "Your fraction stands upside down: growth is what comes *out* divided by what went *in*. For nearly parallel lines it must be large."
)
def upside_down_growth(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    return (np.linalg.norm(nudge) / np.linalg.norm(b)) / (np.linalg.norm(after - before) / np.linalg.norm(before))


@error_growth.mistake(
    "You took the difference of the two *lengths*. A solution that only changes direction would count as unchanged: take the length of the "
    "difference."
)
def difference_of_lengths(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    out = abs(np.linalg.norm(after) - np.linalg.norm(before)) / np.linalg.norm(before)
    return out / (np.linalg.norm(nudge) / np.linalg.norm(b))


@error_growth.mistake(
    "You solved with the nudge *in place of* `b` and took that for the new solution. The measurement is `b` plus a small error."
)
def nudge_for_b(A, b, nudge):
    before, after = np.linalg.solve(A, b), np.linalg.solve(A, nudge)
    return np.linalg.norm(after - before) / np.linalg.norm(before) / (np.linalg.norm(nudge) / np.linalg.norm(b))


@error_growth.mistake(
    "You measured the change of the solution relative to the *new* solution. What was there before is the measure, for the solution "
    "as for `b`."
)
def relative_to_the_new(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    return np.linalg.norm(after - before) / np.linalg.norm(after) / (np.linalg.norm(nudge) / np.linalg.norm(b))


@error_growth.mistake(
    "That is the condition number of the matrix: how much the *worst* nudge can grow. Here you are asked about this `b` and this nudge."
)
def the_condition_number(A, b, nudge):
    return np.linalg.cond(A)


@error_growth.mistake(
    "You divided by the *squared* lengths: `v @ v` is the length times itself. The length is its root, or `np.linalg.norm`."
)
def squared_lengths(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    change = after - before
    return (change @ change) / (before @ before) / ((nudge @ nudge) / (b @ b))


@error_growth.mistake(
    "You multiplied the changes by the matrix instead of solving. The question runs the other way: `b` is given, and x is what is looked for."
)
def multiplied_for_solved(A, b, nudge):
    return np.linalg.norm(A @ nudge) / np.linalg.norm(A @ b) / (np.linalg.norm(nudge) / np.linalg.norm(b))


@error_growth.mistake(
    "The second quotient needs brackets of its own: in p / q / r Python divides by q and then by r as well, so the length of "
    "b ends up on the wrong side."
)
def no_brackets(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    growth = np.linalg.norm(after - before) / np.linalg.norm(before)
    return growth / np.linalg.norm(nudge) / np.linalg.norm(b)


@error_growth.also_right
def by_two_solutions(A, b, nudge):
    before, after = both_solutions(A, b, nudge)
    out = np.linalg.norm(after - before) / np.linalg.norm(before)
    return float(out / (np.linalg.norm(nudge) / np.linalg.norm(b)))


@error_growth.also_right
def by_linearity(A, b, nudge):
    x, change = np.linalg.solve(A, np.column_stack([b, nudge])).T
    return np.sqrt(change @ change) * np.sqrt(b @ b) / (np.sqrt(x @ x) * np.sqrt(nudge @ nudge))


error_growth.equivalent(
    "after = np.linalg.solve(A, b - nudge)",
    because="a nudge in the opposite direction moves the solution just as far in the opposite direction",
)


predict_prices = Exercise(
    concepts=["linear regression", "least squares", "prediction"],
    minutes=15,
    hints=[
        "Which columns would you ask for first if you had to guess a price on the telephone? And what does `r_squared` say about them?",
        "Fit on `known` and `prices` only. The new houses come in at the very end: a column of ones, the same columns in the same order, "
        "times the coefficients.",
        "Two loops over the column numbers try all 15 pairs. Split the known houses in two, fit on one half, and measure R² on the other.",
    ],
)

COLUMNS = ["Lot_Area", "Bedroom_AbvGr", "Gr_Liv_Area", "Total_Bsmt_SF", "Year_Built", "Garage_Area"]


@cache
def tables():
    ames = datasets.load("ames")
    return ames[COLUMNS].to_numpy(dtype=float), ames["Sale_Price"].to_numpy(dtype=float)


def sales():
    """The six columns of the statement for every sale in Ames, and the prices, as copies."""
    features, prices = tables()
    return features.copy(), prices.copy()


def some_sales(rng, known=700, new=6):
    features, prices = sales()
    rows = rng.permutation(len(prices))
    return features[rows[:known]], prices[rows[:known]], features[rows[known : known + new]]


def predictions(answer, known, prices, new):
    """The predicted prices, one a row of `new`, and not all the same."""
    found = np.asarray(answer(known, prices, new))
    same_shape(found, (len(new),), what=f"The list of predictions for {len(new)} houses")
    alike = found.dtype.kind in "biuf" and np.ptp(found) == 0
    holds(not alike, "Very different houses all get the same price.", found)
    return found


@predict_prices.test(
    "every new house gets one price, a single house too, and the same one whoever is asked about beside it"
)
def _(answer):
    features, prices = sales()
    known, paid, new = features[:600].copy(), prices[:600].copy(), features[600:607].copy()
    with unchanged(known=known, prices=paid, new=new):
        together = predictions(answer, known, paid, new)
    close(answer(known, paid, new[2:3]), together[2:3], rtol=1e-6, what="The prediction for the third house alone")


@predict_prices.test("had every house cost $50,000 more, each prediction would be $50,000 higher")
def _(answer):
    features, prices = sales()
    known, paid, new = features[1000:1600], prices[1000:1600], features[:5]
    before = predictions(answer, known, paid, new)
    close(answer(known, paid + 50_000, new), before + 50_000, rtol=1e-5, what="The list of predictions")


@predict_prices.test("it is a plane: halfway between two houses, the predicted price is halfway, too")
def _(answer):
    features, prices = sales()
    known, paid = features[2000:2600], prices[2000:2600]
    one, other = features[:4], features[4:8]
    ends = (predictions(answer, known, paid, one) + predictions(answer, known, paid, other)) / 2
    close(answer(known, paid, (one + other) / 2), ends, rtol=1e-5, what="The list of predictions")


@predict_prices.test("with areas in square metres in place of square feet the predictions are the same", hidden=True)
def _(answer, rng):
    known, prices, new = some_sales(rng)
    units = np.array([0.0929, 1, 0.0929, 0.0929, 1, 0.0929])
    before = predictions(answer, known, prices, new)
    close(answer(known * units, prices, new * units), before, rtol=1e-4, what="The list of predictions")


@predict_prices.test(
    "on homes that it hasn't seen, in four splits of the sales, R² is 0.65 or more on average", points=4, hidden=True
)
def _(answer):
    features, prices = sales()
    scores = []
    for split in range(4):
        rows = np.random.default_rng(split).permutation(len(prices))
        seen, unseen = rows[:1500], rows[1500:]
        predicted = np.asarray(answer(features[seen], prices[seen], features[unseen]), dtype=float)
        same_shape(predicted, unseen.shape, what="The list of predictions")
        left = prices[unseen] - predicted
        spread = prices[unseen] - prices[unseen].mean()
        scores.append(1 - left @ left / (spread @ spread))
    average = float(np.mean(scores))
    holds(
        average >= 0.65,
        "The predictions for homes that weren't seen are not good enough.",
        f"an R² of {average:.2f}",
        "0.65 or more",
    )


def plane(columns, ones=True):
    """Predictions by least squares on some of the columns."""

    def table(houses):
        return np.column_stack([np.ones(len(houses)), houses[:, columns]]) if ones else houses[:, columns]

    def predict(known, prices, new):
        return table(new) @ fitted(table(known), prices)

    return predict


@predict_prices.mistake(
    "You predicted from the living area alone, a line and not yet a plane. Two houses of the same size may be a hundred years apart: "
    "which second column says most about what the first one leaves open?"
)
def area_only(known, prices, new):
    return plane([2])(known, prices, new)


@predict_prices.mistake(
    "You took the first two columns, plot and bedrooms, because they stand first. They explain next to nothing. Let R² tell you "
    "which pair does."
)
def first_two_columns(known, prices, new):
    return plane([0, 1])(known, prices, new)


@predict_prices.mistake(
    "There is no intercept: your plane must go through the origin. A constant that all prices have in common can't be learnt then. Which "
    "column is missing, in both tables?"
)
def without_ones(known, prices, new):
    return plane([2, 4], ones=False)(known, prices, new)


@predict_prices.mistake(
    "There is no intercept: all six columns, but not the one that gives every house the same amount. A constant that all prices have in "
    "common can't be learnt then."
)
def all_without_ones(known, prices, new):
    return plane([0, 1, 2, 3, 4, 5], ones=False)(known, prices, new)


@predict_prices.mistake(
    "Every house gets the mean of the known prices. That is the rival that R² measures you against, and it scores 0. The houses' "
    "own numbers have to come in."
)
def mean_for_all(known, prices, new):
    return np.full(len(new), np.mean(prices))


@predict_prices.mistake(
    "You returned the coefficients of the plane. The caller wants the *prices* of the new houses: apply the coefficients to them."
)
def coefficients_only(known, prices, new):
    return fitted(np.column_stack([np.ones(len(known)), known[:, [2, 4]]]), prices)


@predict_prices.mistake(
    "You looked up the most similar known house and repeated its price. That can be a good idea, but it isn't a plane: between two houses "
    "the price jumps."
)
def nearest_house(known, prices, new):
    squares = np.sum(known**2, axis=1) - 2 * new @ known.T  # the part of the squared distances that decides
    return prices[np.argmin(squares, axis=1)]


@predict_prices.mistake(
    "You measured the new houses by their *own* mean, and the known ones by theirs. So the same house gets another price in other "
    "company, and a single one always the mean. Keep the mean of the known houses, and use it for both."
)
def each_by_its_own_mean(known, prices, new):
    slopes = fitted((known - known.mean(axis=0))[:, [2, 4]], prices - prices.mean())
    return prices.mean() + (new - new.mean(axis=0))[:, [2, 4]] @ slopes


@predict_prices.mistake(
    "You multiplied the area by the mean price of a square foot. That line goes through the origin and knows only one column; an "
    "extra square foot costs less than an average one, because every house has a price that doesn't depend on its size."
)
def price_per_square_foot(known, prices, new):
    return new[:, 2] * np.mean(prices / known[:, 2])


@predict_prices.mistake(
    "You predicted the prices of the *known* houses. They are known; the columns of `new` must be multiplied with the coefficients."
)
def predicts_the_known(known, prices, new):
    return plane([2, 4])(known, prices, known)


@predict_prices.also_right
def all_columns(known, prices, new):
    return plane([0, 1, 2, 3, 4, 5])(known, prices, new)


@predict_prices.also_right
def by_scikit_learn(known, prices, new):
    from sklearn.linear_model import LinearRegression

    return LinearRegression().fit(known[:, 2:5], prices).predict(new[:, 2:5])


@predict_prices.also_right
def best_pair(known, prices, new):
    def left_over(pair):
        residuals = prices - plane(pair)(known, prices, known)
        return residuals @ residuals

    pairs = [[i, j] for i in range(6) for j in range(i + 1, 6)]
    return plane(min(pairs, key=left_over))(known, prices, new).tolist()
