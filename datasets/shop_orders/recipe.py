"""An invented shop's orders, and the export in which they went wrong in known ways.

First the truth is drawn, then each kind of damage is done to a counted number of orders, last the rows are
written twice: `orders_key.csv` as they are, `orders_export.csv` as the shop's software spells them.
Every count planted here stands on the card and is counted again by `tests/test_datasets.py`.
"""

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

TITLE = "Orders of a small shop, a dirty export and its key"
VERSION = "1"
LICENCE = "CC0-1.0"
SOURCES: list[str] = []

SEED = 20_240_301
ORDERS, CUSTOMERS = 1_935, 420
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)

# Damage, in orders. Missing cells are this many for each of the five spellings.
MISSING_SPELLINGS = ["", "NA", "n/a", "-", "unknown"]
MISSING_EACH = {"city": 12, "quantity": 5, "unit_price": 8, "weight": 10}
REPEATED_EXACTLY, REPEATED_RESPELLED = 40, 25
GERMAN_DATES = 620
PRICE_SPELLINGS = {"€{comma}": 380, "{point} EUR": 285, "{comma}": 190}
GRAMS_SPACED, GRAMS_JOINED = 560, 140
TYPING_ERRORS, NEGATIVE_WEIGHTS = 5, 4
CITY_SPELLINGS = {
    "Vienna": {"Wien": 40, "vienna": 25, "VIENNA": 20, "Vienna ": 20, " Vienna": 15, "Viena": 10},
    "Munich": {"München": 20, "munich": 12, "Munich ": 10, "MUNICH": 8, "Muenchen": 6},
}
LARGE_BUT_REAL = [24, 36, 48]

MONTHS = [0.9, 0.85, 0.9, 0.9, 0.85, 0.75, 0.65, 0.6, 0.9, 1.0, 1.4, 1.7]
WEEKDAYS = [1.15, 1.0, 0.95, 0.95, 0.85, 0.75, 1.35]  # Monday first: people order on Sunday evening


class Product(NamedTuple):
    name: str
    price: float  # EUR in 2024
    price_2025: float
    grams: int
    popularity: float


PRODUCTS = [
    Product("House blend 250 g", 8.90, 9.90, 262, 16),
    Product("House blend 1 kg", 29.90, 32.90, 1018, 14),
    Product("Ethiopia Yirgacheffe 250 g", 11.50, 12.90, 262, 12),
    Product("Decaf Colombia 250 g", 10.50, 11.50, 262, 7),
    Product("Filter papers, 100", 4.99, 5.49, 148, 13),
    Product("Descaler 500 ml", 9.99, 9.99, 560, 6),
    Product("Espresso cup, pair", 18.00, 19.00, 410, 7),
    Product("Travel mug", 24.99, 24.99, 330, 6),
    Product("French press 1 l", 34.99, 36.99, 905, 4),
    Product("Pour-over dripper", 22.50, 23.50, 295, 5),
    Product("Gooseneck kettle", 79.99, 84.99, 1240, 3),
    Product("Hand grinder", 119.00, 125.00, 680, 3),
    Product("Electric grinder", 349.00, 359.00, 3150, 1.2),
    Product("Espresso machine, single boiler", 649.00, 679.00, 8900, 2),
    Product("Espresso machine, dual boiler", 1299.00, 1349.00, 21400, 3),
]


class Country(NamedTuple):
    share: float
    cities: dict[str, float]
    first: str
    last: str


# Invented people: common names of each country, combined by chance.
COUNTRIES = {
    "AT": Country(
        0.40,
        {"Vienna": 60, "Graz": 16, "Linz": 12, "Salzburg": 12},
        "Anna, Lukas, Sophie, Jakob, Lena, Matthias, Katharina, Florian, Elif, Emre, Miriam, Stefan",
        "Gruber, Huber, Wagner, Pichler, Moser, Steiner, Egger, Yılmaz, Aigner, Winkler, Lechner, Novak",
    ),
    "DE": Country(
        0.27,
        {"Munich": 45, "Berlin": 25, "Hamburg": 18, "Leipzig": 12},
        "Lea, Jonas, Hanna, Felix, Mia, Till, Ayşe, Mehmet, Greta, Ole, Nele, Holger",
        "Schäfer, Krüger, Vogel, Brandt, Lorenz, Peters, Öztürk, von der Heide, Winter, Seidel, Kraft, Böhm",
    ),
    "CH": Country(
        0.08,
        {"Zurich": 55, "Bern": 25, "Geneva": 20},
        "Noemi, Reto, Chantal, Urs, Céline, Beat, Laurent, Sandra",
        "Meier, Zürcher, Favre, Brunner, Rochat, Baumann, Käser, Bernasconi",
    ),
    "IT": Country(
        0.07,
        {"Bolzano": 45, "Milan": 35, "Trieste": 20},
        "Giulia, Marco, Chiara, Davide, Sara, Paolo, Elena, Luca",
        "Ferrari, Esposito, D'Angelo, Conti, De Luca, Galli, Rinaldi, Dell'Orto",
    ),
    "CZ": Country(
        0.06,
        {"Brno": 55, "Prague": 45},
        "Jana, Tomáš, Lucie, Petr, Tereza, Jiří, Eliška, Ondřej",
        "Dvořák, Černý, Procházka, Kučera, Beneš, Pokorný, Marek, Šimek",
    ),
    "NL": Country(
        0.05,
        {"Utrecht": 60, "Groningen": 40},
        "Sanne, Daan, Fleur, Bram, Lotte, Sem, Fatima, Youssef",
        "de Vries, van den Berg, Bakker, Visser, van Dijk, Smit, El Amrani, Mulder",
    ),
    "IE": Country(
        0.04,
        {"Dublin": 70, "Cork": 30},
        "Aoife, Conor, Niamh, Sean, Ciara, Patrick, Oluchi, Declan",
        "O'Sullivan, McCarthy, Byrne, McNamara, Nolan, Okafor, Fitzgerald, Doyle",
    ),
    "NA": Country(
        0.03,
        {"Windhoek": 70, "Swakopmund": 30},
        "Ndapewa, Johannes, Selma, Petrus, Hilma, Tangeni, Anke, Uno",
        "Shikongo, Nangolo, Haufiku, Amupolo, Beukes, Hamutenya, Tjiueza, Diekmann",
    ),
}


class Customer(NamedTuple):
    name: str
    country: str
    city: str


class Order(NamedTuple):
    order_id: str
    ordered_on: date
    customer: Customer
    product: Product
    quantity: int
    unit_price: float
    grams: int


def build(out: Path) -> dict[str, int]:
    rng = random.Random(SEED)
    orders = _orders(rng, _customers(rng))
    cells, lost = _damage(rng, orders)
    rows = _repeat(rng, [list(row.values()) for row in cells])
    _write(out / "orders_export.csv", cells[0], rows)

    key = [
        {
            "order_id": order.order_id,
            "ordered_on": order.ordered_on.isoformat(),
            "customer": order.customer.name,
            "country": order.customer.country,
            "city": order.customer.city,
            "product": order.product.name,
            "quantity": str(order.quantity),
            "unit_price": f"{order.unit_price:.2f}",
            "weight_kg": f"{order.grams / 1000:.3f}",
            "lost": " ".join(sorted(columns)).replace("weight", "weight_kg"),
        }
        for order, columns in zip(orders, lost, strict=True)
    ]
    _write(out / "orders_key.csv", key[0], [list(row.values()) for row in key])
    return {"orders_export.csv": len(rows), "orders_key.csv": len(key)}


def _customers(rng: random.Random) -> list[Customer]:
    """People with names that are all different, so that a clean name identifies a customer."""
    customers: dict[str, Customer] = {}
    codes = list(COUNTRIES)
    while len(customers) < CUSTOMERS:
        [code] = rng.choices(codes, [COUNTRIES[c].share for c in codes])
        country = COUNTRIES[code]
        name = f"{rng.choice(country.first.split(', '))} {rng.choice(country.last.split(', '))}"
        [city] = rng.choices(list(country.cities), list(country.cities.values()))
        customers.setdefault(name, Customer(name, code, city))
    return list(customers.values())


def _orders(rng: random.Random, customers: list[Customer]) -> list[Order]:
    """Few customers order often, most once or twice; the year peaks before Christmas."""
    days = [FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    day_weights = [MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] for day in days]
    habits = [1 / (rank + 8) ** 0.8 for rank in range(len(customers))]
    large = dict(zip(rng.sample(range(ORDERS), len(LARGE_BUT_REAL)), LARGE_BUT_REAL, strict=True))
    orders = []
    for index, day in enumerate(sorted(rng.choices(days, day_weights, k=ORDERS))):
        [customer] = rng.choices(customers, habits)
        [product] = rng.choices(PRODUCTS, [p.popularity for p in PRODUCTS])
        [quantity] = rng.choices([1, 2, 3, 4, 6], [60, 22, 9, 5, 4]) if product.price < 30 else [1]
        if index in large:
            product, quantity = PRODUCTS[1], large[index]
        price = product.price if day.year == 2024 else product.price_2025
        box = 40 + rng.randrange(20) + round(0.06 * product.grams * quantity)
        orders.append(
            Order(f"S{10_001 + index}", day, customer, product, quantity, price, product.grams * quantity + box)
        )
    return orders


def _damage(rng: random.Random, orders: list[Order]) -> tuple[list[dict[str, str]], list[set[str]]]:
    """Return each order's cells as the export spells them, and which of them the row no longer tells."""
    cells = [
        {
            "order_id": o.order_id,
            "ordered_on": o.ordered_on.isoformat(),
            "customer": o.customer.name,
            "country": o.customer.country,
            "city": o.customer.city,
            "product": o.product.name,
            "quantity": str(o.quantity),
            "unit_price": f"{o.unit_price:.2f}",
            "weight": f"{o.grams / 1000:.3f} kg",
        }
        for o in orders
    ]
    lost: list[set[str]] = [set() for _ in orders]
    everyone = range(len(orders))
    free = {}  # per column, the orders whose cell is still as it was, in random order
    for column, each in MISSING_EACH.items():
        shuffled = rng.sample(everyone, len(orders))
        for spelling in MISSING_SPELLINGS:
            for index in _take(shuffled, each):
                cells[index][column] = spelling
                lost[index].add(column)
        free[column] = shuffled

    for index in _take(free["quantity"], TYPING_ERRORS):
        cells[index]["quantity"] = "9999"
        lost[index].add("quantity")
    for index in _take(free["weight"], NEGATIVE_WEIGHTS):
        cells[index]["weight"] = "-" + cells[index]["weight"]
        lost[index].add("weight")

    for index in _take(free["weight"], GRAMS_SPACED):
        cells[index]["weight"] = f"{orders[index].grams} g"
    for index in _take(free["weight"], GRAMS_JOINED):
        cells[index]["weight"] = f"{orders[index].grams}g"
    for spelling, count in PRICE_SPELLINGS.items():
        for index in _take(free["unit_price"], count):
            price = orders[index].unit_price
            comma = f"{price:,.2f}".translate(str.maketrans(",.", ".,"))
            cells[index]["unit_price"] = spelling.format(comma=comma, point=f"{price:.2f}")
    for index in rng.sample(everyone, GERMAN_DATES):
        cells[index]["ordered_on"] = orders[index].ordered_on.strftime("%d.%m.%Y")
    for city, spellings in CITY_SPELLINGS.items():
        there = [index for index in free["city"] if orders[index].customer.city == city]
        for spelling, count in spellings.items():
            for index in _take(there, count):
                cells[index]["city"] = spelling
    return cells, lost


def _take(indices: list[int], count: int) -> list[int]:
    """Remove the first `count` and return them; fewer would make the card wrong."""
    taken = indices[:count]
    assert len(taken) == count, f"only {len(taken)} cells are left for {count} errors"
    del indices[:count]
    return taken


def _repeat(rng: random.Random, rows: list[list[str]]) -> list[list[str]]:
    """Put some rows in again, each somewhere below the first; in some of them the name is respelled."""
    chosen = rng.sample(range(len(rows)), REPEATED_EXACTLY + REPEATED_RESPELLED)
    placed = [(float(position), row) for position, row in enumerate(rows)]
    for number, index in enumerate(chosen):
        row = list(rows[index])
        if number >= REPEATED_EXACTLY:
            row[2] = _respell(row[2], number % 5)
        placed.append((index + 0.5 + rng.randrange(60), row))
    return [row for _, row in sorted(placed, key=lambda pair: pair[0])]


def _respell(name: str, way: int) -> str:
    return [name.upper(), name.lower(), f" {name}", f"{name} ", name.replace(" ", "  ")][way]


def _write(path: Path, header: Iterable[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([list(header), *rows])
