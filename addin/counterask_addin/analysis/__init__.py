"""Quotes for analysts: a quote or a folder of quotes as a record, its tables and results as pandas DataFrames.

    from counterask_addin import analysis

    quote = analysis.read("examples/staffing.xlsx")
    quote.trades                                   # cost, worth, net and verdict of each trade
    quote.changed(payment_days=60).value           # deal value with another term
    quote.value_deals(frame)                       # thousands of deals in one batch

The numbers are those of `counterask value --json`: the same reader, the same engine, the same call. Money is in the quote's
currency, shares are fractions. NaN is unknown, or a number that does not exist; infinity is "none" (no cap, no such right).
What is wrong with an input raises `QuoteError`, which carries the problems as records. See `docs/python.md`.
"""

try:
    import pandas  # noqa: F401
except ImportError as error:
    raise ImportError('This module needs pandas. Install it in a clone: python -m pip install ".[analysis]"') from error

from .errors import QuoteError
from .folder import FolderRecord, read_folder
from .record import QuoteRecord, read

__all__ = ["FolderRecord", "QuoteError", "QuoteRecord", "read", "read_folder"]
