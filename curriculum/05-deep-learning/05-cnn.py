"""Exercises of 05-deep-learning/05-cnn."""

from collections import Counter
from functools import lru_cache

import numpy as np

from autograder import datasets
from autograder.compare import close, equal, holds, is_a, same_shape, unchanged
from autograder.exercise import Choice, Exercise


@lru_cache(maxsize=1)
def garments():
    """The photographs, read once for all tests."""
    return datasets.load("fashion_mnist")


warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "At a right angle the dot product is 0: the two have nothing in common.",
        "c": "In opposite directions it is as far *below* zero as it can be: that is the least, not the largest.",
    },
    concepts=["dot product"],
    minutes=1,
    hints=["Think of the dot product as the two lengths times the cosine of the angle. Where is a cosine largest?"],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "That is one weight for each input. Each of the 100 outputs has its own 784 weights.",
        "b": "Those are all the weights. Each of the 100 outputs also adds a number of its own, the bias.",
    },
    concepts=["parameters of a layer"],
    minutes=1,
    hints=["How many numbers does *one* output need, with its bias?"],
)


# --- random_shift -------------------------------------------------------------------------------------------------

random_shift = Exercise(
    concepts=["augmentation", "random generator", "slicing"],
    minutes=8,
    hints=[
        "How could a picture get black margins on all four sides, wide enough for every shift?",
        "A window of the old size, cut out of the padded picture, *is* a shifted picture. Where may its corner lie?",
        "`np.pad` with one pair of widths for each axis, and (0, 0) for the axis of the photographs, adds the "
        "margins to the whole batch. Then draw a corner for each photograph and cut.",
    ],
)


def _moved(image, down, right):
    """The picture moved, with black where nothing was."""
    rows, columns = image.shape
    result = np.zeros_like(image)
    top, left = max(down, 0), max(right, 0)
    part = image[max(-down, 0) : rows - top, max(-right, 0) : columns - left]
    result[top : top + part.shape[0], left : left + part.shape[1]] = part
    return result


def _shift_of(image, result, most):
    """(down, right) when the result is the picture moved by at most `most` pixels, else None."""
    steps = range(-most, most + 1)
    found = ((d, r) for d in steps for r in steps if np.array_equal(_moved(image, d, r), result))
    return next(found, None)


def _each_is_moved(images, results, most):
    holds(isinstance(results, np.ndarray), "Give back an array, as `images` is one.", results)
    same_shape(results, images.shape, what="The batch")
    holds(not np.array_equal(images, results), "No photograph has moved at all.")
    for number, (image, result) in enumerate(zip(images, np.asarray(results))):
        if _shift_of(image, result, most) is not None:
            continue
        steps = range(-most, most + 1)
        rolled = any(np.array_equal(np.roll(image, (d, r), (0, 1)), result) for d in steps for r in steps)
        why = "what left the picture on one side came back on the other" if rolled else "no shift explains it"
        holds(False, f"Photograph {number} is not its original moved by at most {most} pixels: {why}.")


def _shifts_of_a_dot(answer, rng, reach, copies, **given):
    """How often each shift (down, right) came up for copies of one photograph, a white dot on black."""
    middle = 2 * reach
    image = np.zeros((2 * middle + 1, 2 * middle + 1), dtype=np.uint8)
    image[middle, middle] = 255
    results = np.asarray(answer(np.repeat(image[None], copies, axis=0), rng, **given))
    same_shape(results, (copies, *image.shape), what="The batch")
    places = np.argwhere(results == 255)
    return Counter((int(row) - middle, int(column) - middle) for _, row, column in places)


@random_shift.test("every photograph is its own original, moved, and black where nothing was")
def _(answer, rng):
    images = rng.integers(1, 256, size=(6, 7, 7), dtype=np.uint8)
    with unchanged(images=images):
        results = answer(images, np.random.default_rng(3))
    _each_is_moved(images, results, 2)


@random_shift.test("each photograph has a shift of its own: up and down, left and right, up to `most` itself")
def _(answer, rng):
    counts = _shifts_of_a_dot(answer, rng, 1, 300, most=1)
    holds(len(counts) > 1, "All photographs of a batch are moved alike. Each needs a shift of its own.", list(counts))
    holds(
        any(down != right for down, right in counts),
        "Each photograph moves as far down as to the right. The two directions need a draw each.",
        list(counts),
    )
    for name, along, opposite in (("down", 0, "up"), ("right", 1, "left")):
        steps = {shift[along] for shift in counts}
        holds(-1 in steps, f"With most=1 none of 300 photographs moved {opposite} by 1.", sorted(steps), [-1, 0, 1])
        holds(1 in steps, f"With most=1 none of 300 photographs moved {name} by 1.", sorted(steps), [-1, 0, 1])


@random_shift.test("`most` sets how far; pictures need not be square, and uint8 stays uint8")
def _(answer, rng):
    images = rng.integers(1, 256, size=(8, 9, 12), dtype=np.uint8)
    results = answer(images.copy(), np.random.default_rng(4), most=3)
    _each_is_moved(images, results, 3)
    holds(results.dtype == np.uint8, "The type of the numbers, their `dtype`, changed.", results.dtype, images.dtype)
    try:
        results = answer(images, np.random.default_rng(4), most=0)
    except ValueError as error:
        why = "`rng.integers(low, high)` leaves `high` out" if "high" in str(error) else "it should do nothing"
        holds(False, f"With most=0 it raises an error: {why}.", str(error))
    close(results, images, what="The batch after shifts of at most 0 pixels")


@random_shift.test("the same generator state gives the same shifts, the next call gives others")
def _(answer, rng):
    images = rng.integers(1, 256, size=(20, 6, 6), dtype=np.uint8)
    generator = np.random.default_rng(5)
    with unchanged(images=images):
        first, second = answer(images, generator), answer(images, generator)
    again = answer(images, np.random.default_rng(5))
    holds(
        np.array_equal(first, again),
        "Two generators seeded alike gave different shifts, so nobody can repeat your training run.",
    )
    holds(
        not np.array_equal(first, second),
        "The second call with the same generator repeated the first one's shifts; it should draw new ones.",
    )


@random_shift.test("each shift from -most to most comes up, equally often, on its own for each photograph", hidden=True)
def _(answer, rng):
    for most, given in ((1, {"most": 1}), (2, {})):
        copies = 80 * (2 * most + 1) ** 2
        counts = _shifts_of_a_dot(answer, rng, most, copies, **given)
        steps = range(-most, most + 1)
        missing = [(d, r) for d in steps for r in steps if (d, r) not in counts]
        if missing:
            holds(False, f"In {copies} draws with most={most} the shift {missing[0]} (down, right) never came up.")
        often, count = counts.most_common(1)[0]
        rare = min(counts.values())
        holds(
            rare > 30 and count < 140,
            f"With most={most} some shifts come up far more often than others: {often} (down, right) {count} times, "
            f"another {rare} times, where 80 of each were due.",
        )


@random_shift.mistake(
    "You moved the pictures with `np.roll`. What leaves on the right comes back on the left: a sleeve grows on the "
    "wrong side. A camera that moves sees *new* background; what should stand in the freed pixels?"
)
def rolled(images, rng, most=2):
    shifts = rng.integers(-most, most + 1, size=(len(images), 2))
    return np.stack([np.roll(image, tuple(shift), axis=(0, 1)) for image, shift in zip(images, shifts)])


@random_shift.mistake(
    "The largest shift down and to the right never comes up. `rng.integers(low, high)` leaves `high` out, as "
    "slices do. What must stand there so that `most` itself can be drawn?"
)
def end_left_out(images, rng, most=2):
    if most == 0:
        return images.copy()
    rows, columns = images.shape[1:]
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    corners = rng.integers(0, 2 * most, size=(len(images), 2))
    return np.stack([p[r : r + rows, c : c + columns] for p, (r, c) in zip(padded, corners)])


@random_shift.mistake(
    "You drew with `rng.integers(-most, most)`, which leaves `most` itself out, as slices do; and with `most=0` there is "
    "nothing left to draw. What must stand as the upper end?"
)
def end_left_out_for_zero_too(images, rng, most=2):
    rows, columns = images.shape[1:]
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    shifts = rng.integers(-most, most, size=(len(images), 2))
    corners = most - shifts
    return np.stack([p[r : r + rows, c : c + columns] for p, (r, c) in zip(padded, corners)])


@random_shift.mistake(
    "You drew from 0 to `most`, so photographs only ever move down and to the right. A camera errs the other way "
    "just as often: which numbers stand for up and for left?"
)
def down_and_right_only(images, rng, most=2):
    shifts = rng.integers(0, most + 1, size=(len(images), 2))
    return np.stack([_moved(image, int(down), int(right)) for image, (down, right) in zip(images, shifts)])


@random_shift.mistake(
    "You drew *one* shift and moved the whole batch by it. Then a batch still shows every garment in the same "
    "place. How many shifts are needed for n photographs?"
)
def one_for_all(images, rng, most=2):
    down, right = (int(step) for step in rng.integers(-most, most + 1, size=2))
    return np.stack([_moved(image, down, right) for image in images])


@random_shift.mistake(
    "You drew one number and used it both downwards and to the right, so pictures only move along a diagonal. "
    "The two directions need draws of their own."
)
def diagonal(images, rng, most=2):
    steps = rng.integers(-most, most + 1, size=len(images)).tolist()
    return np.stack([_moved(image, step, step) for image, step in zip(images, steps)])


@random_shift.mistake(
    "You made a generator of your own inside the function, always with the same seed, so every epoch moves each "
    "photograph the same way. Draw from the generator `rng` that you are given."
)
def own_generator(images, rng, most=2):
    return by_padding(images, np.random.default_rng(0), most)


@random_shift.also_right
def by_padding(images, rng, most=2):
    rows, columns = images.shape[1:]
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    result = np.empty_like(images)
    for i in range(len(images)):
        r, c = rng.integers(0, 2 * most + 1, size=2)
        result[i] = padded[i, r : r + rows, c : c + columns]
    return result


@random_shift.also_right
def by_rolling_and_blackening(images, rng, most=2):
    results = []
    for image in images:
        down, right = (int(step) for step in rng.integers(-most, most + 1, size=2))
        moved = np.roll(image, (down, right), axis=(0, 1))
        if down > 0:
            moved[:down] = 0
        elif down < 0:
            moved[down:] = 0
        if right > 0:
            moved[:, :right] = 0
        elif right < 0:
            moved[:, right:] = 0
        results.append(moved)
    return np.array(results)


# --- convolve2d ---------------------------------------------------------------------------------------------------

convolve2d = Exercise(
    concepts=["convolution", "dot product", "CNN"],
    minutes=6,
    hints=[
        "Which pixels lie under the kernel when its top left corner stands on pixel (i, j)?",
        "Two loops, one over the result's rows and one over its columns. Inside: cut the patch, multiply, add up.",
        "The patch below corner (i, j) is as tall and as wide as the kernel: two slices that start at i and at j.",
    ],
)


@convolve2d.test("the example worked by hand comes out")
def _(answer):
    image = np.array([[0, 0, 9, 9], [0, 0, 9, 9], [0, 0, 9, 9], [0, 0, 9, 9]])
    close(answer(image, np.array([[-1, 1], [-1, 1]])), [[0, 18, 0]] * 3)


@convolve2d.test("a kernel with a single 1 in its middle gives back the inside of the picture")
def _(answer, rng):
    image = rng.normal(size=(6, 8))
    kernel = np.zeros((3, 3))
    kernel[1, 1] = 1
    with unchanged(image=image, kernel=kernel):
        result = answer(image, kernel)
    close(result, image[1:-1, 1:-1])


@convolve2d.test("the kernel is laid on as it is, not turned round; it need not be square")
def _(answer, rng):
    image = rng.normal(size=(5, 7))
    kernel = np.zeros((2, 3))
    kernel[0, 0] = 1
    close(answer(image, kernel), image[:4, :5])


@convolve2d.test("random pictures and kernels of any size", points=2, hidden=True)
def _(answer, rng):
    for rows, columns, kernel_shape in ((7, 5, (3, 2)), (4, 9, (4, 1)), (6, 6, (6, 6)), (5, 8, (1, 1))):
        image, kernel = rng.normal(size=(rows, columns)), rng.normal(size=kernel_shape)
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel_shape)
        close(answer(image, kernel), np.einsum("ijab,ab->ij", windows, kernel), atol=1e-9)


@convolve2d.mistake(
    "You turned the kernel round before laying it on, as the mathematician's convolution does. Networks leave that "
    "out, because they *learn* the kernel: it can learn itself turned either way. Which line flips it?"
)
def flipped(image, kernel):
    return by_windows(image, kernel[::-1, ::-1])


@convolve2d.mistake(
    "The last row and the last column of the result stay empty: the kernel stopped one step too early. From how many "
    "places can a window of 3 start in a row of 5? Count them with your fingers."
)
def one_short(image, kernel):
    result = by_windows(image, kernel)
    result[-1], result[:, -1] = 0, 0
    return result


@convolve2d.mistake(
    "The result is one row and one column too small: the kernel stopped one step too early. From how many places "
    "can a window of 3 start in a row of 5? Count them with your fingers."
)
def one_smaller(image, kernel):
    return by_windows(image, kernel)[:-1, :-1]


@convolve2d.mistake(
    "Only the first number of the result is filled in. A `return` that stands inside a loop ends it in its first "
    "round: how far to the left must it stand?"
)
def return_in_the_inner_loop(image, kernel):
    result = by_windows(image, kernel)
    result.flat[1:] = 0
    return result


@convolve2d.mistake(
    "Only the first row of the result is filled in. A `return` inside the loop over the rows ends it after one round: "
    "how far to the left must it stand?"
)
def return_in_the_outer_loop(image, kernel):
    result = by_windows(image, kernel)
    result[1:] = 0
    return result


@convolve2d.mistake(
    "You took the *mean* of the products. The response of a kernel is a dot product: multiply and **add up**. "
    "With the mean, a bigger kernel would answer ever more quietly."
)
def averaged(image, kernel):
    return by_windows(image, kernel) / kernel.size


@convolve2d.mistake(
    "You used the matrix product `@` on patch and kernel. It pairs rows with columns; here each pixel meets the "
    "kernel's number that lies *on top of it*. Which operator multiplies place by place?"
)
def matrix_product(image, kernel):
    rows, columns = kernel.shape
    result = np.zeros((image.shape[0] - rows + 1, image.shape[1] - columns + 1))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i : i + rows, j : j + columns] @ kernel)
    return result


@convolve2d.mistake(
    "You put zeros round the picture first, so the result is as large as the picture. That is *padding*, and it "
    "comes in a minute; here the kernel stays inside."
)
def padded_first(image, kernel):
    rows, columns = kernel.shape
    top, left = (rows - 1) // 2, (columns - 1) // 2
    return by_windows(np.pad(image, ((top, rows - 1 - top), (left, columns - 1 - left))), kernel)


@convolve2d.also_right
def by_windows(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return (windows * kernel).sum(axis=(2, 3)).astype(float)


@convolve2d.also_right
def kernel_number_by_number(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return sum(
        kernel[a, b] * image[a : a + rows, b : b + columns]
        for a in range(kernel.shape[0])
        for b in range(kernel.shape[1])
    )


# --- output_size --------------------------------------------------------------------------------------------------

output_size = Exercise(
    concepts=["convolution", "stride", "padding"],
    minutes=4,
    hints=[
        "How long is the row once the padding stands at both its ends?",
        "The last start is where the kernel's far end touches the row's end. How many strides fit up to there?",
        "Starts lie at 0, stride, 2·stride, … Count the first one too.",
    ],
)


@output_size.test("without padding, step by step: 28 pixels and a kernel of 3 give 26")
def _(answer):
    equal(answer(28, 3), 26)
    equal(answer(5, 5), 1)


@output_size.test("padding stands on both sides; a stride that does not fit leaves a rest out")
def _(answer):
    equal(answer(28, 3, padding=1), 28)
    equal(answer(11, 5, stride=5), 2)
    equal(answer(28, 5, stride=2, padding=2), 14)
    equal(answer(10, 3, stride=4), 2)
    equal(answer(5, 3, stride=2), 2)
    got = answer(10, 3, stride=4)
    whole = not isinstance(got, float | np.floating)
    holds(whole, "The number is right, but it is a float. A size counts places: give back an `int`.", got, 2)
    is_a(got, int, np.integer, what="A size, which counts places,")


@output_size.test("it is the number of places where the kernel can stand, for any sizes", hidden=True)
def _(answer, rng):
    for _ in range(30):
        size, kernel, stride, padding = (int(rng.integers(a, b)) for a, b in ((8, 40), (1, 8), (1, 6), (0, 5)))
        places = sum(1 for start in range(-padding, size + padding, stride) if start + kernel <= size + padding)
        equal(answer(size, kernel, stride, padding), places, what=f"The size for {(size, kernel, stride, padding)}")


@output_size.mistake(
    "You left the stride out. A kernel that jumps two pixels at a time visits about half as many places."
)
def stride_ignored(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel + 1


@output_size.mistake(
    "You counted the padding once. It is put at *both* ends of the row, so how much longer does the row get?"
)
def padding_once(size, kernel, stride=1, padding=0):
    return (size + padding - kernel) // stride + 1


@output_size.mistake("You left the padding out: the row that the kernel slides over is longer than the picture's.")
def padding_forgotten(size, kernel, stride=1, padding=0):
    return (size - kernel) // stride + 1


@output_size.mistake("One too few: you counted the *steps*. A kernel that never steps already stands in one place.")
def steps_not_places(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride


@output_size.mistake(
    "Your division leaves a fraction, but half a place does not exist. What happens to pixels at the end of the row "
    "when the next jump would carry the kernel over the edge?"
)
def fraction(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) / stride + 1


@output_size.mistake(
    "You added the 1 before you divided. The kernel's first place is there whatever the stride is, so it must not be "
    "divided: what should be counted in strides, and what comes on top?"
)
def one_divided_too(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


@output_size.mistake(
    "You rounded up. A jump that carries the kernel over the edge is not made: what becomes of the fraction then?"
)
def rounded_up(size, kernel, stride=1, padding=0):
    return -(-(size + 2 * padding - kernel) // stride) + 1


@output_size.mistake(
    "You rounded to the nearest whole number. Three quarters of a jump are no jump: which way must you round, always?"
)
def rounded(size, kernel, stride=1, padding=0):
    return round((size + 2 * padding - kernel) / stride) + 1


@output_size.mistake(
    "Your numbers are right, but they come as floats, such as 2.0. A shape is made of whole numbers, and PyTorch "
    "refuses others: which division stays among them?"
)
def as_a_float(size, kernel, stride=1, padding=0):
    return float((size + 2 * padding - kernel) // stride + 1)


@output_size.also_right
def by_counting(size, kernel, stride=1, padding=0):
    return len(range(0, size + 2 * padding - kernel + 1, stride))


# --- layer_costs --------------------------------------------------------------------------------------------------

layer_costs = Exercise(
    concepts=["parameters of a layer", "weight sharing", "CNN"],
    minutes=5,
    hints=[
        "How many numbers does *one* kernel hold when the picture below it has several channels?",
        "A convolution has one kernel and one bias for each output channel, whatever the picture's size.",
        "For the dense layer forget that they are pictures: how many numbers go in, how many come out?",
    ],
)


@layer_costs.test(
    "the convolution: one kernel through all input channels and one bias for each output channel", points=2
)
def _(answer):
    conv, _ = answer(1, 8, 28, 28, 3)
    equal(conv, 80, what="The number for the convolution, 1 to 8 channels, 3×3,")
    conv, _ = answer(3, 5, 6, 4, 2)
    equal(conv, 65, what="The number for the convolution, 3 to 5 channels, 2×2,")


@layer_costs.test("the dense layer: every number in reaches every number out")
def _(answer):
    _, dense = answer(1, 8, 28, 28, 3)
    equal(dense, 4_923_520, what="The number for the dense layer, 1 to 8 channels of 28×28,")
    _, dense = answer(2, 3, 4, 5, 3)
    equal(dense, 2460, what="The number for the dense layer, 2 to 3 channels of 4×5,")


@layer_costs.test("as many as PyTorch's own layers hold", hidden=True)
def _(answer, rng):
    from torch import nn

    for _ in range(4):
        into, out, height, width, kernel = (int(n) for n in rng.integers(1, 6, size=5))
        layers = (
            nn.Conv2d(into, out, kernel, padding="same"),
            nn.Linear(into * height * width, out * height * width),
        )
        numbers = [sum(p.numel() for p in layer.parameters()) for layer in layers]
        equal(answer(into, out, height, width, kernel), numbers, what="The pair (convolution, dense)")


@layer_costs.mistake(
    "Those are the weights alone. Each output also adds a bias: one for each output *channel* of the convolution, "
    "one for each output *number* of the dense layer."
)
def without_bias(in_channels, out_channels, height, width, kernel_size):
    pixels = height * width
    return out_channels * in_channels * kernel_size**2, in_channels * pixels * out_channels * pixels


@layer_costs.mistake(
    "Your dense layer has no biases. Each number that it gives is a sum *plus a bias of its own*: how many are there?"
)
def dense_without_bias(in_channels, out_channels, height, width, kernel_size):
    conv, dense = step_by_step(in_channels, out_channels, height, width, kernel_size)
    return conv, dense - out_channels * height * width


@layer_costs.mistake(
    "You counted `kernel_size` numbers where a kernel is square. How many numbers does a table of 3×3 hold?"
)
def not_squared(in_channels, out_channels, height, width, kernel_size):
    dense = step_by_step(in_channels, out_channels, height, width, kernel_size)[1]
    return out_channels * (in_channels * kernel_size + 1), dense


@layer_costs.mistake(
    "Both numbers are right, but in the wrong order. Which of the two layers does the text name first?"
)
def pair_swapped(in_channels, out_channels, height, width, kernel_size):
    return step_by_step(in_channels, out_channels, height, width, kernel_size)[::-1]


@layer_costs.mistake(
    "Your kernel is flat: it looks at one input channel. A kernel reaches through *all* channels below it, so how many "
    "numbers must it hold?"
)
def flat_kernel(in_channels, out_channels, height, width, kernel_size):
    conv, dense = step_by_step(1, out_channels, height, width, kernel_size)
    return conv, step_by_step(in_channels, out_channels, height, width, kernel_size)[1]


@layer_costs.mistake(
    "You gave the kernel a bias for each input channel. The products from all channels are added up first; then "
    "*one* bias is added. How many sums are there at one place?"
)
def bias_per_channel(in_channels, out_channels, height, width, kernel_size):
    dense = step_by_step(in_channels, out_channels, height, width, kernel_size)[1]
    return out_channels * in_channels * (kernel_size**2 + 1), dense


@layer_costs.mistake(
    "You paid for the kernel again at every pixel. That it is the *same* kernel everywhere is the whole point of a "
    "convolution: its numbers are stored once."
)
def not_shared(in_channels, out_channels, height, width, kernel_size):
    conv, dense = step_by_step(in_channels, out_channels, height, width, kernel_size)
    return conv * height * width, dense


@layer_costs.mistake(
    "Your dense layer gives one number for each output channel. To replace the convolution it must give what the "
    "convolution gives: a whole picture for each channel."
)
def one_number_per_channel(in_channels, out_channels, height, width, kernel_size):
    conv, _ = step_by_step(in_channels, out_channels, height, width, kernel_size)
    return conv, (in_channels * height * width + 1) * out_channels


@layer_costs.also_right
def step_by_step(in_channels, out_channels, height, width, kernel_size):
    weights_of_a_kernel = in_channels * kernel_size * kernel_size
    inputs, outputs = in_channels * height * width, out_channels * height * width
    return [out_channels * weights_of_a_kernel + out_channels, inputs * outputs + outputs]


# --- max_pool -----------------------------------------------------------------------------------------------------

max_pool = Exercise(
    concepts=["pooling", "CNN", "reshape"],
    minutes=6,
    hints=[
        "How many whole blocks fit from top to bottom, and how many from left to right?",
        "With two loops: block (i, j) begins at row i·size and column j·size.",
        "Without loops: cut the rest off, reshape to (blocks down, size, blocks across, size), and take the largest "
        "along the two axes that lie *inside* a block.",
    ],
)


@max_pool.test("of each 2×2 block the largest number is kept")
def _(answer):
    image = np.array([[1, 2, 0, 4], [3, 8, 1, 0], [5, 0, 0, 2], [1, 7, 6, 3]])
    with unchanged(image=image):
        result = answer(image)
    close(result, [[8, 4], [7, 6]])


@max_pool.test("where all of a block is below zero, the result is too")
def _(answer):
    image = np.array([[-5.0, -2.0, -1.0, -4.0], [-3.0, -8.0, -6.0, -7.0]])
    close(answer(image), [[-2.0, -1.0]])


@max_pool.test("blocks of another size; rows and columns that fill no whole block are left out")
def _(answer, rng):
    image = rng.permutation(7 * 11).reshape(7, 11).astype(float)
    image[6], image[:, 9:] = 1000, 1000
    result = answer(image, size=3)
    same_shape(result, (2, 3))
    holds(
        np.max(np.asarray(result)) < 1000,
        "A number from the rest at the edge, which fills no whole block, came into the result.",
    )
    close(answer(image[:5, :5], size=5), [[image[:5, :5].max()]])


@max_pool.test("random pictures and block sizes", hidden=True)
def _(answer, rng):
    for rows, columns, size in ((6, 8, 2), (9, 6, 3), (13, 9, 4), (5, 4, 1)):
        image = rng.normal(size=(rows, columns))
        expected = [
            [
                max(image[i * size + a, j * size + b] for a in range(size) for b in range(size))
                for j in range(columns // size)
            ]
            for i in range(rows // size)
        ]
        close(answer(image, size), expected)


@max_pool.mistake(
    "You averaged each block. That is average pooling: it blurs a strong response into its weak neighbours. Max "
    'pooling keeps the question "was the pattern here *anywhere*?"'
)
def mean_for_max(image, size=2):
    return _blocks(image, size).mean(axis=(1, 3))


@max_pool.mistake(
    "Your blocks overlap: the window moves by one pixel, so the picture hardly shrinks. Pooling steps on by a whole block."
)
def stride_of_one(image, size=2):
    return np.lib.stride_tricks.sliding_window_view(image, (size, size)).max(axis=(2, 3))


@max_pool.mistake(
    "You began from 0, so a block whose numbers are all negative gives 0, a number that stands nowhere in it. From what "
    "should the search for the largest begin?"
)
def starting_at_zero(image, size=2):
    return np.maximum(_blocks(image, size).max(axis=(1, 3)), 0)


@max_pool.mistake(
    "Your reshape cuts the row-after-row stream of numbers into pieces, so your groups are not square neighbourhoods. Rows of one "
    "block are a whole picture's width apart in memory: which four axes does that ask for, in which order?"
)
def wrong_reshape(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return image[: rows * size, : columns * size].reshape(rows, columns, size, size).max(axis=(2, 3))


@max_pool.mistake(
    "You kept incomplete blocks at the edge. Here, as in PyTorch, pixels that fill no whole block are left out."
)
def rest_kept(image, size=2):
    rows, columns = -(-image.shape[0] // size), -(-image.shape[1] // size)
    return np.array(
        [
            [image[i * size : (i + 1) * size, j * size : (j + 1) * size].max() for j in range(columns)]
            for i in range(rows)
        ]
    )


def _blocks(image, size):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return image[: rows * size, : columns * size].reshape(rows, size, columns, size)


@max_pool.also_right
def with_loops(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return [
        [image[i * size : (i + 1) * size, j * size : (j + 1) * size].max() for j in range(columns)] for i in range(rows)
    ]


@max_pool.also_right
def by_torch(image, size=2):
    import torch

    return torch.nn.functional.max_pool2d(torch.tensor(image, dtype=torch.float64)[None, None], size)[0, 0]


# --- SmallCNN -----------------------------------------------------------------------------------------------------

SmallCNN = Exercise(
    concepts=["CNN", "nn.Module", "image classification"],
    minutes=8,
    inside=True,
    hints=[
        "Which sizes does a photograph pass through, from 28×28 to the end of `features`?",
        "Both parts are an `nn.Sequential`. `forward` needs one line.",
        "`nn.Conv2d(in, out, 3, padding=1)`, `nn.ReLU()`, `nn.MaxPool2d(2)`, twice; then `nn.Flatten()`, `nn.Dropout(…)` and "
        "`nn.Linear` from all numbers of the last maps to the classes.",
    ],
)


def _network(answer, rng, *args, **kwargs):
    """A network of the learner's class, from a seed that the notebook does not notice."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        model = answer(*args, **kwargs)
        if any(isinstance(p, torch.nn.parameter.UninitializedParameter) for p in model.parameters()):
            with torch.no_grad():  # a lazy layer learns its size from the first batch
                model(torch.zeros(2, 1, 28, 28))
    return model


def _photographs(rng, count, size=28):
    import torch

    return torch.tensor(rng.random((count, 1, size, size)), dtype=torch.float32)


UNSEEN = (
    "Layers in a plain Python list, or in a name without `self.`, are invisible to PyTorch, and no optimizer will find them: put them into an "
    "`nn.Sequential`, or each into an attribute of `self`."
)


def _convolutions(model):
    from torch import nn

    found = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    why = "" if found else f" {UNSEEN}"
    holds(len(found) == 2, f"The network should hold two `nn.Conv2d` layers.{why}", len(found), 2)
    return found


def _fixed(convolution, value, bias=0.0):
    """Makes each kernel look at the middle pixel of the first channel alone."""
    import torch

    with torch.no_grad():
        convolution.weight.zero_()
        convolution.weight[:, 0, convolution.kernel_size[0] // 2, convolution.kernel_size[1] // 2] = value
        if convolution.bias is not None:
            convolution.bias.fill_(bias)


@SmallCNN.test("batches of 1, 2 and 7 photographs give one row of 10 numbers for each")
def _(answer, rng):
    model = _network(answer, rng)
    holds(
        hasattr(model, "features"),
        "The network has no `features`. A name in `__init__` without `self.` before it is forgotten when `__init__` ends.",
    )
    for count in (1, 2, 7):
        same_shape(model(_photographs(rng, count)), (count, 10), what=f"The output for a batch of {count}")
    same_shape(model.features(_photographs(rng, 2)), (2, 16, 7, 7), what="The output of `features` for a batch of 2")


@SmallCNN.test("it holds as many parameters as these layers need, for any channels and classes")
def _(answer, rng):
    for given, first, second, classes in (({}, 8, 16, 10), ({"channels": (3, 5), "classes": 4}, 3, 5, 4)):
        model = _network(answer, rng, **given)
        expected = 10 * first + (9 * first + 1) * second + (49 * second + 1) * classes
        number = sum(p.numel() for p in model.parameters())
        holds(number > 0, f"The network has no parameters at all. {UNSEEN}", 0, expected)
        equal(number, expected, what=f"The number of parameters with channels=({first}, {second}), classes={classes}")


@SmallCNN.test("with kernels that copy, `features` gives the largest of each 4×4 block: it pools twice, by the maximum")
def _(answer, rng):
    model = _network(answer, rng, channels=(2, 3))
    for convolution in _convolutions(model):
        _fixed(convolution, 1.0)
    x = _photographs(rng, 2)
    blocks = x.numpy().reshape(2, 1, 7, 4, 7, 4).max(axis=(3, 5)).repeat(3, axis=1)
    close(model.eval().features(x), blocks, rtol=1e-5, what="The output of `features`")


@SmallCNN.test("after each convolution, numbers below zero become 0")
def _(answer, rng):
    model = _network(answer, rng, channels=(2, 3)).eval()
    first, second = _convolutions(model)
    x = _photographs(rng, 2)
    _fixed(first, -1.0)
    _fixed(second, -1.0)
    got = float(model.features(x).detach().max())
    close(got, 0.0, what="The largest feature, when the first convolution gives only negative numbers,")
    _fixed(first, 1.0)
    _fixed(second, -1.0, bias=-0.5)
    got = float(model.features(x).detach().min())
    close(got, 0.0, what="The smallest feature, when the second convolution gives only negative numbers,")


@SmallCNN.test("a shape moved by four pixels moves its feature maps by one cell")
def _(answer, rng):
    import torch

    model = _network(answer, rng).eval()
    blob = torch.tensor(rng.random((6, 6)), dtype=torch.float32)
    here, there = torch.zeros(1, 1, 28, 28), torch.zeros(1, 1, 28, 28)
    here[0, 0, 9:15, 10:16] = blob
    there[0, 0, 13:19, 14:20] = blob
    before, after = model.features(here).detach(), model.features(there).detach()
    close(after[:, :, 2:6, 2:6], before[:, :, 1:5, 1:5], rtol=1e-4, atol=1e-6, what="The inside of the moved maps")


@SmallCNN.test("dropout is at work while training and silent after `eval()`")
def _(answer, rng):
    import torch

    x = _photographs(rng, 3)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        model = answer(dropout=0.5)
        model.train()
        holds(not torch.equal(model(x), model(x)), "In training mode two passes give the same: no dropout is at work.")
        model.eval()
        holds(
            torch.equal(model(x), model(x)),
            "After `model.eval()` the same photographs get different answers each time: dropout is still at work.",
        )
        still = answer(dropout=0.0).train()
        holds(torch.equal(still(x), still(x)), "With `dropout=0.0` two passes in training mode should be the same.")
        default = [layer.p for layer in answer().modules() if isinstance(layer, torch.nn.Dropout)]
        holds(not default or default == [0.25], "Without the argument, dropout should be 0.25.", default, [0.25])


@SmallCNN.test("the scores leave as the dense layer gives them: below 0, above 1, and while training none is dropped")
def _(answer, rng):
    import torch

    model = _network(answer, rng, classes=5, dropout=0.5)
    dense = [layer for layer in model.modules() if isinstance(layer, torch.nn.Linear)]
    holds(len(dense) == 1, "The network should hold one dense layer, `nn.Linear`.", len(dense), 1)
    holds(dense[0].bias is not None, "The dense layer has no bias.")
    scores = [-3.0, -0.5, 0.5, 4.0, 20.0]
    with torch.no_grad():
        dense[0].weight.zero_()
        dense[0].bias.copy_(torch.tensor(scores))
        quiet, noisy = model.eval()(_photographs(rng, 8)), model.train()(_photographs(rng, 8))
    close(quiet, [scores] * 8, rtol=1e-5, what="What leaves a network whose dense layer always gives these five scores")
    holds(
        bool((noisy != 0).all()),
        "In training mode some scores are exactly 0: dropout comes after the dense layer, and drops answers.",
    )
    close(noisy, [scores] * 8, rtol=1e-5, what="What leaves that network in training mode")


@SmallCNN.test("the output is no probabilities, and the loss reaches every parameter", hidden=True)
def _(answer, rng):
    import torch
    from torch.nn import functional as F

    model = _network(answer, rng, channels=(4, 6), classes=5).eval()
    scores = model(_photographs(rng, 6))
    sums, exps = scores.detach().sum(dim=1), scores.detach().exp().sum(dim=1)
    holds(
        not torch.allclose(sums, torch.ones(6), atol=1e-4) and not torch.allclose(exps, torch.ones(6), atol=1e-4),
        "The output looks like probabilities. `cross_entropy` wants the scores as they leave the last layer.",
    )
    holds(any(True for _ in model.parameters()), f"The network has no parameters at all. {UNSEEN}")
    F.cross_entropy(scores, torch.tensor([0, 1, 2, 3, 4, 0])).backward()
    for name, parameter in model.named_parameters():
        reached = parameter.grad is not None and bool(parameter.grad.abs().sum() > 0)
        holds(reached, f"No gradient reaches the parameter {name}, so it will never learn.")


def _cnn(*, padding=1, pool="max", relu=True, start=1, after=None, active_dropout=False, side_left=None):
    """A network class like the one asked for, with one thing done differently.

    The mistakes below are classes that make one only when called, so that torch is not imported before.
    """
    from torch import nn
    from torch.nn import functional as F

    class Network(nn.Module):
        def __init__(self, channels=(8, 16), classes=10, dropout=0.25):
            super().__init__()
            make_pool = nn.MaxPool2d if pool == "max" else nn.AvgPool2d
            layers, into, side = [], 1, 28
            for out in channels:
                layers += [nn.Conv2d(into, out, 3, padding=padding), *([nn.ReLU()] if relu else []), make_pool(2)]
                into, side = out, (side + 2 * padding - 2) // 2
            side = side_left or side
            self.features = nn.Sequential(*layers)
            self.dropout = dropout
            self.head = nn.Sequential(
                nn.Flatten(start), nn.Dropout(0.0 if active_dropout else dropout), nn.Linear(into * side**2, classes)
            )

        def forward(self, x):
            maps = self.features(x)
            if active_dropout:
                maps = F.dropout(maps, self.dropout)
            scores = self.head(maps)
            if after == "softmax":
                return scores.softmax(dim=1)
            if after == "dropout":
                return F.dropout(scores, self.dropout, training=self.training)
            return getattr(scores, after)() if after else scores

    return Network


@SmallCNN.mistake(
    "You end with a softmax. `cross_entropy` applies one itself; two in a row flatten the differences, and training "
    "crawls without any error message. What should leave the last layer?"
)
class softmax_at_the_end:
    def __new__(cls, *args, **kwargs):
        return _cnn(after="softmax")(*args, **kwargs)


@SmallCNN.mistake(
    "Your convolutions have no padding: 28 becomes 26 before pooling, and the last maps are 5×5 where 7×7 was asked "
    "for. What keeps the size with a 3×3 kernel?"
)
class no_padding:
    def __new__(cls, *args, **kwargs):
        return _cnn(padding=0)(*args, **kwargs)


@SmallCNN.mistake(
    "You end with a ReLU. It turns every score below zero into 0, and with it the gradient: the network cannot say how "
    "*unlikely* a class is. What should leave the last layer?"
)
class relu_at_the_end:
    def __new__(cls, *args, **kwargs):
        return _cnn(after="relu")(*args, **kwargs)


@SmallCNN.mistake(
    "You end with a sigmoid, which squeezes the scores between 0 and 1. `cross_entropy` then can never get sure of anything. "
    "What should leave the last layer?"
)
class sigmoid_at_the_end:
    def __new__(cls, *args, **kwargs):
        return _cnn(after="sigmoid")(*args, **kwargs)


@SmallCNN.mistake(
    "Your dropout stands *after* the dense layer, so in training it sets whole scores to 0, sometimes that of the right "
    "class. It is meant to drop inputs of the dense layer: where must it stand?"
)
class dropout_at_the_end:
    def __new__(cls, channels=(8, 16), classes=10, dropout=0.25):
        network = _cnn(after="dropout")(channels, classes, 0.0)
        network.dropout = dropout
        return network


@SmallCNN.mistake(
    "Your dense layer expects maps of 7×7, but without padding 28 becomes 26, 13, 11 and 5. What keeps the size "
    "with a 3×3 kernel?"
)
class no_padding_but_seven_expected:
    def __new__(cls, *args, **kwargs):
        return _cnn(padding=0, side_left=7)(*args, **kwargs)


@SmallCNN.mistake(
    "Your layers stand in a plain Python list. PyTorch looks for layers among the attributes of `self`, not inside lists, so "
    "`parameters()` is empty and nothing can be trained. Which container of `nn` is made for them?"
)
class layers_in_a_list:
    def __new__(cls, *args, **kwargs):
        from torch import nn

        whole = _cnn()(*args, **kwargs)

        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.kept = [whole]

            def features(self, x):
                return self.kept[0].features(x)

            def forward(self, x):
                return self.kept[0](x)

        return Network()


@SmallCNN.mistake("You pool by the average. Asked for is the largest response of each block: another layer of `nn`.")
class average_pooling:
    def __new__(cls, *args, **kwargs):
        return _cnn(pool="mean")(*args, **kwargs)


@SmallCNN.mistake(
    "Nothing bends between your two convolutions. Without an activation, two linear steps collapse into a single one; "
    "the second brings nothing but cost. What belongs after each convolution?"
)
class no_activation:
    def __new__(cls, *args, **kwargs):
        return _cnn(relu=False)(*args, **kwargs)


@SmallCNN.mistake(
    "Your dropout stays at work after `model.eval()`. `F.dropout` doesn't know the module's mode unless it is told; which "
    "*layer* does?"
)
class dropout_always:
    def __new__(cls, *args, **kwargs):
        return _cnn(active_dropout=True)(*args, **kwargs)


@SmallCNN.mistake(
    "You flattened the whole batch into one row, photographs and all. Axis 0 numbers the photographs and must survive: "
    "flatten from axis 1 on."
)
class batch_flattened:
    def __new__(cls, *args, **kwargs):
        return _cnn(start=0)(*args, **kwargs)


@SmallCNN.also_right
class LayerByLayer:
    def __new__(cls, channels=(8, 16), classes=10, dropout=0.25):
        from torch import nn
        from torch.nn import functional as F

        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.first = nn.Conv2d(1, channels[0], kernel_size=3, padding="same")
                self.second = nn.Conv2d(channels[0], channels[1], kernel_size=3, padding="same")
                self.last = nn.Linear(channels[1] * 7 * 7, classes)

            def features(self, x):
                x = F.relu(F.max_pool2d(self.first(x), 2))
                return F.relu(F.max_pool2d(self.second(x), 2))

            def forward(self, x):
                x = F.dropout(self.features(x), dropout, training=self.training)
                return self.last(x.flatten(start_dim=1))

        return Network()


@SmallCNN.also_right
class WithALazyLayer:
    def __new__(cls, channels=(8, 16), classes=10, dropout=0.25):
        from torch import nn

        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(
                    *(nn.Conv2d(1, channels[0], 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
                    *(nn.Conv2d(channels[0], channels[1], 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
                )
                self.head = nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.LazyLinear(classes))

            def forward(self, x):
                return self.head(self.features(x))

        return Network()


# --- train_epoch --------------------------------------------------------------------------------------------------

train_epoch = Exercise(
    concepts=["training loop", "CNN", "debugging networks"],
    minutes=8,
    inside=True,
    hints=[
        "Which four things happen with each batch, and which one thing happens once, before the first?",
        "A batch of 16 must count for less than a batch of 64. What can you multiply each batch's mean loss by, and what "
        "do you divide by at the end?",
        "Before the loop: training mode. For each batch: clear the gradients, loss, backward, step; add "
        "`loss.item()` times the batch's size to a total.",
    ],
)


def _tiny(rng, sizes=(4, 4, 3), features=5, classes=3):
    """A linear network and small batches for it, the last one smaller."""
    import torch
    from torch import nn

    model = nn.Linear(features, classes)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(rng.normal(size=(classes, features))))
        model.bias.copy_(torch.tensor(rng.normal(size=classes)))
    batches = [
        (
            torch.tensor(rng.normal(scale=1 + 3 * (n != sizes[0]), size=(n, features)), dtype=torch.float32),
            torch.tensor(rng.integers(classes, size=n)),
        )
        for n in sizes
    ]
    return model, batches


def _trained_by_hand(model, batches, rate):
    """Weights after one epoch of plain descent, with the gradient of softmax and cross-entropy written out."""
    weight, bias = model.weight.detach().numpy().astype(float), model.bias.detach().numpy().astype(float)
    for x, y in batches:
        x, y = x.numpy().astype(float), y.numpy()
        scores = x @ weight.T + bias
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(y)), y] -= 1
        weight, bias = weight - rate * p.T @ x / len(y), bias - rate * p.mean(axis=0)
    return weight, bias


def _losses(model, batches):
    """The loss of every sample, by hand, for a linear network."""
    weight, bias = model.weight.detach().numpy().astype(float), model.bias.detach().numpy().astype(float)
    losses = []
    for x, y in batches:
        scores = x.numpy() @ weight.T + bias
        losses += list(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y.numpy()])
    return losses


@train_epoch.test(
    "it returns the mean loss per photograph as a plain number, also when the last batch is smaller", points=2
)
def _(answer, rng):
    import torch

    model, batches = _tiny(rng, sizes=(6, 6, 1))
    got = answer(model, torch.optim.SGD(model.parameters(), lr=0.0), batches)
    close(got, np.mean(_losses(model, batches)), rtol=1e-4, what="The mean loss")
    is_a(got, float, what="What it returns")
    model, batches = _tiny(rng, sizes=(6,))
    before = np.mean(_losses(model, batches))
    got = answer(model, torch.optim.SGD(model.parameters(), lr=0.1), batches)
    close(got, before, rtol=1e-4, what="The mean loss of a single batch, measured before the step,")


@train_epoch.test("each step follows the gradient of its own batch alone")
def _(answer, rng):
    import torch

    model, batches = _tiny(rng)
    expected = _trained_by_hand(model, batches, 0.1)
    answer(model, torch.optim.SGD(model.parameters(), lr=0.1), batches)
    close(model.weight, expected[0], rtol=1e-3, atol=1e-4, what="The table of weights after three batches")
    close(model.bias, expected[1], rtol=1e-3, atol=1e-4, what="The row of biases after three batches")


@train_epoch.test("gradients left over from before are thrown away")
def _(answer, rng):
    import torch

    model, batches = _tiny(rng, sizes=(5,))
    expected = _trained_by_hand(model, batches, 0.1)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 7.0)
    answer(model, torch.optim.SGD(model.parameters(), lr=0.1), batches)
    close(model.weight, expected[0], rtol=1e-3, atol=1e-4, what="The table of weights after one batch")


@train_epoch.test("a network that arrives in evaluation mode is put into training mode")
def _(answer, rng):
    import torch

    linear, batches = _tiny(rng)
    model = torch.nn.Sequential(torch.nn.Dropout(0.5), linear).eval()
    modes = []
    # A look at the scores without gradients is no training, so its mode is free.
    model.register_forward_hook(lambda layer, _, __: modes.append(layer.training) if torch.is_grad_enabled() else None)
    before = linear.weight.detach().clone()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        answer(model, torch.optim.SGD(model.parameters(), lr=0.1), batches)
    holds(modes and not torch.equal(before, linear.weight), "The network's weights did not move: it was not trained.")
    holds(all(modes), "The network was in evaluation mode while it trained: its dropout did nothing.")


@train_epoch.test("epoch after epoch a convolutional network's loss on a tiny set falls", hidden=True)
def _(answer, rng):
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.0), nn.Linear(4 * 3 * 3, 2)
        )
        images, labels = torch.randn(20, 1, 8, 8), torch.arange(20) % 2
        images[labels == 1, :, 2:5, 2:5] += 1.5
        optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
        losses = [answer(model, optimizer, zip(images.split(8), labels.split(8))) for _ in range(20)]
    holds(
        losses[-1] < 0.5 * losses[0],
        "After 20 epochs on 20 pictures the loss should be less than half.",
        losses[-1],
        losses[0],
    )


for _line in ("total += loss.item() * len(inputs)", "count += len(inputs)"):
    train_epoch.equivalent(_line, because="a batch has as many photographs as labels")


def _loop(*, clear=True, mode=True, softmax=False, weighted="mean", step=True, after=False):
    """A training epoch with one thing done differently."""

    def run(model, optimizer, batches):
        from torch.nn import functional as F

        if mode:
            model.train()
        total, count = 0.0, 0
        for images, labels in batches:
            if clear:
                optimizer.zero_grad()
            scores = model(images)
            loss = F.cross_entropy(scores.softmax(dim=1) if softmax else scores, labels)
            loss.backward()
            if step:
                optimizer.step()
            if after:
                loss = F.cross_entropy(model(images), labels)
            total += loss.item() * (len(labels) if weighted == "mean" else 1)
            count += len(labels) if weighted == "mean" else 1
        return total if weighted == "sum" else total / count

    return run


@train_epoch.mistake(
    "`backward()` *adds* to the gradients that are there already, and you never clear them: each step also repeats "
    "all steps before it. Where does clearing belong?"
)
def no_zero_grad(model, optimizer, batches):
    return _loop(clear=False)(model, optimizer, batches)


@train_epoch.mistake(
    "You averaged the batches' mean losses as if all batches were equally large. A last batch with one photograph then "
    "counts as much as a full one. By what must each batch's loss be weighted?"
)
def mean_of_means(model, optimizer, batches):
    return _loop(weighted="batches")(model, optimizer, batches)


@train_epoch.mistake(
    "You returned the *sum* of the batches' losses. It grows with the number of batches, so two runs with other batch "
    "sizes can't be compared. Asked for is the mean per photograph."
)
def summed(model, optimizer, batches):
    return _loop(weighted="sum")(model, optimizer, batches)


@train_epoch.mistake(
    "You put a softmax before `cross_entropy`, which has one inside. The loss still falls, only slowly and never far: one of the "
    "silent bugs. What does `cross_entropy` want as its first argument?"
)
def softmax_first(model, optimizer, batches):
    return _loop(softmax=True)(model, optimizer, batches)


@train_epoch.mistake(
    "You never said `model.train()`. Somebody measured the accuracy after the last epoch, so the network arrives in "
    "evaluation mode, and dropout and batch normalisation sit still while it trains."
)
def mode_forgotten(model, optimizer, batches):
    return _loop(mode=False)(model, optimizer, batches)


@train_epoch.mistake(
    "The parameters never move. Either nobody calls `optimizer.step()`, or it finds the gradients cleared: in which order "
    "must clearing, `backward` and `step` stand?"
)
def no_step(model, optimizer, batches):
    return _loop(step=False)(model, optimizer, batches)


@train_epoch.mistake(
    "You measured each loss *after* the step, on the very batch that the network has just learnt from. That flatters it, "
    "and costs a second pass. Which loss do you have in your hands already?"
)
def measured_after_the_step(model, optimizer, batches):
    return _loop(after=True)(model, optimizer, batches)


@train_epoch.also_right
def with_a_look_on_the_way(model, optimizer, batches):
    import torch
    from torch.nn import functional as F

    total = count = right = 0
    for images, labels in batches:
        model.eval()
        with torch.no_grad():
            right += int((model(images).argmax(dim=1) == labels).sum())
        model.train()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total, count = total + loss.item() * len(labels), count + len(labels)
    return total / count


@train_epoch.also_right
def with_a_list(model, optimizer, batches):
    from torch import nn

    model.train()
    measure = nn.CrossEntropyLoss(reduction="none")
    losses = []
    for images, labels in batches:
        each = measure(model(images), labels)
        model.zero_grad()
        each.mean().backward()
        optimizer.step()
        losses.extend(each.tolist())
    return float(np.mean(losses))


# --- confusion_matrix ---------------------------------------------------------------------------------------------

confusion_matrix = Exercise(
    concepts=["confusion matrix", "image classification"],
    minutes=5,
    hints=[
        "Which cell of the table does one photograph of a coat, taken for a shirt, belong to?",
        "A table of zeros and one loop over the pairs is enough.",
        "Without a loop, `matrix[rows, columns] += 1` is a trap: look at what `np.add.at` or `np.bincount` do.",
    ],
)


@confusion_matrix.test(
    "rows are the true classes, columns the predicted ones; pairs that repeat count each time", points=2
)
def _(answer):
    equal(answer([0, 0, 0, 1, 2], [0, 1, 1, 1, 0], 3), [[1, 2, 0], [0, 1, 0], [1, 0, 0]])


@confusion_matrix.test("classes that never occur keep their row and column; labels may be uint8, as in the data")
def _(answer, rng):
    labels, predictions = np.array([3, 3, 0], dtype=np.uint8), np.array([0, 3, 0], dtype=np.uint8)
    expected = np.zeros((6, 6), dtype=int)
    expected[3, 0] = expected[3, 3] = expected[0, 0] = 1
    with unchanged(labels=labels, predictions=predictions):
        result = answer(labels, predictions, 6)
    equal(result, expected)
    many = [np.full(300, label, dtype=np.uint8) for label in (19, 18)]
    expected = np.zeros((20, 20), dtype=int)
    expected[19, 18] = 300
    equal(answer(*many, 20), expected, what="The table for 20 classes, 300 photographs of class 19 taken for class 18,")
    holds(
        np.asarray(result).dtype.kind in "iu", "Counts are whole numbers, of type int.", np.asarray(result).dtype, "int"
    )


@confusion_matrix.test("a thousand random labels are counted one by one", hidden=True)
def _(answer, rng):
    labels, predictions = rng.integers(10, size=(2, 1000))
    pairs = Counter(zip(labels.tolist(), predictions.tolist()))
    equal(answer(labels, predictions, 10), [[pairs[i, j] for j in range(10)] for i in range(10)])


@confusion_matrix.mistake(
    "Your table has rows and columns the other way round. Which of the two should tell what the garment really *is*?"
)
def turned(labels, predictions, classes):
    return with_a_loop(predictions, labels, classes)


@confusion_matrix.mistake(
    "Every pair counts at most once. `matrix[rows, columns] += 1` reads all cells, adds 1 and writes back; a cell that is "
    "named twice is written twice with the same number. What counts each occurrence?"
)
def counted_once(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    matrix[np.asarray(labels), np.asarray(predictions)] += 1
    return matrix


@confusion_matrix.mistake(
    "You counted in `uint8`, the kind of number the labels are. It ends at 255: after that comes 0 again, without a warning. "
    "Which kind of number has room for any count?"
)
def counted_in_uint8(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=np.uint8)
    np.add.at(matrix, (np.asarray(labels), np.asarray(predictions)), 1)
    return matrix


@confusion_matrix.mistake(
    "You numbered the cells, label · classes + prediction, in the labels' own `uint8`. It ends at 255, and with 20 "
    "classes there are 400 cells. What must happen to the labels before you multiply?"
)
def cells_in_uint8(labels, predictions, classes):
    cells = np.asarray(labels) * classes + np.asarray(predictions)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


@confusion_matrix.mistake(
    "`[[0] * classes] * classes` holds the *same* row several times, so a count in one row appears in all of them. How do "
    "you make a new row each time?"
)
def one_row_for_all(labels, predictions, classes):
    matrix = [[0] * classes] * classes
    for label, prediction in zip(labels, predictions):
        matrix[label][prediction] += 1
    return matrix


@confusion_matrix.mistake(
    "You compare the labels with `==`, which goes number by number only for arrays: a *list* equals a number never, so "
    "all counts are 0. What makes an array of whatever comes?"
)
def lists_compared_whole(labels, predictions, classes):
    return np.array(
        [[np.sum((labels == i) & (predictions == j)) for j in range(classes)] for i in range(classes)], dtype=int
    )


@confusion_matrix.mistake(
    "Your table is as large as the largest label that happened to occur. Then two models' tables may not even have the same "
    "shape. How large must it always be?"
)
def as_seen(labels, predictions, classes):
    return with_a_loop(labels, predictions, int(max(np.max(labels), np.max(predictions))) + 1)


@confusion_matrix.mistake(
    "You divided by the row's total. Shares are good for a picture, but asked for are the *counts*; and a class that never occurs "
    "has nothing to divide by."
)
def shares(labels, predictions, classes):
    counts = np.array(with_a_loop(labels, predictions, classes), dtype=float)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@confusion_matrix.also_right
def with_a_loop(labels, predictions, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for label, prediction in zip(labels, predictions):
        matrix[label][prediction] += 1
    return matrix


@confusion_matrix.also_right
def by_counting_numbers(labels, predictions, classes):
    cells = np.asarray(labels, dtype=int) * classes + np.asarray(predictions, dtype=int)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


# --- predict ------------------------------------------------------------------------------------------------------

predict = Exercise(
    concepts=["CNN", "image classification", "augmentation", "image project"],
    minutes=15,
    seconds=120,  # on a busy machine, for an answer that trains when it is first called
    hints=[
        "Which of the two thresholds do you miss? One wants a better network, the other one other photographs to learn from.",
        "Training on photographs that are moved anew in each epoch helps with the second; more channels and batch "
        "normalisation help with the first.",
        "In `predict`: evaluation mode, no gradients, the pixels scaled *as in training*, an axis for the channel, and the place of "
        "the largest score.",
    ],
)


def _labels(got, count):
    """What came back as an array of whole numbers, or a sentence that says what it is instead."""
    import torch

    got = got.detach().numpy() if isinstance(got, torch.Tensor) else np.asarray(got)
    holds(got.dtype.kind not in "US", "Give back the classes' numbers, 0 to 9, not their names.", got[:3])
    if got.ndim == 2 and got.shape == (count, 10):
        holds(False, "That is one score for each class. Give back the class with the largest.", "shape (n, 10)")
    same_shape(got, (count,), what="The row of labels")
    whole = got.dtype.kind in "biuf" and np.array_equal(got, np.round(got)) and got.min() >= 0 and got.max() <= 9
    holds(whole, "Labels are whole numbers from 0 to 9.", got[:5])
    return got.astype(int)


@predict.test("each photograph gets one label, a whole number from 0 to 9, also when it comes alone")
def _(answer, rng):
    images = rng.permutation(garments().x_test)[:60]
    with unchanged(images=images):
        labels = _labels(answer(images), 60)
    _labels(answer(images[:1]), 1)
    holds(len(set(labels.tolist())) > 1, "All of 60 photographs, from all classes, get the same label.", labels[:5])


@predict.test("a photograph's label does not depend on the others in its batch, nor on chance")
def _(answer, rng):
    images = rng.permutation(garments().x_test)[:400]
    together = _labels(answer(images), 400)
    again = _labels(answer(images), 400)
    apart = np.concatenate([_labels(answer(part), len(part)) for part in np.split(images, [1, 3, 100])])
    why = "Often dropout or batch normalisation is then still in training mode."
    holds(
        len(set(together.tolist())) > 1, "All of 400 photographs, from all classes, get the same label.", together[:5]
    )
    holds(np.array_equal(together, again), f"The same photographs get other labels the second time. {why}")
    differ = int((together != apart).sum())
    holds(differ <= 2, f"In another batch {differ} of 400 photographs get another label. {why}")


@predict.test("nor does it when 100 photographs come one at a time")
def _(answer, rng):
    images = rng.permutation(garments().x_test)[:100]
    together = _labels(answer(images), 100)
    apart = np.concatenate([_labels(answer(images[i : i + 1]), 1) for i in range(100)])
    differ = int((together != apart).sum())
    holds(
        differ <= 1,
        f"{differ} of 100 photographs get another label when they come alone. Does `predict` use a mean or a spread of "
        "the batch it is given? Take them from the training photographs.",
    )


@predict.test("at least 85 of 100 test photographs are sorted right", points=3)
def _(answer):
    data = garments()
    right = np.concatenate([_labels(answer(part), len(part)) for part in np.split(data.x_test, 2)]) == data.y_test
    holds(
        right.mean() >= 0.85, "Too few of the 2,000 test photographs are sorted right.", f"{right.mean():.3f}", "0.85"
    )


def _share_right_when_moved(answer, rng):
    data = garments()
    shifts = rng.integers(-2, 3, size=(len(data.x_test), 2)).tolist()
    moved = np.stack([_moved(image, down, right) for image, (down, right) in zip(data.x_test, shifts)])
    labels = np.concatenate([_labels(answer(part), len(part)) for part in np.split(moved, 2)])
    return (labels == data.y_test).mean()


@predict.test("at least 80 of 100 are right when each photograph is moved by up to two pixels", points=2)
def _(answer, rng):
    share = _share_right_when_moved(answer, rng)
    holds(
        share >= 0.80,
        "Too few are sorted right once each photograph is moved by up to two pixels: 0.80 is asked for. Did the network "
        "see moved photographs while it learned?",
        f"{share:.3f}",
        "0.80",
    )


@predict.test("at least 80 of 100 are right again when they are moved anew", hidden=True)
def _(answer, rng):
    share = _share_right_when_moved(answer, np.random.default_rng(int(rng.integers(2**31)) + 1))
    holds(share >= 0.80, "Too few photographs, moved anew, are sorted right.", f"{share:.3f}", "0.80")


@lru_cache(maxsize=1)
def _mean_garments():
    data = garments()
    return np.stack([data.x_train[data.y_train == label].mean(axis=0) for label in range(10)])


_CHOICE = "which network it is and how it is trained is the learner's choice; what it sorts right is what counts"
for _line in (
    "torch.manual_seed(0)",
    "rng = np.random.default_rng(0)",
    "sorter = nn.Sequential(",
    "optimizer = torch.optim.Adam(sorter.parameters(), lr=5e-3)",
    "schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)",
    "schedule.step()",
    "for _ in range(5):",
    "for _ in range(7):",
):
    predict.equivalent(_line, because=_CHOICE)
predict.equivalent("if True:", because="without `no_grad` it is slower and takes more memory, and sorts the same")


@predict.mistake(
    "You compare each photograph with the ten classes' average pictures. That is a fine first baseline, but a bag with and a bag "
    "without a handle share no average; about two thirds are sorted right. A network can do better."
)
def nearest_mean(images):
    distances = [((images - mean) ** 2).sum(axis=(1, 2)) for mean in _mean_garments()]
    return np.argmin(distances, axis=0)


@predict.mistake(
    "You give every photograph the same label. With ten classes of equal size that is right one time in ten."
)
def always_zero(images):
    return np.zeros(len(images), dtype=int)


@predict.mistake(
    "You take the place of the *smallest* score. The network's scores grow with its belief in a class; which place "
    "do you want?"
)
def smallest_score(images):
    distances = [((images - mean) ** 2).sum(axis=(1, 2)) for mean in _mean_garments()]
    return np.argmax(distances, axis=0)


@predict.mistake(
    "You look for the best *photograph* of each class where the best class of each photograph is wanted: the largest score "
    "along the wrong axis."
)
def wrong_axis(images):
    distances = [((images - mean) ** 2).sum(axis=(1, 2)) for mean in _mean_garments()]
    return np.argmin(distances, axis=1)


@lru_cache(maxsize=1)
def _another_network():
    """Pools before it bends, and learns from photographs moved by one pixel at most. About eight seconds."""
    import torch
    from torch import nn

    data, rng, epochs = garments(), np.random.default_rng(0), 4
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(8), nn.ReLU()),
            *(nn.Conv2d(8, 24, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(24), nn.ReLU()),
            *(nn.Flatten(), nn.Dropout(0.1), nn.Linear(24 * 7 * 7, 10)),
        )
        optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
        labels = torch.tensor(data.y_train, dtype=torch.long)
        for _ in range(epochs):
            images = torch.tensor(by_padding(data.x_train, rng, most=1))[:, None] / 255
            for batch in torch.randperm(len(labels)).split(64):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
                optimizer.step()
            schedule.step()
    return model.eval()


@predict.also_right
def pooled_first(images):
    import torch

    model = _another_network()
    with torch.no_grad():
        return model(torch.tensor(images)[:, None] / 255).argmax(dim=1)
