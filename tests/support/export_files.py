"""Files as the tools would write them, built in the test."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

import openpyxl

from xl_lifecycle.exports import Import


def zipped(files: dict[str, str | bytes]) -> bytes:
    """An archive, the same whenever it is made: tests that run side by side must have the same names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def total(found: Import, measure: str, **where: object) -> float:
    """A measure's sum over an import's facts."""
    return sum(
        fact.value
        for fact in found.facts
        if fact.measure == measure and all(getattr(fact, key) == value for key, value in where.items())
    )


ADS_HEADER = (
    "Campaign status,Campaign,Campaign type,Impr.,Interactions,Currency code,Avg. cost,Cost,Conversions,Conv. share"
)
ADS_ROWS = (
    'Enabled,Brand,Search,"12,345",1000,EUR,0.10,100.50,10.25,< 10%',
    'Enabled,"=Generic, EU",Search,"1,000",50,EUR,1.00,50.00, --, --',
)
ADS_TOTALS = (
    'Total: Campaigns, --, --,"13,345","1,050",EUR,0.14,150.50,10.25, --',
    'Total: Account, --, --,"13,400","1,060",EUR,0.14,163.14,10.25, --',
    'Total: Search, --, --,"13,345","1,050",EUR,0.14,150.50,10.25, --',
)
JULY = '"July 1, 2026 - July 31, 2026"'


def ads(
    span: str = JULY,
    rows: tuple[str, ...] = ADS_ROWS,
    totals: tuple[str, ...] = ADS_TOTALS,
    header: str = ADS_HEADER,
) -> str:
    """A Google Ads campaign report."""
    return "\n".join(["Campaign report", span, header, *rows, *totals]) + "\n"


GA4_HEADER = "Session default channel group,Users,Sessions,Engaged sessions,Engagement rate,Views,Conversions"
GA4_ROWS = (
    "Organic Search,100,130,80,0.615,300,4",
    "Paid Search,50,60,30,0.5,120,2",
    "Display,10,12,1,0.083,13,0",
    "Direct,70,90,40,0.444,160,1",
)


def ga4(
    start: str = "20260701",
    end: str = "20260731",
    header: str = GA4_HEADER,
    rows: tuple[str, ...] = GA4_ROWS,
    first: str = "",
) -> str:
    """A GA4 traffic acquisition report; first: another table before it."""
    about = f"# All Users\n# Start date: {start}\n# End date: {end}\n"
    lead = f"# ----\n# Traffic acquisition\n# Account: A\n# Property: P\n# ----\n#\n{about}"
    return lead + (f"{first}\n\n{about}" if first else "") + "\n".join([header, *rows]) + "\n"


CONTACTS = """Record ID,First Name,Last Name,Email,Create Date,Original Source,Became an MQL Date
1,A,One,a@example.com,2026-01-31 23:59,Organic Search;Direct Traffic,2026-02-03 10:00
2,B,Two,b@example.com,2026-01-05 08:00,Paid Social,
3,C,Three,c@example.com,2026-03-01 08:00,,
"""

DEALS = (
    (
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Last Activity Date,Original Source,"
        "Associated Company IDs,Closed Lost Reason"
    )
    + """
1,One,Closed Won,"1,000.50",2026-02-10 10:00,2026-01-05 09:00,2026-02-10 10:00,Paid Search,77,
2,Two,Closed Won,500,2026-03-10 10:00,2026-02-05 09:00,2026-03-10 10:00,Paid Search,77;78,
3,Three,Closed Won,200,2026-03-11 10:00,2026-02-06 09:00,2026-03-11 10:00,,,
4,Four,Closed Lost,900,2026-03-12 10:00,2026-02-07 09:00,2026-03-12 10:00,Referrals,80,No decision
5,Five,Contract sent,900,2027-05-12 10:00,2026-03-07 09:00,2026-03-12 10:00,Referrals,81,
"""
)


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """A sheet with rows, as a file of Excel."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cell in (cell for row in book.active.iter_rows() for cell in row if isinstance(cell.value, str)):
        cell.data_type = "s"  # what begins with = is no formula
    book.save(out)
    return out.getvalue()


def rows_of(text: str, separator: str) -> list[list[str]]:
    """The cells of a sample export."""
    return list(csv.reader(io.StringIO(text), delimiter=separator))
