"""The whole of the coffee shop whose dirty export is `shop_orders`: its three years before, clean, in four tables.

Every customer belongs to one of five segments, which decides when, how often and what they buy; the segments are
shipped beside the tables, as the answer to be found. Amounts are in whole cents, so that totals add up exactly.
Chance is `random.Random`, whose numbers are the same under every version of Python.
"""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from packing import write_columns
from shop.catalogue import PRODUCTS, YEARS, Product
from shop.people import Person, people

TITLE = "A coffee shop: customers, products, orders, items"
VERSION = "1"
LICENCE = "CC0-1.0"
SOURCES: list[str] = []

SEED = 20_240_304
FIRST_DAY, LAST_DAY = date(2021, 1, 1), date(2023, 12, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
MONTHS = [0.95, 0.9, 0.95, 0.95, 0.9, 0.8, 0.7, 0.65, 0.95, 1.05, 1.35, 1.65]
WEEKDAYS = [1.15, 1.0, 0.95, 0.95, 0.85, 0.75, 1.35]  # Monday first: people order on Sunday evening
SHIPPING, FREE_FROM = {"AT": 490, "DE": 690}, 4_900  # cents; goods from which it is free
SHIPPING_ABROAD, FREE_FROM_ABROAD = 1_490, 14_900
SALE = {"month": 11, "days": range(20, 28), "percent": 10}
CANCELLED, RETURNED = 0.02, 0.025
CHANNELS = {"search": 0.42, "friend": 0.26, "advertisement": 0.18, "fair": 0.14}


class Segment(NamedTuple):
    share: float
    gap: float  # days between two orders, in the mean; 0: one order only
    lines: float  # products in an order, beyond the first, in the mean
    taste: dict[str, float]  # how much each kind of product is bought


COFFEE = {"coffee": 12, "supplies": 3, "cups": 0.4, "tools": 0.2, "machines": 0}
SEGMENTS = {
    "regular": Segment(0.24, 24, 1.0, COFFEE),
    "lapsed": Segment(0.18, 30, 0.9, COFFEE),
    "enthusiast": Segment(0.12, 95, 1.3, {"coffee": 1, "supplies": 0.4, "cups": 1.5, "tools": 9, "machines": 6}),
    "gift buyer": Segment(0.20, 365, 0.9, {"coffee": 1, "supplies": 0, "cups": 7, "tools": 2, "machines": 0}),
    "taster": Segment(0.26, 0, 0.15, {"coffee": 8, "supplies": 2, "cups": 0.4, "tools": 0, "machines": 0}),
}
CUSTOMERS = 1_800


class Line(NamedTuple):
    product: Product
    quantity: int
    cents: int  # for one piece, on the day


class Order(NamedTuple):
    day: int
    minute: int
    customer: int
    status: str
    lines: list[Line]
    discount: int
    shipping: int


def build(out: Path) -> dict[str, int]:
    rng = random.Random(SEED)
    persons = people(rng, CUSTOMERS)
    segments = rng.choices(list(SEGMENTS), [segment.share for segment in SEGMENTS.values()], k=CUSTOMERS)
    day_weights = [_season(FIRST_DAY + timedelta(day)) for day in range(DAYS)]
    dated = [(days, name) for name in segments if (days := _days(rng, name, day_weights))]
    # A customer's number is their place in the queue of first orders.
    dated.sort(key=lambda pair: pair[0][0])
    orders = sorted(
        _order(rng, day, customer, SEGMENTS[name], persons[customer - 1].country)
        for customer, (days, name) in enumerate(dated, start=1)
        for day in days
    )
    _write(out, rng, persons, dated, orders)
    items = sum(len(order.lines) for order in orders)
    return {
        "customers.npz": CUSTOMERS,
        "items.npz": items,
        "orders.npz": len(orders),
        "products.npz": len(PRODUCTS),
        "segments.npz": CUSTOMERS,
    }


def _season(day: date) -> float:
    if day in {date(day.year, 12, 25), date(day.year, 12, 26), date(day.year, 1, 1)}:
        return 0.25
    return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()]


def _days(rng: random.Random, name: str, weights: list[float]) -> list[int]:
    """The days on which one customer orders."""
    first = _near(rng, rng.randrange(DAYS), weights)
    match name:
        case "taster":
            return [first]
        case "gift buyer":
            years = range(rng.choice([2021, 2021, 2022]), 2024)
            return [_before_christmas(rng, year) for year in years if year == years[0] or rng.random() < 0.85]
        case "regular":
            first, last = _near(rng, rng.randrange(DAYS - 240), weights), DAYS
        case "lapsed":
            first = _near(rng, rng.randrange(DAYS - 620), weights)
            last = rng.randrange(first + 150, DAYS - 240)
        case "enthusiast":
            first, last = _near(rng, rng.randrange(DAYS - 400), weights), DAYS
    gap = SEGMENTS[name].gap * rng.lognormvariate(0, 0.25)
    days = [first]
    while (following := days[-1] + max(2, round(gap * rng.gammavariate(4, 0.25)))) < last:
        days.append(_near(rng, following, weights))
    # In summer some orders are not made at all; the first always is.
    kept = [day for day in days[1:] if rng.random() < MONTHS[(FIRST_DAY + timedelta(day)).month - 1] / 0.95]
    return sorted({first, *kept})


def _near(rng: random.Random, day: int, weights: list[float]) -> int:
    """A day within a week of this one, as the season and the weekday have it."""
    around = [near for near in range(day - 3, day + 4) if 0 <= near < DAYS]
    return rng.choices(around, [weights[near] for near in around])[0]


def _before_christmas(rng: random.Random, year: int) -> int:
    day = date(year, 12, 20) - timedelta(int(min(45, rng.expovariate(1 / 14))))
    return (day - FIRST_DAY).days


def _order(rng: random.Random, day: int, customer: int, segment: Segment, country: str) -> Order:
    today = FIRST_DAY + timedelta(day)
    place = YEARS.index(today.year)
    wanted = [segment.taste[product.kind] * product.popularity for product in PRODUCTS]
    count = 1 + min(5, int(rng.expovariate(1 / segment.lines) + 0.3))
    chosen = dict.fromkeys(rng.choices(PRODUCTS, wanted, k=count))
    lines = [Line(product, _quantity(rng, product), product.cents[place]) for product in chosen]
    goods = sum(line.quantity * line.cents for line in lines)
    in_sale = today.month == SALE["month"] and today.day in SALE["days"]
    discount = round(goods * SALE["percent"] / 100) if in_sale else 0
    if country in SHIPPING:
        shipping = SHIPPING[country] if goods - discount < FREE_FROM else 0
    else:
        shipping = SHIPPING_ABROAD if goods - discount < FREE_FROM_ABROAD else 0
    [status] = rng.choices(["delivered", "cancelled", "returned"], [1 - CANCELLED - RETURNED, CANCELLED, RETURNED])
    return Order(day, _minute(rng), customer, status, lines, discount, shipping)


def _quantity(rng: random.Random, product: Product) -> int:
    if product.kind in ("coffee", "supplies"):
        return rng.choices([1, 2, 3, 4, 6], [58, 26, 8, 6, 2])[0]
    return rng.choices([1, 2, 4], [80, 15, 5])[0] if product.kind == "cups" else 1


def _minute(rng: random.Random) -> int:
    """A minute of the day: a small peak at noon, a large one at nine in the evening."""
    middle, spread = rng.choice([(12.5, 2.5), (20.6, 1.6), (20.6, 1.6)])
    return min(1_439, max(0, math.floor(60 * rng.gauss(middle, spread))))


def _write(
    out: Path,
    rng: random.Random,
    persons: Sequence[Person],
    dated: Sequence[tuple[list[int], str]],
    orders: Sequence[Order],
) -> None:
    numbers = list(range(1, CUSTOMERS + 1))
    signed_up = [max(0, days[0] - rng.choice([0, 0, 0, 1, 3, 9])) for days, _ in dated]
    channels = rng.choices(list(CHANNELS), list(CHANNELS.values()), k=CUSTOMERS)
    write_columns(
        out / "customers.npz",
        {
            "customer_id": numbers,
            **{field: [getattr(person, field) for person in persons] for field in Person._fields},
            "signed_up": signed_up,
            "channel": channels,
        },
    )
    write_columns(out / "segments.npz", {"customer_id": numbers, "segment": [name for _, name in dated]})

    product_id = {product: number for number, product in enumerate(PRODUCTS, start=1)}
    write_columns(
        out / "products.npz",
        {
            "product_id": list(product_id.values()),
            "product": [product.name for product in PRODUCTS],
            "category": [product.kind for product in PRODUCTS],
            "cents": [product.cents[-1] for product in PRODUCTS],
            "grams": [product.grams for product in PRODUCTS],
        },
    )
    goods = [sum(line.quantity * line.cents for line in order.lines) for order in orders]
    write_columns(
        out / "orders.npz",
        {
            "order_id": list(range(1, len(orders) + 1)),
            "customer_id": [order.customer for order in orders],
            "minute": [1_440 * order.day + order.minute for order in orders],
            "status": [order.status for order in orders],
            "goods": goods,
            "discount": [order.discount for order in orders],
            "shipping": [order.shipping for order in orders],
            "total": [sum_ - o.discount + o.shipping for sum_, o in zip(goods, orders, strict=True)],
        },
    )
    lines = [(number, line) for number, order in enumerate(orders, start=1) for line in order.lines]
    write_columns(
        out / "items.npz",
        {
            "order_id": [number for number, _ in lines],
            "product_id": [product_id[line.product] for _, line in lines],
            "quantity": [line.quantity for _, line in lines],
            "cents": [line.cents for _, line in lines],
        },
    )
