"""The columns of a quote that was exported from a CRM: the one list that the reader and docs/new-quote.md follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..calibrate.columns import NUMBER, TEXT, InputColumn


@dataclass(frozen=True)
class CrmColumn(InputColumn):
    """A column. known : its names in Salesforce and HubSpot, the most certain first; capitals, spaces and marks do not count."""

    known: tuple[str, ...] = ()


CRM_COLUMNS = (
    CrmColumn(
        "product",
        TEXT,
        "the product, as the price book names it",
        known=("Product2.Name", "PricebookEntry.Product2.Name", "PricebookEntry.Name", "Product Name", "Product: Product Name",
               "Product", "Line Item Name", "Line Item: Name", "Name"),
    ),
    CrmColumn("quantity", NUMBER, "units, or mean units a month of a metered product", known=("Quantity", "Qty")),
    CrmColumn(
        "unit_price",
        NUMBER,
        "price of a unit before the discount of the row; blank: the list price",
        needed=False,
        known=("UnitPrice", "Sales Price", "Unit price"),
    ),
    CrmColumn(
        "list_price",
        NUMBER,
        "list price of a unit; blank: the price of a unit, or else that of the price book",
        needed=False,
        known=("ListPrice", "PricebookEntry.UnitPrice"),
    ),
    CrmColumn(
        "discount",
        NUMBER,
        "discount on the price of a unit in percent: 10 or 10%",
        needed=False,
        known=("Discount", "Discount Percentage", "Discount (%)", "Discount Percent", "hs_discount_percentage"),
    ),
    CrmColumn(
        "unit_discount", NUMBER, "discount on the price of a unit, money", needed=False, known=("Unit Discount",)
    ),
    CrmColumn(
        "term",
        NUMBER,
        "length of the first term in months (12, 12 months, 1 year, P12M), alike in all rows",
        needed=False,
        known=("Term", "Term (months)", "Subscription Term", "SBQQ__SubscriptionTerm__c", "hs_term_in_months",
               "hs_recurring_billing_period"),
    ),
    CrmColumn(
        "price_period",
        TEXT,
        "the period that the price of a recurring product is for, and how often it is billed: monthly, quarterly, annually",
        needed=False,
        known=("Billing Frequency", "Recurring Billing Frequency", "recurringbillingfrequency"),
    ),
    CrmColumn(
        "billing",
        TEXT,
        "how often a recurring product is billed, where the price is for a month",
        needed=False,
        known=("SBQQ__BillingFrequency__c",),
    ),
    CrmColumn(
        "currency",
        TEXT,
        "currency of the prices, as three letters",
        needed=False,
        known=("CurrencyIsoCode", "Quote.CurrencyIsoCode", "Currency", "Currency Code", "hs_line_item_currency_code"),
    ),
    CrmColumn(
        "client",
        TEXT,
        "the client, alike in all rows",
        needed=False,
        known=("Quote.Account.Name", "Quote: Account Name", "Account.Name", "Account Name", "Company Name", "Company"),
    ),
    CrmColumn(
        "quote_number",
        TEXT,
        "the number of the quote, alike in all rows",
        needed=False,
        known=("Quote.QuoteNumber", "Quote Number", "Quote: Quote Number", "QuoteNumber"),
    ),
)  # fmt: skip
TABLE = "lines"
CRM_TABLES: Mapping[str, tuple[CrmColumn, ...]] = {TABLE: CRM_COLUMNS}
"""What a mapping file may describe: the lines of a quote."""
PERIODS: Mapping[str, float] = {
    "monthly": 1.0, "everymonth": 1.0, "permonth": 1.0, "monatlich": 1.0,
    "quarterly": 3.0, "everyquarter": 3.0, "vierteljährlich": 3.0, "quartalsweise": 3.0,
    "semiannually": 6.0, "semiannual": 6.0, "halfyearly": 6.0, "persixmonths": 6.0, "everysixmonths": 6.0, "halbjährlich": 6.0,
    "annually": 12.0, "annual": 12.0, "yearly": 12.0, "everyyear": 12.0, "jährlich": 12.0,
    "pertwoyears": 24.0, "everytwoyears": 24.0, "perthreeyears": 36.0, "everythreeyears": 36.0,
}  # fmt: skip
"""Months of a billing period, by its name without spaces and marks."""
ONCE = frozenset({"onetime", "once", "einmalig"})
"""Names of a period for what is paid once."""
