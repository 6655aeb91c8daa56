"""Invented people: common names of each country, combined by chance. Two may well bear the same name."""

import random
from typing import NamedTuple


class Person(NamedTuple):
    name: str
    country: str
    city: str


class Country(NamedTuple):
    share: float
    cities: dict[str, float]
    first: str
    last: str


COUNTRIES = {
    "AT": Country(
        0.46,
        {"Vienna": 60, "Graz": 14, "Linz": 10, "Salzburg": 8, "Innsbruck": 8},
        "Anna, Lukas, Sophie, Jakob, Lena, Matthias, Katharina, Florian, Elif, Emre, Miriam, Stefan, Johanna, Paul, "
        "Valentina, Maximilian, Theresa, Georg, Magdalena, Bernhard, Dragana, Goran, Ivana, Milan, Eva, Clemens, "
        "Barbara, Gerhard, Ingrid, Herbert, Verena, Dominik, Zeynep, Hakan, Agnes, Raphael",
        "Gruber, Huber, Wagner, Pichler, Moser, Steiner, Egger, Yılmaz, Aigner, Winkler, Lechner, Novak, Bauer, "
        "Mayer, Hofer, Leitner, Berger, Fuchs, Eder, Fischer, Schmid, Weber, Schwarz, Reiter, Brunner, Lang, "
        "Haas, Auer, Wimmer, Jovanović, Petrović, Horvat, Demir, Kaya, Wallner, Strasser, Ebner, Zauner, Holzer",
    ),
    "DE": Country(
        0.28,
        {"Munich": 34, "Berlin": 30, "Hamburg": 16, "Leipzig": 10, "Cologne": 10},
        "Lea, Jonas, Hanna, Felix, Mia, Till, Ayşe, Mehmet, Greta, Ole, Nele, Holger, Frieda, Anton, Karla, Moritz, "
        "Ida, Henrik, Susanne, Jürgen, Petra, Uwe, Lina, Finn, Merle, Deniz, Olga, Sergej, Thi Lan, Minh",
        "Schäfer, Krüger, Vogel, Brandt, Lorenz, Peters, Öztürk, von der Heide, Winter, Seidel, Kraft, Böhm, Müller, "
        "Schmidt, Schneider, Hoffmann, Koch, Richter, Klein, Wolf, Neumann, Zimmermann, Hartmann, Krause, Nguyen, "
        "Kowalski, Arslan, Ivanov, Petersen, Busch, Engel, Pohl",
    ),
    "CH": Country(
        0.07,
        {"Zurich": 55, "Bern": 25, "Geneva": 20},
        "Noemi, Reto, Chantal, Urs, Céline, Beat, Laurent, Sandra, Nadia, Yves, Ladina, Silvio",
        "Meier, Zürcher, Favre, Brunner, Rochat, Baumann, Käser, Bernasconi, Keller, Graf, Blanc, Caduff",
    ),
    "IT": Country(
        0.06,
        {"Bolzano": 45, "Milan": 35, "Trieste": 20},
        "Giulia, Marco, Chiara, Davide, Sara, Paolo, Elena, Luca, Francesca, Matteo, Ilaria, Andrea",
        "Ferrari, Esposito, D'Angelo, Conti, De Luca, Galli, Rinaldi, Dell'Orto, Moretti, Greco, Kofler, Furlan",
    ),
    "CZ": Country(
        0.05,
        {"Brno": 55, "Prague": 45},
        "Jana, Tomáš, Lucie, Petr, Tereza, Jiří, Eliška, Ondřej, Veronika, Martin",
        "{Dvořák|Dvořáková}, {Černý|Černá}, {Procházka|Procházková}, {Kučera|Kučerová}, {Beneš|Benešová}, "
        "{Pokorný|Pokorná}, {Marek|Marková}, {Šimek|Šimková}",
    ),
    "NL": Country(
        0.04,
        {"Utrecht": 60, "Groningen": 40},
        "Sanne, Daan, Fleur, Bram, Lotte, Sem, Fatima, Youssef, Anouk, Thijs",
        "de Vries, van den Berg, Bakker, Visser, van Dijk, Smit, El Amrani, Mulder, Jansen, de Boer",
    ),
    "IE": Country(
        0.03,
        {"Dublin": 70, "Cork": 30},
        "Aoife, Conor, Niamh, Sean, Ciara, Patrick, Oluchi, Declan, Róisín, Eoin",
        "O'Sullivan, McCarthy, Byrne, McNamara, Nolan, Okafor, Fitzgerald, Doyle, Kelly, Walsh",
    ),
    "NA": Country(
        0.01,
        {"Windhoek": 70, "Swakopmund": 30},
        "Ndapewa, Johannes, Selma, Petrus, Hilma, Tangeni, Anke, Uno",
        "Shikongo, Nangolo, Haufiku, Amupolo, Beukes, Hamutenya, Tjiueza, Diekmann",
    ),
}


def people(rng: random.Random, count: int) -> list[Person]:
    return [_person(rng) for _ in range(count)]


def _person(rng: random.Random) -> Person:
    [code] = rng.choices(list(COUNTRIES), [country.share for country in COUNTRIES.values()])
    country = COUNTRIES[code]
    firsts, lasts = country.first.split(", "), country.last.split(", ")
    place = rng.randrange(len(firsts))
    last = rng.choice(lasts)
    if last.startswith("{"):  # Czech surnames go by gender; in these lists women stand in the even places
        last = last.strip("{}").split("|")[place % 2 == 0]
    [city] = rng.choices(list(country.cities), list(country.cities.values()))
    return Person(f"{firsts[place]} {last}", code, city)
