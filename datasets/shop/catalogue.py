"""What the coffee shop sold from 2021 to 2023, and for how much."""

from typing import NamedTuple

YEARS = [2021, 2022, 2023]


class Product(NamedTuple):
    name: str
    kind: str
    cents: tuple[int, int, int]  # in each of the years
    grams: int
    popularity: float


PRODUCTS = [
    Product("House blend 250 g", "coffee", (690, 750, 850), 262, 16),
    Product("House blend 1 kg", "coffee", (2390, 2590, 2890), 1018, 14),
    Product("Ethiopia Yirgacheffe 250 g", "coffee", (890, 990, 1090), 262, 12),
    Product("Ethiopia Yirgacheffe 1 kg", "coffee", (2990, 3290, 3690), 1018, 4),
    Product("Decaf Colombia 250 g", "coffee", (790, 890, 990), 262, 7),
    Product("Brazil Cerrado 250 g", "coffee", (690, 750, 850), 262, 8),
    Product("Brazil Cerrado 1 kg", "coffee", (2290, 2490, 2790), 1018, 6),
    Product("Guatemala Huehuetenango 250 g", "coffee", (850, 950, 1050), 262, 6),
    Product("Kenya Nyeri 250 g", "coffee", (1090, 1190, 1290), 262, 4),
    Product("Espresso dark roast 1 kg", "coffee", (2190, 2390, 2690), 1018, 9),
    Product("Filter papers, 100", "supplies", (399, 449, 499), 148, 13),
    Product("Descaler 500 ml", "supplies", (899, 949, 999), 560, 6),
    Product("Cleaning tablets, 30", "supplies", (1190, 1190, 1290), 120, 4),
    Product("Water filter", "supplies", (1290, 1390, 1490), 210, 5),
    Product("Oat drink, 6 x 1 l", "supplies", (1194, 1314, 1434), 6240, 5),
    Product("Espresso cup, pair", "cups", (1600, 1700, 1800), 410, 7),
    Product("Cappuccino cup, pair", "cups", (1900, 2000, 2200), 620, 5),
    Product("Travel mug", "cups", (2299, 2399, 2499), 330, 6),
    Product("Glass carafe", "cups", (2490, 2690, 2790), 480, 3),
    Product("Gift box: three coffees", "cups", (2690, 2890, 3190), 880, 8),
    Product("Gift box: coffee, two cups", "cups", (3490, 3690, 3990), 900, 6),
    Product("French press 1 l", "tools", (2999, 3299, 3499), 905, 4),
    Product("Pour-over dripper", "tools", (1990, 2150, 2250), 295, 5),
    Product("Stovetop pot, 6 cups", "tools", (2990, 3290, 3490), 720, 4),
    Product("Milk frother", "tools", (3990, 4290, 4490), 540, 3),
    Product("Scale, 0.1 g", "tools", (4900, 5200, 5500), 460, 3),
    Product("Gooseneck kettle", "tools", (6999, 7499, 7999), 1240, 3),
    Product("Hand grinder", "tools", (9900, 10900, 11900), 680, 3),
    Product("Electric grinder", "machines", (29900, 32900, 34900), 3150, 2),
    Product("Espresso machine, single boiler", "machines", (54900, 59900, 64900), 8900, 1.4),
    Product("Espresso machine, dual boiler", "machines", (109900, 119900, 129900), 21400, 0.6),
]
