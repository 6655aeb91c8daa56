"""Exercises of 01-math/02-matrices."""

import cmath
import math

import numpy as np

from autograder import datasets
from autograder.compare import close, equal, holds, raises, same_shape, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="a",
    distractors={
        "b": "[-3, 2] holds the products, place by place: 3 · (−1) and 1 · 2. A dot product is *one* number. Which step "
        "is left?",
        "c": "5 is what comes out without the minus sign: 3 · 1 + 1 · 2. But the −1 in the second vector takes away.",
        "d": "4 · 1 = 4 comes from adding up each vector first. Only numbers at the *same place* meet: the 3 with the −1, "
        "the 1 with the 2.",
    },
    concepts=["dot product"],
    hints=[
        "Which numbers stand at the same places?",
        "Multiply 3 with −1 and 1 with 2, and then do one thing more with the two products.",
    ],
)

warmup_2 = Choice(
    correct="d",
    distractors={
        "a": "[1, 3] has the right length, but its dot product with [3, 1] is 3 · 1 + 1 · 3 = 6. What must it be at a right "
        "angle?",
        "b": "[-3, -1] points exactly the other way: that is half a turn, 180°, not a right angle.",
        "c": "[3, -1] is [3, 1] mirrored at the horizontal axis. Their dot product is 9 − 1 = 8; at a right angle it would "
        "be another number.",
    },
    concepts=["dot product", "angle"],
    hints=[
        "What is the dot product of two vectors that stand at a right angle?",
        "Compute the four dot products with [3, 1]; one of them stands out.",
    ],
)


mix_columns = Exercise(
    concepts=["matrix–vector product", "matrix"],
    minutes=5,
    hints=[
        "On paper: which column belongs to the first number of `x`, and what do you do with the two?",
        "The columns are numbered from 0 to `A.shape[1] - 1`; `for k in range(A.shape[1])` goes through them.",
        "In each round, add `x[k]` times column number `k`, which is `A[:, k]`, to what `result` already holds. Return it "
        "after the loop.",
    ],
)


@mix_columns.test("the example of the text: [3, 2] mixes the columns of [[2, 1], [0, 1]] to [8, 2]")
def _(answer):
    close(answer(np.array([[2.0, 1.0], [0.0, 1.0]]), [3.0, 2.0]), [8, 2], what="The mix")


@mix_columns.test("three rows and two columns: two amounts go in, three numbers come out")
def _(answer):
    A = np.array([[1.0, 4.0], [2.0, -1.0], [0.0, 3.0]])
    close(answer(A, np.array([2.0, -1.0])), [-2, 5, -3], what="The mix")


@mix_columns.test("two rows and three columns: three amounts go in, two numbers come out")
def _(answer):
    A = np.array([[1.0, 0.0, 2.0], [3.0, -1.0, 1.0]])
    close(answer(A, np.array([1.0, 2.0, 4.0])), [9, 5], what="The mix")


@mix_columns.test("matrices of any shape are mixed, down to a single row or a single column", points=2, hidden=True)
def _(answer, rng):
    for rows, columns in ((2, 2), (1, 6), (5, 1), (7, 4)):
        A, x = rng.normal(size=(rows, columns)), rng.normal(size=columns)
        expected = [math.fsum(A[row] * x) for row in range(rows)]
        close(answer(A, x), expected, what=f"The mix of a matrix of shape {(rows, columns)}")


@mix_columns.mistake(
    "You took row `k` where column `k` was meant. In `A[row, column]` the row stands first, so a column is what you get "
    "when the *first* place is left open with a colon."
)
def rows_for_columns(A, x):
    result = np.zeros(A.shape[0])
    for k in range(A.shape[1]):
        result = result + x[k] * A[k, :]
    return result


@mix_columns.mistake(
    "Your loop goes through as many columns as there are *rows*. That is the same number only for a square matrix. Which "
    "number of `A.shape` counts the columns?"
)
def counts_the_rows(A, x):
    result = np.zeros(A.shape[0])
    for k in range(A.shape[0]):
        result = result + x[k] * A[:, k]
    return result


@mix_columns.mistake(
    "`A * x` multiplies each column by its amount and leaves the columns apart, as a table. A mix is poured together: "
    "what do you do with the columns in the end?"
)
def columns_left_apart(A, x):
    return A * np.asarray(x)


@mix_columns.mistake(
    "You added up each *column* and lost the places: `axis=0` runs down the rows. The first numbers of all columns "
    "belong together, and so do the second ones."
)
def sums_down_the_columns(A, x):
    return np.sum(A * np.asarray(x), axis=0)


@mix_columns.mistake(
    "You added everything up to one number. The columns are added place by place, as vectors are, so the mix is a vector "
    "with as many numbers as `A` has rows."
)
def one_number(A, x):
    return float(np.sum(A * np.asarray(x)))


@mix_columns.mistake("You added the columns without their amounts, one of each. Where do the numbers in `x` come in?")
def one_of_each(A, x):
    return np.sum(A, axis=1)


@mix_columns.mistake(
    "At the end only the last column is left in the mix: `result = x[k] * …` throws away what was collected before. How do "
    "you *add* to what the name already holds?"
)
def keeps_the_last_column(A, x):
    k = A.shape[1] - 1
    return x[k] * A[:, k]


@mix_columns.mistake(
    "Only the first column is in the mix. A `return` inside the loop ends the whole function in the first round. How far "
    "must it move to the left?"
)
def returns_in_the_loop(A, x):
    return x[0] * A[:, 0]


@mix_columns.mistake(
    "You added the amount to the column where the column should be *multiplied* by it: three times a column is not the "
    "column plus three."
)
def plus_for_times(A, x):
    result = np.zeros(A.shape[0])
    for k in range(A.shape[1]):
        result = result + (x[k] + A[:, k])
    return result


@mix_columns.mistake(
    "The last column is missing. `range(n)` already stops one before `n`; taking one away again drops a column."
)
def without_the_last_column(A, x):
    result = np.zeros(A.shape[0])
    for k in range(A.shape[1] - 1):
        result = result + x[k] * A[:, k]
    return result


@mix_columns.also_right
def by_operator(A, x):
    return A @ np.asarray(x)


@mix_columns.also_right
def by_rows(A, x):
    return [sum(number * amount for number, amount in zip(row, x, strict=True)) for row in A]


@mix_columns.also_right
def by_transposed(A, x):
    result = 0
    for amount, column in zip(x, A.T, strict=True):
        result = result + amount * column
    return result


def rotated(degrees):
    """The matrix that turns the plane, read off the complex number of length 1 at that angle."""
    turn = cmath.rect(1, math.radians(degrees))
    return np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])


rotation = Exercise(
    concepts=["rotation", "matrix", "transformation"],
    minutes=6,
    hints=[
        "Where does the turn take the arrow [1, 0]? And [0, 1]? Their new places are the two columns.",
        "NumPy's `np.cos` and `np.sin` want radians. Turn the degrees into radians first and give them a name.",
        "A matrix is written row by row, so the first *column*, cosine above sine, is spread over both rows: "
        "`np.array([[cosine, …], [sine, …]])`.",
    ],
)


@rotation.test("a quarter turn, 90°, takes [1, 0] up to [0, 1] and [0, 1] left to [-1, 0]")
def _(answer):
    close(answer(90), [[0, -1], [1, 0]], what="The matrix for 90°")


@rotation.test("30° gives about [[0.866, -0.5], [0.5, 0.866]]")
def _(answer):
    close(answer(30), [[math.sqrt(0.75), -0.5], [0.5, math.sqrt(0.75)]], what="The matrix for 30°")


@rotation.test("0° leaves everything in place, 180° turns every sign round, and -90° goes clockwise")
def _(answer):
    close(answer(0), [[1, 0], [0, 1]], what="The matrix for 0°")
    close(answer(180), [[-1, 0], [0, -1]], what="The matrix for 180°")
    close(answer(-90), [[0, 1], [-1, 0]], what="The matrix for -90°")


@rotation.test("any angle turns every arrow by just that angle", points=2, hidden=True)
def _(answer, rng):
    for degrees in rng.uniform(-400, 400, size=6):
        close(answer(float(degrees)), rotated(degrees), what=f"The matrix for {degrees:.1f}°")


def turning(build):
    """A wrong rotation made of the cosine and the sine of the right angle."""

    def turn(degrees):
        angle = math.radians(degrees)
        return np.array(build(math.cos(angle), math.sin(angle)))

    return turn


@rotation.mistake(
    "Your matrix turns the other way, clockwise. Check it with a quarter turn: [1, 0] should go *up* to [0, 1]. Which of "
    "the two sines carries the minus sign?"
)
def clockwise(degrees):
    return turning(lambda c, s: [[c, s], [-s, c]])(degrees)


@rotation.mistake(
    "Your matrix turns the right way, and by the wrong angle: the cosine and the sine were taken of the *degrees*. They "
    "count in radians, where a half turn is π and not 180. What must happen to the degrees first?"
)
def degrees_for_radians(degrees):
    return np.array([[np.cos(degrees), -np.sin(degrees)], [np.sin(degrees), np.cos(degrees)]])


@rotation.mistake(
    "You converted in the wrong direction: `np.degrees` makes degrees out of radians. Here degrees come in, and the "
    "cosine and the sine want radians."
)
def converted_the_wrong_way(degrees):
    angle = np.degrees(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@rotation.mistake(
    "The minus sign is missing. Then the columns are mirror images of each other instead of standing at a right angle; the "
    "plane is squeezed, not turned. Where does [0, 1] go in a quarter turn?"
)
def no_minus(degrees):
    return turning(lambda c, s: [[c, s], [s, c]])(degrees)


@rotation.mistake(
    "You exchanged cosine and sine. At 0° nothing should move, so the matrix must then have ones on the way from top left "
    "to bottom right. Which of the two is 1 at 0°?"
)
def sine_for_cosine(degrees):
    return turning(lambda c, s: [[s, -c], [c, s]])(degrees)


@rotation.mistake(
    "Both sines carry a minus sign. Then the first column dips *down*, and the second leans left: they are no longer at a "
    "right angle. Which column should point up?"
)
def both_minus(degrees):
    return turning(lambda c, s: [[c, -s], [-s, c]])(degrees)


@rotation.mistake(
    "The minus sign stands at a cosine, so your matrix turns *and mirrors*: at 0° it turns the picture upside down. At 0° "
    "nothing should move."
)
def mirrors(degrees):
    return turning(lambda c, s: [[c, s], [s, -c]])(degrees)


@rotation.mistake(
    "You returned only where [1, 0] goes. A turn needs a second column as well, for [0, 1]: the matrix has two rows *and* "
    "two columns."
)
def first_column_only(degrees):
    return turning(lambda c, s: [c, s])(degrees)


@rotation.mistake(
    "With 3.14 for π each turn ends a little off, and many turns add up. Use `np.pi`, or let `np.radians` do the "
    "conversion."
)
def short_pi(degrees):
    angle = degrees * 3.14 / 180
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@rotation.mistake(
    "Your turn is only half as big as it should be. π radians are a *half* turn; how many degrees are that?"
)
def half_the_angle(degrees):
    return turning(lambda c, s: [[c, -s], [s, c]])(degrees / 2)


@rotation.mistake(
    "You rounded the cosine and the sine. Rounding is for printing; here each turn would end a little off, and many turns "
    "add up. Hand the numbers back as they are."
)
def rounded_numbers(degrees):
    return np.round(rotated(degrees), 2)


@rotation.mistake(
    "You rounded the cosine and the sine. The example shows three digits only to be short; a rounded turn ends a little "
    "off, and many turns add up. Hand the numbers back as they are."
)
def rounded_to_three(degrees):
    return np.round(rotated(degrees), 3)


@rotation.mistake(
    "The two rows stand in `np.array` as two arguments, and NumPy takes the second for something else: the kind of the "
    "numbers. A matrix is *one* list that holds its rows."
)
def rows_as_two_arguments(degrees):
    return turning(lambda c, s: np.array([c, -s], [s, c]))(degrees)


@rotation.also_right
def by_columns(degrees):
    angle = degrees * np.pi / 180
    return np.column_stack([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


@rotation.also_right
def by_math(degrees):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [[c, -s], [s, c]]


matrix_product = Exercise(
    concepts=["matrix product", "dot product"],
    minutes=8,
    hints=[
        "How many rows and how many columns does the result have? Begin with `np.zeros` of that shape.",
        "Two loops, one inside the other: for each `row` of `A` and each `column` of `B` there is one number to compute.",
        "That number is a dot product. Row number `row` of `A` is `A[row, :]`; write column number `column` of `B` in the "
        "same way.",
        "Before the loops, compare how many columns `A` has with how many rows `B` has; the sentence of the ValueError "
        "contains the word columns.",
    ],
)


@matrix_product.test("[[1, 2], [3, 4]] times [[0, 1], [5, -2]] is [[10, -3], [20, -5]]")
def _(answer):
    product = answer(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [5.0, -2.0]]))
    close(product, [[10, -3], [20, -5]], what="The product")


@matrix_product.test("2 × 3 times 3 × 2 is 2 × 2, and 3 × 2 times 2 × 3 is 3 × 3")
def _(answer):
    wide, tall = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 1.0]]), np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 0.0]])
    close(answer(wide, tall), [[5, 1], [4, 2]], what="The product of 2 × 3 and 3 × 2")
    close(answer(tall, wide), [[2, 3, 7], [1, 3, 5], [1, 0, 2]], what="The product of 3 × 2 and 2 × 3")


@matrix_product.test("shapes that don't fit are refused with a ValueError that speaks of columns")
def _(answer):
    for left, right in (((2, 3), (2, 3)), ((2, 2), (3, 2)), ((3, 4), (3, 3)), ((2, 1), (2, 2))):
        with raises(ValueError, says="columns"):
            answer(np.ones(left), np.ones(right))


@matrix_product.test("a row times a column is a 1 × 1 matrix, and a column times a row a whole table")
def _(answer):
    row, column = np.array([[2.0, -1.0, 3.0]]), np.array([[4.0], [5.0], [1.0]])
    close(answer(row, column), [[6]], what="The product of a row and a column")
    close(answer(column, row), [[8, -4, 12], [10, -5, 15], [2, -1, 3]], what="The product of a column and a row")


@matrix_product.test("matrices of any fitting shapes are multiplied", points=2, hidden=True)
def _(answer, rng):
    for rows, inner, columns in ((2, 2, 2), (4, 3, 6), (1, 5, 2), (3, 7, 1)):
        A, B = rng.normal(size=(rows, inner)), rng.normal(size=(inner, columns))
        expected = np.einsum("ik,kj->ij", A, B)
        close(answer(A, B), expected, what=f"The product of shapes {A.shape} and {B.shape}")


def refusing(multiply):
    """A wrong product that still refuses shapes which don't fit."""

    def product(A, B):
        if A.shape[1] != B.shape[0]:
            raise ValueError(f"{A.shape[1]} columns on the left, {B.shape[0]} rows on the right")
        return multiply(A, B)

    return product


ELEMENTWISE = (
    "`*` multiplies place by place: the number at a place of `A` meets only the number at the *same* place of `B`. In a "
    "product of matrices a whole row of `A` meets a whole column of `B`."
)


@matrix_product.mistake(ELEMENTWISE)
def place_by_place(A, B):
    return A * B


@matrix_product.mistake(ELEMENTWISE)
def place_by_place_checked(A, B):
    return refusing(lambda A, B: A * B)(A, B)


SWAPPED = (
    "That is B times A. Unlike numbers, matrices may not change places: the *rows* come from the left matrix, the *columns* "
    "from the right one."
)


@matrix_product.mistake(SWAPPED)
def other_order(A, B):
    return B @ A


@matrix_product.mistake(SWAPPED)
def other_order_checked(A, B):
    return refusing(lambda A, B: B @ A)(A, B)


@matrix_product.mistake(
    "You paired rows of `A` with *rows* of `B`. A row on the left meets a column on the right; in `B[row, column]`, which "
    "place must be left open with a colon?"
)
def rows_with_rows(A, B):
    def multiply(A, B):
        result = np.zeros((A.shape[0], B.shape[1]))
        for row in range(A.shape[0]):
            for column in range(B.shape[1]):
                result[row, column] = A[row, :] @ B[column, :]
        return result

    return refusing(multiply)(A, B)


@matrix_product.mistake(
    "You paired *columns* of `A` with columns of `B`. From the left matrix it is the row that is taken; in `A[row, "
    "column]`, which place must be left open with a colon?"
)
def columns_with_columns(A, B):
    def multiply(A, B):
        result = np.zeros((A.shape[0], B.shape[1]))
        for row in range(A.shape[0]):
            for column in range(B.shape[1]):
                result[row, column] = A[:, row] @ B[:, column]
        return result

    return refusing(multiply)(A, B)


@matrix_product.mistake(
    "Each number of your result is a single product, the last one. A dot product *adds* all of them: `=` throws away what "
    "was collected before."
)
def keeps_the_last(A, B):
    return refusing(lambda A, B: A[:, -1:] @ B[-1:, :])(A, B)


@matrix_product.mistake(
    "Rows and columns of your result are the other way round. The row number comes from `A`, the column number from `B`, "
    "and the row stands first in `result[row, column]`."
)
def result_turned(A, B):
    return refusing(lambda A, B: (A @ B).T)(A, B)


@matrix_product.mistake(
    "Your result has the shape of `A`. It has as many rows as `A`, but as many columns as `B`, since each column of `B` "
    "makes one of them."
)
def shape_of_a(A, B):
    def multiply(A, B):
        result = np.zeros(A.shape)
        for row in range(A.shape[0]):
            for column in range(B.shape[1]):
                result[row, column] = A[row, :] @ B[:, column]
        return result

    return refusing(multiply)(A, B)


@matrix_product.mistake(
    "You refuse matrices of *different* shapes. But 2 × 3 times 3 × 2 is fine, and 2 × 3 times 2 × 3 isn't. Which two of "
    "the four numbers must agree, so that a row of `A` and a column of `B` have the same dimension?"
)
def wants_the_same_shape(A, B):
    if A.shape != B.shape:
        raise ValueError("not as many rows and columns on both sides")
    return A @ B


@matrix_product.mistake(
    "You compared the two *outer* numbers, rows of `A` and columns of `B`. They may differ as they like. Which two numbers "
    "say how long a row of `A` and a column of `B` are?"
)
def compares_the_outer_numbers(A, B):
    if A.shape[0] != B.shape[1]:
        raise ValueError("rows on the left and columns on the right differ")
    return A @ B


@matrix_product.mistake(
    "The multiplication is right. When the shapes don't fit, though, it is NumPy that stops, with a sentence about core "
    "dimensions that hardly helps. Look at the shapes before you begin, and say in your own words what doesn't fit."
)
def numpy_refuses(A, B):
    return A @ B


@matrix_product.mistake(
    "The multiplication is right. But when `A` has fewer columns than `B` has rows, the rest of `B` is lost in silence; when "
    "it has more, an index runs off the end. Compare the two numbers before the loops."
)
def three_loops_unchecked(A, B):
    result = np.zeros((A.shape[0], B.shape[1]))
    for row in range(A.shape[0]):
        for column in range(B.shape[1]):
            for k in range(A.shape[1]):
                result[row, column] += A[row, k] * B[k, column]
    return result


@matrix_product.mistake(
    "Only the first number of your result is filled. A `return` inside the loops ends the whole function early. How far "
    "must it move to the left?"
)
def returns_in_the_loops(A, B):
    def multiply(A, B):
        result = np.zeros((A.shape[0], B.shape[1]))
        result[0, 0] = A[0, :] @ B[:, 0]
        return result

    return refusing(multiply)(A, B)


@matrix_product.mistake(
    "Your result has only its first row. A `return` inside the outer loop ends the whole function after one row. How far "
    "must it move to the left?"
)
def returns_after_a_row(A, B):
    def multiply(A, B):
        result = np.zeros((A.shape[0], B.shape[1]))
        result[0, :] = A[0, :] @ B
        return result

    return refusing(multiply)(A, B)


@matrix_product.mistake(
    "`np.zeros` wants the shape as *one* thing. Without the second pair of brackets it takes the number of columns for "
    "something else: the kind of the numbers."
)
def zeros_with_one_pair_of_brackets(A, B):
    def multiply(A, B):
        result = np.zeros(A.shape[0], B.shape[1])
        for row in range(A.shape[0]):
            for column in range(B.shape[1]):
                result[row, column] = A[row, :] @ B[:, column]
        return result

    return refusing(multiply)(A, B)


@matrix_product.also_right
def by_three_loops(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError("the columns of A don't fit the rows of B")
    result = np.zeros((A.shape[0], B.shape[1]))
    for row in range(A.shape[0]):
        for column in range(B.shape[1]):
            for k in range(A.shape[1]):
                result[row, column] = result[row, column] + A[row, k] * B[k, column]
    return result


@matrix_product.also_right
def column_by_column(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError(f"A has {A.shape[1]} columns, B has {B.shape[0]} rows")
    return np.column_stack([A @ B[:, column] for column in range(B.shape[1])])


@matrix_product.also_right
def in_numpys_words_and_ours(A, B):
    try:
        return (A @ B).tolist()
    except ValueError as error:
        raise ValueError("Columns of A and rows of B differ in number") from error


in_order = Exercise(
    concepts=["composition", "matrix product", "identity matrix"],
    minutes=5,
    hints=[
        "In $B A x$, which of the two matrices gets hold of $x$ first?",
        "Start with the matrix that moves nothing, `np.eye(2)`, and let each move in the list act on what is there already.",
        "Each new move comes *after* the ones before it. On which side of the product must it stand?",
    ],
)

TURN, STRETCH, SHEAR = np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([[3.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])  # fmt: skip


@in_order.test("first a quarter turn, then three times as wide: [[0, -3], [1, 0]]")
def _(answer):
    close(answer([TURN, STRETCH]), [[0, -3], [1, 0]], what="The whole move")


@in_order.test("the same two moves the other way round: [[0, -1], [3, 0]]")
def _(answer):
    close(answer([STRETCH, TURN]), [[0, -1], [3, 0]], what="The whole move")


@in_order.test("no move at all leaves everything in place, and a single move is itself")
def _(answer):
    close(answer([]), [[1, 0], [0, 1]], what="The whole move of an empty list")
    close(answer([SHEAR]), SHEAR, what="The whole move of a list with one move")


@in_order.test("the list and its matrices stay as they were")
def _(answer):
    moves = [TURN.copy(), SHEAR.copy(), STRETCH.copy()]
    with unchanged(moves=moves):
        answer(moves)


@in_order.test(
    "an arrow ends where the moves take it one after the other, however many they are", points=2, hidden=True
)
def _(answer, rng):
    for how_many in (2, 3, 6):
        moves = [rng.normal(size=(2, 2)) for _ in range(how_many)]
        arrows = np.eye(2)  # both at once, as columns
        for move in moves:
            arrows = np.einsum("ik,kj->ij", move, arrows)
        close(answer(moves), arrows, what=f"The whole of {how_many} moves")


@in_order.mistake(
    "Your moves happen in the opposite order: the last of the list acts first. In a product it is the matrix on the "
    "*right* that reaches the vector first, because it stands next to it."
)
def last_move_first(moves):
    whole = np.eye(2)
    for move in moves:
        whole = whole @ move
    return whole


@in_order.mistake(
    "`*` multiplies place by place, and that is not one move after another. Which operator lets a matrix act on a matrix?"
)
def star_for_at(moves):
    whole = np.eye(2)
    for move in moves:
        whole = move * whole
    return whole


@in_order.mistake(
    "`*` multiplies place by place, and that is not one move after another, even from a start of ones. Which operator lets "
    "a matrix act on a matrix?"
)
def star_from_ones(moves):
    whole = np.ones((2, 2))
    for move in moves:
        whole = move * whole
    return whole


@in_order.mistake(
    "You added the matrices. The sum moves an arrow by each of them *separately* and adds the results; here each move "
    "starts where the one before it ended."
)
def sum_of_moves(moves):
    return sum(moves, np.zeros((2, 2)))


@in_order.mistake(
    "You started from a matrix of zeros. It takes every arrow to the origin, and from there no move brings it back. Which "
    "matrix leaves every arrow where it is?"
)
def starts_with_zeros(moves):
    return np.zeros((2, 2))


@in_order.mistake(
    "You started from a matrix of ones. It moves things itself: it takes [1, 0] to [1, 1]. Which matrix leaves every arrow "
    "where it is?"
)
def starts_with_ones(moves):
    whole = np.ones((2, 2))
    for move in moves:
        whole = move @ whole
    return whole


@in_order.mistake(
    "Only the last move is left: each round overwrites what the moves before it did. Let the new move act on what you have "
    "already."
)
def last_move_only(moves):
    return moves[-1] if moves else np.eye(2)


@in_order.mistake(
    "Only the first move is done. A `return` inside the loop ends the whole function in the first round. How far must it "
    "move to the left?"
)
def first_move_only(moves):
    for move in moves:
        return move
    return np.eye(2)


@in_order.mistake(
    "Only the first move is done, and an empty list gives None: a `return` inside the loop ends the function in the first "
    "round, or never. How far must it move to the left?"
)
def returns_in_the_loop_or_never(moves):
    for move in moves:
        return move


@in_order.mistake(
    "Right for every list but one: in an empty list there is no `moves[0]` to start from. Which matrix can you start from "
    "that moves nothing?"
)
def no_empty_list(moves):
    whole = moves[0]
    for move in moves[1:]:
        whole = move @ whole
    return whole


@in_order.mistake(
    "The first move of the list is done twice: you start from `moves[0]`, and the loop meets it once more. An empty list "
    "breaks it, too. Which matrix can you start from that moves nothing?"
)
def first_move_twice(moves):
    whole = moves[0]
    for move in moves:
        whole = move @ whole
    return whole


@in_order.mistake(
    "The result is right, but `moves.reverse()` turned round the list itself, which belongs to the caller. Can you do "
    "without it, by putting each new move on the other side?"
)
def reverses_the_callers_list(moves):
    moves.reverse()
    whole = np.eye(2)
    for move in moves:
        whole = whole @ move
    return whole


@in_order.also_right
def from_the_back(moves):
    whole = np.eye(2)
    for move in moves[::-1]:
        whole = whole @ move
    return whole


@in_order.also_right
def arrow_by_arrow(moves):
    columns = []
    for arrow in ([1.0, 0.0], [0.0, 1.0]):
        for move in moves:
            arrow = move @ np.asarray(arrow)
        columns.append(arrow)
    return np.column_stack(columns)


move_points = Exercise(
    concepts=["transpose", "transformation", "matrix product"],
    minutes=5,
    hints=[
        "Write the shapes under the product: `points` is n × 2, the matrix 2 × 2, the result n × 2. Who must stand on the left?",
        "Row `i` of the result is row `i` of `points` with something multiplied from the right. Which *column* of that "
        "something makes the new first number, and which numbers of `M` should it hold?",
        "NumPy adds `shift` to every row by itself: a table with n rows of two numbers plus an array of two numbers.",
    ],
)

CORNERS = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]])


@move_points.test("the example of the text: the corners of a 4 × 2 picture after a quarter turn and the shift [10, 1]")
def _(answer):
    moved = answer(CORNERS.copy(), TURN.copy(), np.array([10.0, 1.0]))
    close(moved, [[10, 1], [10, 5], [8, 5], [8, 1]], what="The table of moved corners")


@move_points.test(
    "the shift comes after the matrix: [[1, 2], [3, 4]] by [[2, 1], [0, 3]] and [5, -1] is [[9, 5], [15, 11]]"
)
def _(answer):
    moved = answer(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([5.0, -1.0]))
    close(moved, [[9, 5], [15, 11]], what="The table of the two moved points")


@move_points.test("a single point stays a table with one row")
def _(answer):
    moved = answer(np.array([[2.0, -1.0]]), np.array([[1.0, 3.0], [4.0, 1.0]]), np.array([0.5, 0.0]))
    close(moved, [[-0.5, 7]], what="The moved point")


@move_points.test("what was handed in stays as it was")
def _(answer):
    points, M, shift = CORNERS.copy(), SHEAR.copy(), np.array([1.0, -2.0])
    with unchanged(points=points, M=M, shift=shift):
        answer(points, M, shift)


@move_points.test("thousands of points are moved at once, each in its own row", points=2, hidden=True)
def _(answer, rng):
    points, M, shift = rng.normal(size=(3000, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
    expected = points[:, :1] * M[:, 0] + points[:, 1:] * M[:, 1] + shift
    close(answer(points, M, shift), expected, what="The moved points")


@move_points.mistake(
    "You multiplied by `M` as it stands. A point that lies as a *row* meets the columns of `M` then, and not its rows: each "
    "turn goes the wrong way round. Which flip puts the rows of `M` where its columns are?"
)
def without_transpose(points, M, shift):
    return points @ M + shift


@move_points.mistake(
    "You shifted first and moved by the matrix afterwards, so the shift was turned and stretched as well. The shift comes "
    "last."
)
def shift_first(points, M, shift):
    return (points + shift) @ M.T


@move_points.mistake("The shift is missing: every moved point still has to be pushed by `shift`.")
def no_shift(points, M, shift):
    return points @ M.T


@move_points.mistake(
    "You pushed the points the wrong way: the shift is to be *added*, so that [10, 1] means 10 to the right and 1 up."
)
def shift_subtracted(points, M, shift):
    return points @ M.T - shift


@move_points.mistake(
    "In your result the points stand as columns. That is how `M @ …` likes them, but they came in as rows and are expected "
    "back as rows. One flip more, and mind what the shift is added to."
)
def left_as_columns(points, M, shift):
    return M @ points.T + np.reshape(shift, (2, 1))


@move_points.mistake(
    "`M @ points` has the matrix on the left, and then the points would have to be *columns*: 2 × 2 times n × 2 doesn't "
    "fit, unless n happens to be 2. What can be done to `points`, or to the order?"
)
def matrix_on_the_left(points, M, shift):
    return M @ points + shift


@move_points.mistake(
    "`M @ points.T` is a table with two *rows*, one for all x and one for all y. The shift has to wait until the points "
    "are rows again; here it was added before, to the wrong axis or not at all."
)
def shift_on_columns(points, M, shift):
    return (M @ points.T + shift).T


@move_points.mistake(
    "`*` multiplies place by place. To move a point, both of its numbers must be mixed into each new number: that is what "
    "`@` does."
)
def star_for_at_here(points, M, shift):
    return points * M.T + shift


@move_points.mistake(
    "The result is right, but you wrote it into `points` itself, with `points[:] = …` or `points[i] = …`. That array belongs "
    "to the caller, whose corners are now gone. How do you compute so that a new array is made?"
)
def in_place(points, M, shift):
    points[:] = points @ M.T + shift
    return points


@move_points.mistake(
    "You divided out the matrix instead of applying it: its inverse moves the points *back*. The inverse has its turn later."
)
def backwards(points, M, shift):
    return points @ np.linalg.inv(M).T + shift


@move_points.mistake(
    "`M @ points.T` is a table with two *rows*, one for all x and one for all y. The shift has one number for each "
    "*column* of a table, so it fits only when the points stand in rows again."
)
def shift_on_columns_left_there(points, M, shift):
    return M @ points.T + shift


@move_points.mistake(
    "Your points come back as columns, and without the shift. `M @ points.T` is right so far; flip it back to rows, and "
    "one step is left."
)
def columns_without_shift(points, M, shift):
    return M @ points.T


@move_points.mistake(
    "Only the first point comes back: a `return` inside the loop ends the function in the first round. Collect the moved "
    "points, or move them all at once."
)
def first_point_only(points, M, shift):
    return M @ points[0] + shift


@move_points.mistake(
    "The points come back as they were: giving the loop's name a new value does not write it into the table, and what you "
    "computed is lost."
)
def nothing_is_kept(points, M, shift):
    return points


@move_points.also_right
def point_by_point(points, M, shift):
    return [M @ point + shift for point in points]


@move_points.also_right
def columns_and_back(points, M, shift):
    return (M @ points.T).T + shift


@move_points.also_right
def as_columns_with_shift(points, M, shift):
    return (M @ points.T + shift[:, None]).T


two_moves_of_rows = Choice(
    correct="b",
    distractors={
        "a": "Without the transposes each row meets the columns of the matrices and not their rows: that is the mistake of the "
        "picture that was turned the wrong way.",
        "c": "A row is reached first by the matrix that stands next to it, here the one written first after `points`. This "
        "line does B first.",
        "d": "In A @ B it is B that acts first, as always, and transposing the whole product keeps its meaning. Which product "
        "does A first?",
    },
    concepts=["transpose", "composition"],
    minutes=2,
    points=2,
    hints=[
        "As columns it would be `B @ A @ point`, A first. What does transposing make of that?",
        "The transpose of a product is the product of the transposes in the opposite order: $(B A)^T = A^T B^T$.",
    ],
)


inverse_2x2 = Exercise(
    concepts=["inverse", "determinant"],
    minutes=7,
    hints=[
        "By what is an area multiplied when `A` moves the plane? And what if that number is 0?",
        "Read the four numbers out of `A`: `a, b = A[0]` names those of the first row.",
        "Work out the determinant first. One `if` on it refuses the matrices without a way back, before anything is divided.",
        "Above the fraction line: the numbers on the main diagonal, `a` and `d`, change places; the other two change sign.",
    ],
)


@inverse_2x2.test("[[4, 2], [1, 3]] has the inverse [[0.3, -0.2], [-0.1, 0.4]]")
def _(answer):
    close(answer(np.array([[4.0, 2.0], [1.0, 3.0]])), [[0.3, -0.2], [-0.1, 0.4]], what="The inverse")


@inverse_2x2.test("moves with zeros in them can be undone, too: a quarter turn, a mirror, a shear")
def _(answer):
    close(answer(TURN.copy()), [[0, 1], [-1, 0]], what="The inverse of a quarter turn")
    close(answer(np.array([[0.0, 1.0], [1.0, 0.0]])), [[0, 1], [1, 0]], what="The inverse of a mirror")
    close(answer(SHEAR.copy()), [[1, -1], [0, 1]], what="The inverse of a shear")


@inverse_2x2.test("shrinking to a few millionths can be undone: [[2e-6, 0], [0, 5e-6]]")
def _(answer):
    shrunk = np.array([[2e-6, 0.0], [0.0, 5e-6]])
    close(answer(shrunk), [[5e5, 0], [0, 2e5]], what="The inverse")


@inverse_2x2.test("a matrix that squashes the plane is refused with a ValueError")
def _(answer):
    for flat in ([[1, 2], [2, 4]], [[0, 0], [0, 0]], [[3, 0], [5, 0]], [[0, 0], [-2, 7]], [[-2, 2], [3, -3]]):
        with raises(ValueError):
            answer(np.array(flat, dtype=float))


@inverse_2x2.test("the matrix that was handed in stays as it was")
def _(answer):
    A = np.array([[4.0, 7.0], [2.0, 6.0]])
    with unchanged(A=A):
        answer(A)


@inverse_2x2.test("a move and its inverse cancel, whatever the move", points=2, hidden=True)
def _(answer, rng):
    for sign in (1, -1, 1, -1):
        # Turn, stretch (every second time with a mirror), turn: each step can be undone on its own.
        one, two, (wide, high) = rng.uniform(0, 360), rng.uniform(0, 360), rng.uniform(0.5, 4, size=2)
        wide = sign * wide
        A = rotated(two) @ np.diag([wide, high]) @ rotated(one)
        expected = rotated(-one) @ np.diag([1 / wide, 1 / high]) @ rotated(-two)
        close(answer(A), expected, what="The inverse")


def checked(invert):
    """A wrong inverse that still refuses a determinant of 0."""

    def inverse(A):
        (a, b), (c, d) = A
        if a * d - b * c == 0:
            raise ValueError("no inverse")
        return np.array(invert(a, b, c, d))

    return inverse


ONE_OVER_EACH = (
    "You took 1 over each number on its own. That undoes `*`, not `@`: multiply the two matrices with `@`, and the identity "
    "doesn't come out. In a matrix the four numbers work together."
)


@inverse_2x2.mistake(ONE_OVER_EACH)
def one_over_each(A):
    with np.errstate(divide="ignore"):
        return 1 / A


@inverse_2x2.mistake(ONE_OVER_EACH)
def one_over_each_checked(A):
    with np.errstate(divide="ignore"):
        return 1 / A if checked(lambda *_: 0)(A) == 0 else None


@inverse_2x2.mistake(ONE_OVER_EACH + " And a 0 in the matrix is no reason to refuse it.")
def one_over_each_without_zeros(A):
    if np.any(A == 0):
        raise ValueError("a zero can't be inverted")
    return 1 / A


@inverse_2x2.mistake(
    "The four numbers stand right, but you didn't divide by the determinant. What makes areas ten times as big must be undone "
    "by something that makes them ten times as small."
)
def not_divided(A):
    return checked(lambda a, b, c, d: [[d, -b], [-c, a]])(A)


@inverse_2x2.mistake(
    "You *multiplied* by the determinant. If the move makes areas ten times as big, the way back must make them ten times as "
    "small."
)
def multiplied(A):
    return checked(lambda a, b, c, d: (a * d - b * c) * np.array([[d, -b], [-c, a]]))(A)


@inverse_2x2.mistake(
    "Your determinant adds the two products: with `ad + bc` some moves that can be undone are refused, and others get the "
    "wrong size. It is a *difference*."
)
def plus_in_the_determinant(A):
    (a, b), (c, d) = A
    determinant = a * d + b * c
    if determinant == 0:
        raise ValueError("no inverse")
    return np.array([[d, -b], [-c, a]]) / determinant


@inverse_2x2.mistake(
    "The determinant has the wrong sign: it is `ad − bc`, not the other way round. So every number of your inverse has the "
    "wrong sign, and arrows come back pointing the opposite way."
)
def determinant_turned(A):
    return checked(lambda a, b, c, d: np.array([[d, -b], [-c, a]]) / (b * c - a * d))(A)


@inverse_2x2.mistake(
    "You changed the two signs and left `a` and `d` in their places. Try it by hand on [[4, 2], [1, 3]]: the product with it "
    "should have zeros off the main diagonal."
)
def not_exchanged(A):
    return checked(lambda a, b, c, d: np.array([[a, -b], [-c, d]]) / (a * d - b * c))(A)


@inverse_2x2.mistake(
    "You exchanged `a` and `d` and left the signs of the other two. Then what a shear pushes to the right is pushed to the "
    "right once more, instead of back."
)
def signs_left(A):
    return checked(lambda a, b, c, d: np.array([[d, b], [c, a]]) / (a * d - b * c))(A)


@inverse_2x2.mistake(
    "You exchanged `b` and `c` as well. They stay in their places and change only their signs; `a` and `d` are the two that "
    "change places."
)
def others_exchanged(A):
    return checked(lambda a, b, c, d: np.array([[d, -c], [-b, a]]) / (a * d - b * c))(A)


@inverse_2x2.mistake(
    "You handed back the transpose. For a *turn* that is indeed the way back, but a stretch is not undone by flipping the "
    "table over."
)
def transpose_for_inverse(A):
    return checked(lambda a, b, c, d: [[a, c], [b, d]])(A)


@inverse_2x2.mistake(
    "Right for every move that can be undone. A determinant of 0, though, is divided by without an error, and `inf` or `nan` "
    "comes back. Stop before the division."
)
def never_refuses(A):
    (a, b), (c, d) = A
    with np.errstate(all="ignore"):
        return np.array([[d, -b], [-c, a]]) / (a * d - b * c)


@inverse_2x2.mistake(
    "You refuse every small determinant. How small is *too* small depends on the unit: shrinking metres to micrometres can "
    "be undone very well. Refuse exactly 0."
)
def refuses_small_ones(A):
    (a, b), (c, d) = A
    if abs(a * d - b * c) < 1e-9:
        raise ValueError("no inverse")
    return np.array([[d, -b], [-c, a]]) / (a * d - b * c)


@inverse_2x2.mistake(
    "For a matrix that squashes the plane your function gives back `None`, whether it prints a sentence or not. The program "
    "that called it notices nothing and stumbles later. `raise` stops it here."
)
def prints_instead(A):
    (a, b), (c, d) = A
    if a * d - b * c == 0:
        print("no inverse")
        return None
    return np.array([[d, -b], [-c, a]]) / (a * d - b * c)


@inverse_2x2.mistake(
    "`np.linalg.pinv` never refuses: for a matrix that squashes the plane it gives *some* matrix, but no move can bring back "
    "what has been squashed. The statement wants a ValueError then."
)
def pseudo_inverse(A):
    return np.linalg.pinv(A, rcond=1e-300 if abs(np.linalg.det(A)) > 1e-13 else 1e-15)


@inverse_2x2.mistake(
    "You refuse a negative determinant, too. A minus sign only means that the picture is mirrored as well, and a mirrored "
    "picture can be mirrored back. Which one value can't be undone?"
)
def refuses_mirrors(A):
    (a, b), (c, d) = A
    if a * d - b * c <= 0:
        raise ValueError("no inverse")
    return np.array([[d, -b], [-c, a]]) / (a * d - b * c)


@inverse_2x2.mistake(
    "For a matrix that squashes the plane you *return* a sentence. The program that called you takes it for the inverse and "
    "multiplies with it. An error has to be raised."
)
def returns_a_sentence(A):
    (a, b), (c, d) = A
    if a * d - b * c == 0:
        return "no inverse"
    return np.array([[d, -b], [-c, a]]) / (a * d - b * c)


@inverse_2x2.also_right
def by_numpy(A):
    if A[0, 0] * A[1, 1] == A[0, 1] * A[1, 0]:
        raise ValueError("this matrix has no inverse")
    return np.linalg.inv(A)


@inverse_2x2.also_right
def by_nested_lists(A):
    determinant = A[0][0] * A[1][1] - A[0][1] * A[1][0]
    if not determinant:
        raise ValueError("Determinant 0")
    factor = 1 / determinant
    return [[A[1][1] * factor, -A[0][1] * factor], [-A[1][0] * factor, A[0][0] * factor]]


rank_2x2 = Exercise(
    concepts=["rank", "determinant"],
    minutes=5,
    hints=[
        "Three shapes can be left of the plane: a plane, a line, a point. Which number tells the first from the other two?",
        "A determinant that isn't 0 means rank 2. If it is 0, only one question is left: is the whole matrix zeros?",
        "`np.any(A != 0)` is true when at least one number of `A` isn't 0.",
    ],
)


@rank_2x2.test("[[2, 1], [1, 1]] keeps the whole plane: rank 2")
def _(answer):
    equal(answer(np.array([[2, 1], [1, 1]])), 2, what="The rank of [[2, 1], [1, 1]]")


@rank_2x2.test("[[1, 2], [2, 4]] squashes the plane to a line: rank 1")
def _(answer):
    equal(answer(np.array([[1, 2], [2, 4]])), 1, what="The rank of [[1, 2], [2, 4]]")


@rank_2x2.test("only the matrix of zeros squashes everything to a point: rank 0")
def _(answer):
    equal(answer(np.array([[0, 0], [0, 0]])), 0, what="The rank of [[0, 0], [0, 0]]")
    for one in ([[3, 0], [5, 0]], [[0, 3], [0, 0]], [[0, 0], [-1, 2]], [[1, -1], [-2, 2]]):
        equal(answer(np.array(one)), 1, what=f"The rank of {one}")


@rank_2x2.test("zeros and equal numbers alone don't decide: [[4, 4], [4, 4]] has rank 1, [[0, 1], [-1, 0]] rank 2")
def _(answer):
    equal(answer(np.array([[4, 4], [4, 4]])), 1, what="The rank of [[4, 4], [4, 4]]")
    for two in ([[0, 1], [-1, 0]], [[5, 0], [0, 5]], [[1, 1], [1, -1]], [[3, 3], [0, 3]], [[0, 2], [2, 1]]):
        equal(answer(np.array(two)), 2, what=f"The rank of {two}")


@rank_2x2.test("any matrix of whole numbers gets its rank", hidden=True)
def _(answer, rng):
    for _ in range(4):
        u, v = rng.choice([-5, -4, -3, -2, 2, 3, 4, 5], size=(2, 2))
        equal(answer(np.outer(u, v)), 1, what=f"The rank of {np.outer(u, v).tolist()}")
        a, d = rng.integers(4, 9, size=2)
        b, c = rng.integers(-3, 4, size=2)
        equal(answer(np.array([[a, b], [c, d]])), 2, what=f"The rank of {[[int(a), int(b)], [int(c), int(d)]]}")


def determinant_of(A):
    return A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]


@rank_2x2.mistake(
    "You told apart only two cases. The matrix of zeros leaves not even a line of the plane: everything ends in one point, "
    "which has no dimension."
)
def forgets_zeros(A):
    return 2 if determinant_of(A) != 0 else 1


@rank_2x2.mistake(
    "You told apart only two cases. A determinant of 0 says that the plane is squashed, not that *nothing* is left of it: it "
    "may still be a line."
)
def squashed_is_nothing(A):
    return 2 if determinant_of(A) != 0 else 0


@rank_2x2.mistake(
    "That is the determinant: by how much areas grow. The rank says of which *dimension* the result is: 2, 1 or 0."
)
def the_determinant(A):
    return determinant_of(A)


@rank_2x2.mistake(
    "You counted the rows that aren't all zeros. In [[1, 2], [2, 4]] both are not, yet the second is just twice the first "
    "and adds no new direction."
)
def counts_rows(A):
    return int(np.sum(np.any(A != 0, axis=1)))


@rank_2x2.mistake(
    "You counted the columns that aren't all zeros. In [[1, 2], [2, 4]] both are not, yet the second is just twice the "
    "first: both arrows lie on one line."
)
def counts_columns(A):
    return int(np.sum(np.any(A != 0, axis=0)))


@rank_2x2.mistake(
    "You counted the different rows. [1, 2] and [2, 4] are different, and yet they point the same way: one direction, not "
    "two. Which number is 0 exactly when there is only one direction?"
)
def counts_different_rows(A):
    return len({tuple(row) for row in A.tolist()} - {(0, 0)})


@rank_2x2.mistake(
    "You looked at the *sum* of the numbers to find the matrix of zeros. In [[1, -1], [-2, 2]] plus and minus cancel, though "
    "none of them is 0."
)
def zero_by_sum(A):
    return 2 if determinant_of(A) != 0 else 1 if np.sum(A) != 0 else 0


@rank_2x2.mistake(
    "You took a matrix with *some* zeros for the matrix of zeros. [[0, 3], [0, 0]] still takes [0, 1] to [3, 0]: a line is "
    "left. Rank 0 needs zeros everywhere."
)
def some_zero_is_nothing(A):
    return 2 if determinant_of(A) != 0 else 1 if np.all(A != 0) else 0


@rank_2x2.mistake(
    "You looked only at the top left number to find the matrix of zeros. [[0, 3], [0, 0]] has a 0 there, and a line is left "
    "all the same. Rank 0 needs zeros everywhere."
)
def first_number_decides(A):
    return 2 if determinant_of(A) != 0 else 1 if A[0, 0] != 0 else 0


@rank_2x2.mistake(
    "Your determinant adds the two products. It is a *difference*, `ad − bc`: in [[1, 2], [2, 4]] the products are 4 and 4."
)
def plus_for_minus(A):
    return 2 if A[0, 0] * A[1, 1] + A[0, 1] * A[1, 0] != 0 else 1 if np.any(A != 0) else 0


@rank_2x2.mistake(
    "Only a positive determinant counts for you. A negative one means that the picture is mirrored, and a mirrored plane is "
    "still a whole plane."
)
def positive_only(A):
    return 2 if determinant_of(A) > 0 else 1 if np.any(A != 0) else 0


@rank_2x2.mistake(
    "That is a truth value: it says *whether* there is an inverse. The rank is a number, and where there is no inverse, "
    "there are still two cases to tell apart: a line and a point."
)
def whether_not_which(A):
    return bool(determinant_of(A) != 0)


@rank_2x2.also_right
def by_library(A):
    return np.linalg.matrix_rank(A)


@rank_2x2.also_right
def by_directions(A):
    first, second = A[:, 0], A[:, 1]
    if not first.any() and not second.any():
        return 0
    return 1 if first[0] * second[1] == first[1] * second[0] else 2


move_photo = Exercise(
    concepts=["transformation", "inverse", "rotation"],
    minutes=18,
    seconds=15,
    hints=[
        "Which question has an answer for *every* pixel of the new photo: where does an old pixel go, or where did the new one "
        "come from?",
        "From $q = M p + s$ you get $p$ by undoing the last step first: take the shift away, then multiply by the inverse.",
        "Four small steps for each new pixel: its position, the position it came from, the row and column of that, and an `if` "
        "that asks whether they lie in the photo. Everything else stays 0.",
        "Row and column come back from a position by turning the two formulas of the statement round; `round` makes whole "
        "numbers of them. A row of −1 is outside, although `photo[-1]` exists.",
    ],
)


def cosine(one, other):
    one, other = np.ravel(one).astype(float), np.ravel(other).astype(float)
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / lengths) if lengths else 0.0


def by_scipy(photo, M, shift, order=1):
    """The library's answer, blending the four pixels around each position when `order` is 1."""
    from scipy import ndimage

    centre = (np.array(photo.shape) - 1) / 2
    flip = np.array([[0.0, -1.0], [1.0, 0.0]])  # from (x, y) to (row, column), both counted from the centre
    back = flip @ np.linalg.inv(M) @ flip.T
    offset = centre - back @ (centre + flip @ np.asarray(shift, dtype=float))
    return ndimage.affine_transform(np.asarray(photo, dtype=float), back, offset, order=order, mode="grid-constant")


def some_photo(rng, height, width):
    return rng.integers(1, 256, size=(height, width)).astype(float)


@move_photo.test("with the identity and no shift, the photo comes back as it was, and the old one is not touched")
def _(answer, rng):
    photo = some_photo(rng, 4, 7)
    with unchanged(photo=photo):
        close(answer(photo, np.eye(2), np.zeros(2)), photo, what="The photo")


@move_photo.test(
    "the shift [1, 0] moves it one pixel to the right, [0, 1] one up; black comes in from outside", points=2
)
def _(answer):
    photo = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    right = [[0, 1, 2, 3], [0, 5, 6, 7], [0, 9, 10, 11]]
    close(answer(photo, np.eye(2), np.array([1.0, 0.0])), right, what="The photo shifted by [1, 0]")
    up = [[5, 6, 7, 8], [9, 10, 11, 12], [0, 0, 0, 0]]
    close(answer(photo, np.eye(2), np.array([0.0, 1.0])), up, what="The photo shifted by [0, 1]")
    back = [[0, 0, 0, 0], [3, 4, 0, 0], [7, 8, 0, 0]]
    close(answer(photo, np.eye(2), np.array([-2.0, -1.0])), back, what="The photo shifted by [-2, -1]")


@move_photo.test("a quarter turn goes counter-clockwise about the centre, and the shift comes after it", points=2)
def _(answer):
    photo = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    close(answer(photo, TURN, np.zeros(2)), [[3, 6, 9], [2, 5, 8], [1, 4, 7]], what="The turned photo")
    moved = [[6, 9, 0], [5, 8, 0], [4, 7, 0]]
    close(answer(photo, TURN, np.array([-1.0, 0.0])), moved, what="The photo turned and shifted by [-1, 0]")
    wide = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]])
    close(answer(wide, TURN, np.zeros(2)), [[0, 3, 7, 0], [0, 2, 6, 0]], what="A turned photo of 2 rows and 4 columns")


@move_photo.test("enlarging leaves no holes, and what was in the centre stays there")
def _(answer):
    white = np.full((8, 6), 200.0)
    close(answer(white, 2 * np.eye(2), np.zeros(2)), white, what="A white photo, twice as big,")
    ring = np.array([[0.0, 9, 0, 0, 0], [0, 0, 6, 3, 0], [0, 5, 8, 5, 0], [0, 3, 6, 0, 0], [0, 0, 0, 9, 0]])
    big = np.asarray(answer(ring, 3 * np.eye(2), np.zeros(2)), dtype=float)
    same_shape(big, (5, 5), what="The enlarged photo")
    holds(
        big[2, 2] == 8,
        "The pixel in the centre should keep its value when the photo grows about its centre.",
        big[2, 2],
        8,
    )
    close(
        big,
        big[::-1, ::-1],
        what="A photo that is its own half turn must still be so when it is enlarged. The enlarged one",
    )


@move_photo.test("shrinking leaves the photo in the middle and black all round it")
def _(answer):
    small = answer(np.full((9, 9), 50.0), np.eye(2) / 3, np.zeros(2))
    expected = np.zeros((9, 9))
    expected[3:6, 3:6] = 50
    close(small, expected, what="A bright photo shrunk to a third")


@move_photo.test(
    "20 real photographs, turned, enlarged and shifted, are as SciPy makes them: a cosine of 0.95 or more on average",
    points=3,
    hidden=True,
)
def _(answer, rng):
    photos = datasets.load("fashion_mnist").x_train[4000:4020].astype(float)
    similarities = []
    for photo in photos:
        M = rng.uniform(1.2, 1.4) * rotated(rng.uniform(20, 70) * rng.choice([-1, 1]))
        shift = rng.uniform(-3, 3, size=2)
        moved = answer(photo, M, shift)
        same_shape(moved, (28, 28), what="The moved photo")
        similarities.append(cosine(moved, by_scipy(photo, M, shift)))
    average = float(np.mean(similarities))
    holds(
        average >= 0.95,
        "The moved photographs are too unlike those of SciPy.",
        f"a cosine of {average:.3f} on average",
        "0.95 or more",
    )


def pulled(photo, source, nearest=round):
    """A photo in which each pixel is fetched from where `source` says that its position came from."""
    height, width = photo.shape
    moved = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            x, y = source(np.array([column - (width - 1) / 2, (height - 1) / 2 - row]))
            old_row, old_column = nearest((height - 1) / 2 - y), nearest(x + (width - 1) / 2)
            if 0 <= old_row < height and 0 <= old_column < width:
                moved[row, column] = photo[old_row, old_column]
    return moved


@move_photo.mistake(
    "You sent each old pixel to its new place. When the photo grows there are more places than senders, so black holes "
    "remain, and in a turn two old pixels may land on one. Go through the *new* pixels instead and fetch."
)
def pushes_pixels(photo, M, shift):
    height, width = photo.shape
    moved = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            x, y = M @ np.array([column - (width - 1) / 2, (height - 1) / 2 - row]) + shift
            new_row, new_column = round((height - 1) / 2 - y), round(x + (width - 1) / 2)
            if 0 <= new_row < height and 0 <= new_column < width:
                moved[new_row, new_column] = photo[row, column]
    return moved


@move_photo.mistake(
    "You fetch each new pixel from where the move would *send* it. It has to come from where it was before: that is the move "
    "run backwards, the shift taken away first and then the inverse."
)
def fetches_forwards(photo, M, shift):
    return pulled(photo, lambda position: M @ position + shift)


@move_photo.mistake(
    "The matrix is undone, but the shift goes the wrong way. Going back from $q = M p + s$ you have to take $s$ *away*."
)
def shift_added(photo, M, shift):
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ (position + shift))


@move_photo.mistake(
    "You undid the two steps in the wrong order. What was done last, the shift, must be undone first, as shoes come off "
    "before socks."
)
def shift_undone_last(photo, M, shift):
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ position - shift)


@move_photo.mistake(
    "The shift is right, but you fetched with `M` itself and not with its inverse, so the photo turns the other way and "
    "shrinks where it should grow."
)
def no_inverse(photo, M, shift):
    return pulled(photo, lambda position: M @ (position - shift))


@move_photo.mistake(
    "The transpose undoes a turn only. As soon as the photo grows or shrinks it undoes nothing, and the photo comes out in "
    "the wrong size. Which matrix undoes any move that can be undone?"
)
def transpose_undoes(photo, M, shift):
    return pulled(photo, lambda position: M.T @ (position - shift))


@move_photo.mistake(
    "The photo isn't shifted at all: `shift` has no part in your answer. Which step undoes it, and when?"
)
def forgets_the_shift(photo, M, shift):
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ position)


@move_photo.mistake(
    "Up and down are exchanged. Rows are counted from the top *downwards*, y is counted upwards, so a bigger row means a "
    "smaller y. As it is, the photo turns clockwise and moves down where it should move up."
)
def y_downwards(photo, M, shift):
    flip = np.diag([1.0, -1.0])
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: flip @ back @ (flip @ position - shift))


@move_photo.mistake(
    "You turn about the corner of the photo: positions are counted from row 0 and column 0. A photo that is turned by 90° "
    "about its corner leaves the frame. Count from the centre, as the statement does."
)
def about_the_corner(photo, M, shift):
    height, width = photo.shape
    to_centre = np.array([(width - 1) / 2, -(height - 1) / 2])
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ (position + to_centre - shift) - to_centre)


@move_photo.mistake(
    "The centre is half a pixel off: a row of 5 pixels has its centre at number 2, not at 2.5, since counting starts at 0."
)
def centre_off_by_half(photo, M, shift):
    half = np.array([-0.5, 0.5])
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ (position + half - shift) - half)


@move_photo.mistake(
    "`int` cuts off what stands behind the point, so 2.9 becomes 2 and everything drifts towards one corner. Which "
    "whole number is *nearest*?"
)
def cuts_off(photo, M, shift):
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ (position - shift), nearest=lambda number: int(number + 1e-9))


@move_photo.mistake(
    "What leaves the photo on one side comes in on the other: `photo[-1]` is the *last* row, and Python doesn't complain. "
    "Ask first whether the row and the column lie in the photo."
)
def wraps_round(photo, M, shift):
    height, width = photo.shape
    back = np.linalg.inv(M)
    moved = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            x, y = back @ (np.array([column - (width - 1) / 2, (height - 1) / 2 - row]) - shift)
            moved[row, column] = photo[round((height - 1) / 2 - y) % height, round(x + (width - 1) / 2) % width]
    return moved


@move_photo.mistake(
    "At the edges the photo is smeared: positions outside were pushed back to the nearest edge. Outside there is nothing to "
    "see; those pixels stay 0."
)
def smears_the_edge(photo, M, shift):
    height, width = photo.shape
    back = np.linalg.inv(M)
    moved = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            x, y = back @ (np.array([column - (width - 1) / 2, (height - 1) / 2 - row]) - shift)
            old_row = min(max(round((height - 1) / 2 - y), 0), height - 1)
            old_column = min(max(round(x + (width - 1) / 2), 0), width - 1)
            moved[row, column] = photo[old_row, old_column]
    return moved


@move_photo.mistake(
    "You asked whether the row and the column are too *large*, not whether they are below 0. `photo[-1]` is the last row, "
    "and Python doesn't complain: what leaves the photo at the bottom or on the right comes in again opposite."
)
def asks_one_side_only(photo, M, shift):
    height, width = photo.shape
    back = np.linalg.inv(M)
    moved = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            x, y = back @ (np.array([column - (width - 1) / 2, (height - 1) / 2 - row]) - shift)
            old_row, old_column = round((height - 1) / 2 - y), round(x + (width - 1) / 2)
            if old_row < height and old_column < width:
                moved[row, column] = photo[old_row, old_column]
    return moved


@move_photo.mistake(
    "`int` cuts off what stands behind the point, so 2.9 becomes 2, and even 2.9999 does. Which whole number is *nearest*?"
)
def cuts_off_every_digit(photo, M, shift):
    back = np.linalg.inv(M)
    return pulled(photo, lambda position: back @ (position - shift), nearest=int)


@move_photo.also_right
def whole_photo_at_once(photo, M, shift):
    height, width = photo.shape
    rows, columns = np.indices(photo.shape)
    positions = np.stack([columns - (width - 1) / 2, (height - 1) / 2 - rows], axis=-1).reshape(-1, 2)
    old = (positions - shift) @ np.linalg.inv(M).T
    old_rows = np.rint((height - 1) / 2 - old[:, 1]).astype(int)
    old_columns = np.rint(old[:, 0] + (width - 1) / 2).astype(int)
    inside = (old_rows >= 0) & (old_rows < height) & (old_columns >= 0) & (old_columns < width)
    moved = np.zeros(height * width)
    moved[inside] = photo[old_rows[inside], old_columns[inside]]
    return moved.reshape(height, width)


@move_photo.also_right
def nearest_by_scipy(photo, M, shift):
    return by_scipy(photo, M, shift, order=0)


@move_photo.also_right
def solving_each_time(photo, M, shift):
    return pulled(photo, lambda position: np.linalg.solve(M, position - shift))
